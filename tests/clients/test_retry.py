from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vqva_crawl.clients.retry import retry_after, retrying
from vqva_crawl.errors import RateLimited, Refused, Transient

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("0.5", 0.5),
        ("-3", 0),
        ("Tue, 01 Jan 2030 12:05:00 GMT", 300),
        ("Tue, 01 Jan 2030 11:00:00 GMT", 0),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        ("", None),
        ("Mon, 01 Jan 99999999999999 00:00:00 GMT", None),
        ("Mon, 01 Jan 2030 12:05:00 +99999999999999999999999", None),
    ],
)
def test_retry_after_in_seconds_and_as_a_date(value: str, seconds: float | None) -> None:
    assert retry_after(value, NOON) == seconds


@given(st.text(max_size=40))
def test_any_retry_after_is_read(value: str) -> None:
    seconds = retry_after(value)
    assert seconds is None or seconds >= 0


@pytest.mark.parametrize(
    ("error", "tries"),
    [
        (Transient("connect", "u", ""), 4),
        (Transient("timeout", "u", ""), 2),
        (Transient("slow", "u", ""), 1),
        (RateLimited("http_429", "u", ""), 4),
        (RateLimited("http_429", "u", "", 60.0), 4),
        (RateLimited("http_429", "u", "", 61.0), 1),
        (Refused("http_404", "u", ""), 1),
        (RuntimeError(), 1),
    ],
)
async def test_only_what_may_pass_is_tried_again_and_not_for_ever(
    error: Exception, tries: int
) -> None:
    count = 0

    async def work() -> None:
        nonlocal count
        count += 1
        raise error

    with pytest.raises(type(error)):
        await retrying(retries=3, backoff=0.001, patience=60, timeouts=2)(work)
    assert count == tries
