"""Who is told of each request that is sent: the one for whom it is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar


def _nobody() -> None: ...


_told: ContextVar[Callable[[], object]] = ContextVar("told", default=_nobody)


@contextmanager
def telling(tell: Callable[[], object] = _nobody) -> Iterator[None]:
    """Inside, `tell` is called for each request that is sent: tries again and redirects too.

    Not for what shares a request that is under way already, nor for what never got a connection.
    """
    token = _told.set(tell)
    try:
        yield
    finally:
        _told.reset(token)


def sent() -> None:
    """A request goes out now."""
    _told.get()()
