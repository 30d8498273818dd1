"""How much of an answer is read, so that whatever a server sends, or it unfolds to, is small."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from vqva_crawl.clients.body import BodyReader
from vqva_crawl.clients.exchange import codings
from vqva_crawl.errors import Refused, Transient

LEAST = 4_000_000  # bytes that any answer may have
ROOM = 1_000_000  # for what stands around its text
PER_TOKEN = 64  # bytes: the longest tokens in use, each of their letters as an escape

_most: ContextVar[int | None] = ContextVar("most", default=LEAST)


def most_bytes(tokens: int) -> int:
    """Of an answer of at most so many tokens."""
    return max(LEAST, ROOM + PER_TOKEN * tokens)


@contextmanager
def reading(most: int | None) -> Iterator[None]:
    """Answers in the block have at most so many bytes, decoded; None is no limit."""
    token = _most.set(most)
    try:
        yield
    finally:
        _most.reset(token)


async def read(response: Any) -> None:
    """An event hook of an httpx client: reads the body under the limit.

    Raises Transient (broken, truncated), and what the client does.
    """
    most = _most.get()
    if most is None:
        return
    url = str(response.url)
    try:
        reader = BodyReader(url, codings(response.headers), most)
        response._content = await reader.read(response.aiter_raw())  # where `aread` looks first
    except Refused as error:
        raise Transient("broken", url, f"an answer that cannot be read: {error.detail}") from error
