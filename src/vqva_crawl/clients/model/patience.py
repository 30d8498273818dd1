"""How long an endpoint is waited for that asks us to slow down, and when that ends the run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from vqva_crawl.clients.model.pace import Pace
from vqva_crawl.errors import ModelError, RateLimited

BUSY = "http_429"
BUSY_FOR = 120.0  # seconds of nothing but 429: longer than a limit of calls a minute lasts
PATIENCE = 3600.0  # seconds that an endpoint may ask us to wait and be waited for
DECADE = 3.2e8  # seconds; no date is further off


def slow_down(error: RateLimited, started: float, pace: Pace, retries: int) -> None:
    """Slows the pace for what a call met that began at `started`.

    Raises ModelError for a pause that is too long, and where nothing but 429 came for too long.
    """
    seconds = error.retry_after or 0.0
    if seconds > PATIENCE:
        said = f"{error.kind}; wants to be left alone until {_after(seconds)}"
        raise ModelError(f"{error.url}: {error.detail} ({said})") from error
    waited = pace.refused(started, seconds, least=error.kind == BUSY)
    if waited >= BUSY_FOR and pace.refusals > retries:
        said = f"{error.kind} for {waited:.0f} s, and nothing else"
        raise ModelError(f"{error.url}: {error.detail} ({said})") from error


def _after(seconds: float) -> str:
    when = datetime.now(UTC) + timedelta(seconds=min(seconds, DECADE))
    return f"{when:%Y-%m-%d %H:%M} UTC"
