"""What users set, in a config or as options: one base for all, and one way to say what is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict, ValidationError, ValidationInfo, field_validator

PLAIN = {  # pydantic's kinds of error whose words speak of Python
    "extra_forbidden": "unknown key",
    "model_type": "a section of keys with values is expected",
    "string_type": "text is expected, in quotes where YAML takes it for something else",
}


class Settings(BaseModel):
    """Frozen. Numbers are finite, and a yes or no is none, which pydantic takes for 1 or 0.

    `off` is what turns a field off: the word itself, null, or 0 where that is the default.
    """

    model_config = ConfigDict(frozen=True, allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def _no_truth_for_a_number(cls, value: Any, info: ValidationInfo) -> Any:
        field = cls.model_fields[info.field_name or ""]
        kinds = list(_kinds(field.annotation))
        if bool in kinds or Any in kinds:
            return value
        numeric = int in kinds or float in kinds
        if value is False:
            value = _off(kinds, zero=numeric and field.default == 0)
        if numeric and any(isinstance(one, bool) for one in _values(value)):
            raise ValueError("a number is expected, not a yes or no")
        return value


def _off(kinds: list[Any], zero: bool) -> Any:
    """What the word `off`, which YAML 1.1 reads as false, means for a field of these kinds."""
    if "off" in kinds:
        return "off"
    if type(None) in kinds:
        return None
    return 0 if zero else False


def _kinds(annotation: Any) -> Iterator[Any]:
    """The types that an annotation is made of."""
    yield annotation
    for inner in get_args(annotation):
        yield from _kinds(inner)


def _values(value: Any) -> Iterator[Any]:
    match value:
        case Mapping():
            yield from value.values()
        case list() | tuple():
            yield from value
        case _:
            yield value


def complaints(error: ValidationError) -> Iterator[tuple[str, str]]:
    """(dotted key, what is wrong with it) of all that was refused; the key of the whole is ""."""
    for problem in error.errors():
        said = PLAIN.get(problem["type"]) or problem["msg"].removeprefix("Value error, ")
        yield ".".join(map(str, problem["loc"])), said
