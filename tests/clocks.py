"""An event loop whose clock jumps over every wait: times of waiting are exact, and take none."""

from __future__ import annotations

import asyncio
import functools
import selectors


class _Jumping(selectors.DefaultSelector):
    """Where nothing is ready, the time that would be waited has passed at once."""

    now = 0.0

    def select(self, timeout: float | None = None):
        if ready := super().select(0):
            return ready
        assert timeout is not None, "nothing is left to wait for: the test would hang"
        self.now += max(0.0, timeout)
        return ready


class JumpingLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now


def jumping(test):
    """A test on such a loop; for what asks no other program, socket or thread."""

    @functools.wraps(test)
    def run(*args: object, **more: object) -> None:
        with asyncio.Runner(loop_factory=JumpingLoop) as runner:
            runner.run(test(*args, **more))

    return run
