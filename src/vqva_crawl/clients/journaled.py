"""CPU work in child processes, noted in a unit's journal.

So an input that takes its process down is known by its content even when nobody survived to tell.
Small pieces of work that wait for a child go to it together: to hand one over and to flush its
note costs about as much as to decode a small picture.
"""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from vqva_crawl.clients.workers import Terminated, Workers
from vqva_crawl.errors import Poison, WorkError
from vqva_crawl.records import digest
from vqva_crawl.storage.journal import Journal

T = TypeVar("T")

MAX_ATTEMPTS = 3  # deaths of a child over one piece of work, in all processes that tried it
# Starts whose end nobody saw. More than deaths: what kills a parent from outside (a power cut, an
# impatient cron) must not condemn what it was doing; but an input that takes the parent down with
# its child has to be given up some day.
MAX_UNENDED = 10
TOGETHER = 16  # pieces of work
TOGETHER_BYTES = 1 << 20  # of their arguments


@dataclass(eq=False, slots=True)
class _Piece:
    """One call that waits. `done` holds its result in a tuple, or None: it has to go alone."""

    work: str
    size: int
    kind: tuple[Callable[..., Any], float]
    args: tuple[object, ...]
    done: asyncio.Future[tuple[Any] | None] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )

    def settle(self, result: tuple[Any] | None) -> None:
        if not self.done.done():  # who asked may have gone
            self.done.set_result(result)


class Journaled:
    """`Workers.call`, each attempt noted in a journal before the work is done.

    Work is given up (Poison) after MAX_ATTEMPTS deaths or MAX_UNENDED starts without an end. What
    goes wrong together is tried again one by one, as is all that has a past.
    """

    def __init__(self, workers: Workers, journal: Journal) -> None:
        self._workers = workers
        self._journal = journal
        self._waiting: dict[_Piece, None] = {}

    async def call(self, function: Callable[..., T], *args: object, timeout: float) -> T:
        packed = pickle.dumps(args)
        work = digest(getattr(function, "__qualname__", "work"), packed)
        if not self._has_past(work):
            piece = _Piece(work, len(packed), (function, timeout), args)
            result = await self._together(piece)
            if result is not None:
                return result[0]  # type: ignore[no-any-return]
        return await self._alone(work, function, args, timeout)

    async def _together(self, piece: _Piece) -> tuple[Any] | None:
        """The result of a piece, by its own turn or taken along by that of another one."""
        self._waiting[piece] = None
        try:
            async with self._workers.turn():
                if piece in self._waiting:
                    await self._hand_over(self._taken_along(piece))
            return await piece.done
        finally:
            self._waiting.pop(piece, None)

    def _taken_along(self, first: _Piece) -> list[_Piece]:
        """A child's share of what waits, as far as it is like the first; it waits no more."""
        alike = [piece for piece in self._waiting if piece.kind == first.kind and piece != first]
        share = min(TOGETHER, -(-len(self._waiting) // self._workers.count))
        taken, size = [first], first.size
        for piece in alike:
            size += piece.size
            if len(taken) >= share or size > TOGETHER_BYTES:
                break
            taken.append(piece)
        for piece in taken:
            del self._waiting[piece]
        return taken

    async def _hand_over(self, pieces: Sequence[_Piece]) -> None:
        results: Sequence[Any] = ()
        function, timeout = pieces[0].kind
        try:
            if len(pieces) > 1:
                with self._attempt(*(piece.work for piece in pieces)):
                    calls = [piece.args for piece in pieces]
                    results = await self._workers.run(_each, function, calls, timeout=timeout)
        except Exception:  # whose it is shows when they are tried one by one
            results = ()
        finally:
            for n, piece in enumerate(pieces):
                piece.settle((results[n],) if results else None)

    async def _alone(
        self, work: str, function: Callable[..., T], args: tuple[object, ...], timeout: float
    ) -> T:
        failure = "earlier processes did not survive it"
        while not self._hopeless(work):
            async with self._workers.turn():
                try:
                    with self._attempt(work):
                        return await self._workers.run(function, *args, timeout=timeout)
                except WorkError as error:
                    failure = str(error)
        attempts = self._journal.deaths(work) + self._journal.unended(work)
        raise Poison(f"{failure} ({attempts} attempts)")

    def _has_past(self, work: str) -> bool:
        return bool(self._journal.deaths(work) or self._journal.unended(work))

    def _hopeless(self, work: str) -> bool:
        deaths, unended = self._journal.deaths(work), self._journal.unended(work)
        return deaths >= MAX_ATTEMPTS or unended >= MAX_UNENDED

    @contextmanager
    def _attempt(self, *works: str) -> Iterator[None]:
        """Notes the start of what is done inside, and how it ended."""
        self._journal.started(*works)
        try:
            yield
        except Terminated:
            self._journal.lost(*works)
            raise
        except (Exception, asyncio.CancelledError) as error:
            self._note(error, works)
            raise
        self._journal.finished(*works)

    def _note(self, error: BaseException, works: tuple[str, ...]) -> None:
        """What a failure says of the work: of several pieces it says nothing."""
        if len(works) > 1 or isinstance(error, asyncio.CancelledError):
            self._journal.stopped(*works)
        elif isinstance(error, WorkError):
            self._journal.died(*works)
        else:  # the function's own: its child lives
            self._journal.finished(*works)


def _each(function: Callable[..., T], calls: Sequence[tuple[object, ...]]) -> list[T]:
    """Runs in the child."""
    return [function(*args) for args in calls]
