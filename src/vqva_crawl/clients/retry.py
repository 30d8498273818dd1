"""The one layer of retries, and what Retry-After says."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception,
    wait_random_exponential,
)

from vqva_crawl.clients.faults import causes
from vqva_crawl.clients.transport import Stale
from vqva_crawl.errors import FetchError, RateLimited, Transient

MAX_BACKOFF = 60.0


def retry_after(value: str, now: datetime | None = None) -> float | None:
    """Seconds to wait, from a Retry-After header (a number or an HTTP date); None when unreadable.

    A date in the past is 0.
    """
    try:
        seconds = float(value)
    except ValueError:
        try:
            when = parsedate_to_datetime(value)
        except (ValueError, OverflowError):  # such as a year of fourteen digits
            return None
        when = when if when.tzinfo else when.replace(tzinfo=UTC)
        seconds = (when - (now or datetime.now(UTC))).total_seconds()
    return max(0.0, seconds) if math.isfinite(seconds) else None


def asked_wait(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, as the headers of an answer ask for; their names are in lower case.

    `retry-after-ms` is more exact than Retry-After where both stand (OpenAI, Azure).
    """
    if "retry-after-ms" in headers:
        exact = retry_after(headers["retry-after-ms"])
        if exact is not None:
            return exact / 1000
    return retry_after(headers["retry-after"]) if "retry-after" in headers else None


def retrying(
    retries: int,
    backoff: float,
    patience: float,
    timeouts: float = math.inf,
    hopeless: Callable[[FetchError], bool] = lambda error: False,
) -> AsyncRetrying:
    """Tries again up to `retries` times, after exponential waits with full jitter.

    Only Transient and RateLimited are tried again; RateLimited not when the server asked for
    more than `patience` seconds. A wait that the server named is the limiter's, beside ours: it
    may be none at all, or be over by now where a clock is wrong. What takes time each time is
    hardly tried again: a body that came too slowly never, a time-out up to `timeouts` tries. What
    is `hopeless` never is.

    Without retries, what found only a stale connection of the pool is still sent once more, on
    another one: else it would depend on chance whether a healthy host gives its pages.
    """

    def again(error: BaseException) -> bool:
        if isinstance(error, FetchError) and hopeless(error):
            return False
        if isinstance(error, RateLimited):
            return (error.retry_after or 0.0) <= patience
        return isinstance(error, Transient) and error.kind != "slow"

    def enough(state: RetryCallState) -> bool:
        error = state.outcome.exception() if state.outcome else None
        stale = any(isinstance(one, Stale) for one in causes(error))
        if isinstance(error, Transient) and error.kind == "timeout":
            return state.attempt_number >= min(retries + 1, timeouts)
        return state.attempt_number >= max(retries + 1, 1 + stale)

    return AsyncRetrying(
        stop=enough,
        retry=retry_if_exception(again),
        wait=wait_random_exponential(multiplier=backoff, max=MAX_BACKOFF),
        reraise=True,
    )
