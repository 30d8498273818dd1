"""Which keys decide samples, and how two configs differ in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from vqva_crawl.config.models import Config

# Keys that cannot change which samples come out; all others are fixed for a run's life.
FREE = (
    "limits",
    "engine",
    "log",
    "storage",
    "fetch.per_host",
    "fetch.concurrency",
    "fetch.timeout",
    "fetch.retries",
    "fetch.proxy",
    "model.api_key_env",
    "publish",
)


def flatten(data: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """(dotted key, leaf value) pairs of nested mappings."""
    for key, value in data.items():
        if isinstance(value, Mapping) and value:
            yield from flatten(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def deciding(config: Config) -> dict[str, Any]:
    """The dotted keys that decide samples, with their values, secrets left out."""
    flat = dict(flatten(config.model_dump(mode="json")))
    free = tuple(f"{name}." for name in FREE)
    return {k: v for k, v in flat.items() if k != "name" and not f"{k}.".startswith(free)}


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """The keys whose values differ, sorted."""
    return sorted(k for k in old.keys() | new.keys() if old.get(k) != new.get(k))
