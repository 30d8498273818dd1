"""Which keys decide samples, and how two configs differ in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from vqva_crawl.config.agents import Agents
from vqva_crawl.config.models import Config, Render

# Of an endpoint: where it is and how hard it is asked, but not what it says.
FREE_OF_MODEL = (
    "api_key_env",
    "base_url",
    "batch_lines",
    "cache",
    "caps",
    "concurrency",
    "image_tokens",
    "mode",
    "prices",
    "requests_per_minute",
    "retries",
    "submit",
    "thinking_tokens",
    "timeout",
    "tokens_per_minute",
)

AGENTS = (
    "plan.agent",
    "screen.labeller",
    *(f"agents.{role}" for role in Agents.model_fields),
)

# Keys that cannot change which samples come out; all others are fixed for a run's life.
FREE = (
    "limits",
    "engine",
    "log",
    "storage",
    "fetch.per_host",
    "fetch.per_domain",
    "fetch.concurrency",
    "fetch.timeout",
    "fetch.retries",
    "fetch.proxy",
    "fetch.refresh",
    *(f"fetch.render.{key}" for key in Render.model_fields if key != "mode"),
    "fetch.archive",
    "publish",
    *(
        f"{place}.{name}"
        for place in (
            "model",
            *(f"{agent}.{which}" for agent in AGENTS for which in ("model", "fallback", "second")),
        )
        for name in FREE_OF_MODEL
    ),
)

# Of the others, those that decide what is collected: documents that are there do not change.
COLLECTING = ("fetch.", "extract.", "images.", "screen.")


def flatten(data: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """(dotted key, leaf value) pairs of nested mappings; an empty one has none."""
    for key, value in data.items():
        if isinstance(value, Mapping):
            yield from flatten(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def deciding(config: Config) -> dict[str, Any]:
    """The dotted keys that decide samples, with their values, secrets left out.

    Of the user agent only the name that robots rules are matched with (RFC 9309, section 2.2.1).
    """
    flat = dict(flatten(config.model_dump(mode="json")))
    flat["fetch.user_agent"] = config.fetch.user_agent.split()[0].partition("/")[0].lower()
    free = tuple(f"{name}." for name in FREE)
    return {k: v for k, v in flat.items() if k != "name" and not f"{k}.".startswith(free)}


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """The keys whose values differ, sorted; one that an earlier version did not know had its
    default."""
    known = {**_defaults(), **old}
    return sorted(k for k in old.keys() | new.keys() if known.get(k) != new.get(k))


@cache
def _defaults() -> dict[str, Any]:
    return deciding(Config(name="defaults"))


def collecting(keys: Iterable[str]) -> list[str]:
    """Those of the deciding keys that decide what is collected."""
    return [key for key in keys if key.startswith(COLLECTING)]
