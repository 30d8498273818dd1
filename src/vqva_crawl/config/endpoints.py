"""Model endpoints: where they are, how they are asked, what they may cost."""

from __future__ import annotations

import json
import re
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from vqva_crawl.config.section import Section

OURS = ("model", "messages", "n", "stream")  # of a request: the answer is read by them


class Prices(Section):
    """Money for a million tokens, in any currency; null is a price that nobody told."""

    prompt: float | None = Field(None, ge=0)
    """For a million prompt tokens; 0 for a server of your own."""
    completion: float | None = Field(None, ge=0)
    """For a million completion tokens; 0 for a server of your own."""

    def of(self, prompt: int, completion: int) -> float:
        """What is not told counts as nothing."""
        return (prompt * (self.prompt or 0) + completion * (self.completion or 0)) / 1_000_000


class Caps(Section):
    """A run stops with exit 5 before it would pass one; null is no cap."""

    document_tokens: int | None = Field(None, ge=1)
    """Of one document's calls; a document that would pass it loses the record at hand."""
    run_tokens: int | None = Field(None, ge=1)
    """Of the whole run, over all calls of the command."""
    day_tokens: int | None = Field(None, ge=1)
    """Of one day (UTC)."""
    run_money: float | None = Field(None, gt=0)
    """Of the whole run, by `prices`, which every endpoint then has to have."""
    day_money: float | None = Field(None, gt=0)
    """Of one day (UTC), by `prices`, which every endpoint then has to have."""


def _usable(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:  # no port, or no address in brackets
        return False
    spaced = re.search(r"[\s\x00-\x1f]", url)
    named = parts.scheme in ("http", "https") and parts.hostname and port != 0
    return bool(named) and not spaced


class Endpoint(Section):
    base_url: str | None = None
    """An OpenAI-compatible endpoint, such as http://127.0.0.1:8000/v1."""
    name: str | None = None
    """The model's name there."""
    api_key_env: str | None = "OPENAI_API_KEY"
    """The environment variable that holds the key; null for a server that needs none."""
    json_mode: Literal["schema", "text"] = "schema"
    """Ask with response_format, or in words only (for servers that do not know it)."""
    temperature: float = Field(0.0, ge=0, le=2)
    """Of the sampling; 0 is the most repeatable."""
    seed: int | None = None
    """Sent with each call when it is set."""
    token_limit: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"  # noqa: S105
    """What the server calls the limit of an answer's length."""
    thinking_tokens: int = Field(0, ge=0)
    """Added to that limit, for hidden reasoning; raise it where answers are `truncated`."""
    extra_body: dict[str, Any] = {}
    """Sent as it is with each call: a server's own options."""
    image_tokens: int = Field(1600, ge=0)
    """The most tokens that the server counts for one picture, for reservations."""
    timeout: float = Field(120.0, gt=0)
    """Seconds for one attempt."""
    retries: int = Field(5, ge=0, le=20)
    """Further attempts after a time-out, a dropped connection or 5xx; 429 is waited out apart."""
    concurrency: int = Field(16, ge=1)
    """Calls under way at once at the most; 429 halves what is used of it."""
    requests_per_minute: int | None = Field(None, ge=1)
    """As the provider states it."""
    tokens_per_minute: int | None = Field(None, ge=1)
    """As the provider states it."""
    batch_lines: int = Field(50_000, ge=1, le=50_000)
    """Questions in one batch file; fewer where the endpoint limits a batch's tokens or bytes."""
    prices: Prices = Prices()
    """For caps and reports."""

    @field_validator("extra_body")
    @classmethod
    def _json(cls, value: dict[str, Any]) -> dict[str, Any]:
        if taken := next((key for key in OURS if key in value), ""):
            raise ValueError(f"'{taken}' is set for each call; it cannot be an option")
        for key, one in value.items():
            try:
                json.dumps({key: one}, allow_nan=False)
            except (TypeError, ValueError, RecursionError):
                raise ValueError(f"'{key}' holds {one!r:.40}, which JSON has no form for") from None
        return value

    @field_validator("base_url")
    @classmethod
    def _without_password(cls, value: str | None) -> str | None:
        if value is not None and re.match(r"(?:[^/?#]*//)?[^/?#]*@", value):
            raise ValueError("a user name or password does not belong here; see api_key_env")
        return value

    @field_validator("base_url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is not None and ("?" in value or "#" in value):
            raise ValueError("no query can be sent; the address has to do without '?' and '#'")
        if value is not None and not _usable(value):
            raise ValueError(f"'{value}' is not http(s)://host or http(s)://host:port and a path")
        return value

    @field_validator("api_key_env")
    @classmethod
    def _variable(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", value):
            raise ValueError("the name of an environment variable is expected, not a key")
        return value


class Model(Endpoint):
    """The endpoint that agents use when they name none of their own."""

    mode: Literal["live", "batch"] = "live"
    """batch: write what is asked as batch files, and exit 6 until they are answered."""
    submit: bool = True
    """Hand batch files to the endpoint; false leaves that to you (vllm run-batch)."""
    image_side: int = Field(1024, ge=64)
    """Pixels of the longer side of pictures that are sent; every agent sees the same bytes."""
    image_quality: int = Field(90, ge=30, le=100)
    """Of the JPEG that is sent."""
    caps: Caps = Caps()
    """What may be spent, over all endpoints."""
    cache: str | None = None
    """The folder of stored answers; <storage.root>/.cache/model by default, for all runs."""
