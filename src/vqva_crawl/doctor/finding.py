"""One thing that was looked at, and how it is asked for: in bounded time, never raising."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeVar

from vqva_crawl.errors import VqvaError
from vqva_crawl.masking import told

T = TypeVar("T")

State = Literal["ok", "warning", "failed", "skipped"]
OTHERWISE = 3  # the exit code of what fails and has none of its own


@dataclass(frozen=True)
class Finding:
    """What was seen, in one line; `advice` is what to do, `code` the exit code where it failed."""

    name: str
    state: State
    said: str
    advice: str = ""
    code: int = 0
    seconds: float = 0.0
    details: dict[str, Any] = field(default_factory=dict)


def failed(name: str, said: str, advice: str = "", code: int = OTHERWISE) -> Finding:
    return Finding(name, "failed", said, advice, code)


@dataclass(frozen=True)
class Check:
    """How something is looked at, in `seconds` at the most; `code` is for when it fails."""

    name: str
    seconds: float
    look: Callable[[], Awaitable[Finding]]
    code: int = OTHERWISE
    advice: str = ""  # where it fails in a way of its own


async def looked(check: Check) -> Finding:
    """What a check found; whatever goes wrong on the way is a finding, too."""
    began = time.monotonic()
    try:
        async with asyncio.timeout(check.seconds):
            found = await check.look()
    except TimeoutError:
        said = f"no answer in {check.seconds:g} s"
        found = failed(check.name, said, check.advice, check.code)
    except VqvaError as error:
        code = error.exit_code if error.exit_code > 1 else check.code
        found = failed(check.name, str(error), check.advice, code)
    except Exception as error:  # plug-ins, drivers and disks fail in any way
        found = failed(check.name, told(error), check.advice, check.code)
    return replace(found, name=check.name, seconds=round(time.monotonic() - began, 3))


async def apart(function: Callable[..., T], *args: object) -> T:
    """`function(*args)` in a thread that nobody waits for: a dead disk or name server may hold it.

    A loop's own threads are joined when it ends, for minutes if need be.
    """
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[T] = loop.create_future()

    def tell(result: T | None, error: BaseException | None) -> None:
        if ended.done():
            return
        if error is not None:
            ended.set_exception(error)
        else:
            ended.set_result(result)  # type: ignore[arg-type]

    def work() -> None:
        result, wrong = None, None
        try:
            result = function(*args)
        except Exception as error:
            wrong = error
        with suppress(RuntimeError):  # the loop is closed: nobody wants to know any more
            loop.call_soon_threadsafe(tell, result, wrong)

    threading.Thread(target=work, daemon=True).start()
    return await ended
