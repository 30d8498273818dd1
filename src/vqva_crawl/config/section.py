"""What all parts of the config have in common."""

from __future__ import annotations

from typing import Any, Self

from pydantic import ConfigDict, ValidationInfo, field_validator, model_validator

from vqva_crawl.settings import Settings


class Section(Settings):
    model_config = ConfigDict(extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _nothing_under_it(cls, value: Any, info: ValidationInfo) -> Any:
        """`fetch:` with nothing under it, all its keys commented out, is `fetch: {}`."""
        default = cls.model_fields[info.field_name or ""].default
        empty = isinstance(default, Section) or default in ({}, ())
        return default if value is None and empty else value

    @model_validator(mode="after")
    def _least_below_most(self) -> Self:
        """Of keys `min_…` and `max_…` that belong together."""
        for least in type(self).model_fields:
            most = f"max_{least.removeprefix('min_')}"
            if least.startswith("min_") and most in type(self).model_fields:
                low, high = getattr(self, least), getattr(self, most)
                if low > high:
                    raise ValueError(f"{least} ({low}) is more than {most} ({high})")
        return self
