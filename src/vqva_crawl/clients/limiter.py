"""Politeness within one process: how many at once, how far apart, and when not at all."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from math import inf

from vqva_crawl.config import Fetch
from vqva_crawl.urls import domain

SWEEP = 1024  # keys in memory before idle ones are looked for
IDLE = 60.0  # seconds without use after which a key is forgotten
SLOW = 1.0  # seconds until an answer begins, from which a host is asked once in that time at most
WEIGHT = 0.3  # of the newest answer in that time's average
FIRST_PENALTY, MOST_PENALTY = (
    1.0,
    60.0,
)  # seconds between starts after a 429 or 503, doubled by more
FORGIVEN = 0.8  # what is left of it after each answer


@dataclass(frozen=True, slots=True)
class Pace:
    """The rule for one family of keys (`host` of `host:example.org`).

    `concurrency` slots of one key at once, `delay` seconds between two starts of one key, `grouped`
    slots at once of all keys that belong together, `total` of the whole family.
    """

    concurrency: float = inf
    delay: float = 0.0
    total: float = inf
    grouped: float = inf


@dataclass(slots=True)
class Room:
    """What several lanes share: how much is under way, and which of them wait for room alone."""

    limit: float
    active: int = 0
    crowded: dict[str, Lane] = field(default_factory=dict)


@dataclass(slots=True)
class Lane:
    """One key's state; times are the event loop's."""

    key: str
    rooms: tuple[Room, ...]
    concurrency: float
    delay: float
    average: float = 0.0  # seconds until answers begin
    penalty: float = 0.0
    active: int = 0
    last_start: float = -inf
    refused: float = -inf  # when the newest penalty was set
    paused_until: float = -inf
    used: float = -inf
    waiting: deque[asyncio.Future[bool]] = field(default_factory=deque)  # whether with a slot
    timer: asyncio.TimerHandle | None = None

    @property
    def ready(self) -> float:
        """The earliest time of the next start."""
        slow = self.average if self.average > SLOW else 0.0
        return max(self.last_start + max(self.delay, slow, self.penalty), self.paused_until)

    def idle(self, now: float) -> bool:
        busy = self.active or self.waiting
        return not busy and max(self.ready, self.used + IDLE) <= now


class LocalLimiter:
    """The Limiter of one process and one event loop. Waiters of a key are served in order.

    `paces` names the rule of each family; a family without one is not limited (but can be paused
    and delayed). All decisions are taken in `_serve`, without awaiting. `waits` is told the key and
    the seconds left whenever somebody has to wait for the end of a pause.
    """

    def __init__(
        self,
        paces: Mapping[str, Pace],
        waits: Callable[[str, float], None] | None = None,
        group: Callable[[str], str] = str,
    ) -> None:
        self._waits = waits
        self._paces = dict(paces)
        self._group = group
        self._totals = {name: Room(pace.total) for name, pace in paces.items()}
        self._groups: dict[str, Room] = {}
        self._lanes: dict[str, Lane] = {}
        self._sweep_at = SWEEP

    def __len__(self) -> int:
        """How many keys are remembered."""
        return len(self._lanes)

    @asynccontextmanager
    async def slot(self, key: str) -> AsyncIterator[None]:
        lane = self._lane(key)
        turn: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        lane.waiting.append(turn)
        self._serve(lane)
        try:
            held = await turn
        except asyncio.CancelledError:
            self._leave(lane, turn)
            raise
        try:
            yield
        finally:
            if held:
                self._release(lane)

    def delay(self, key: str, seconds: float) -> None:
        lane = self._lane(key)
        lane.delay = max(lane.delay, seconds)

    def observe(self, key: str, seconds: float, refused: bool = False) -> None:
        lane = self._lane(key)
        lane.average += WEIGHT * (seconds - lane.average)
        now = asyncio.get_running_loop().time()
        if refused and now - seconds < lane.refused:  # it was sent before that was known
            return
        if refused:
            lane.refused = now
            lane.penalty = min(MOST_PENALTY, max(FIRST_PENALTY, lane.delay, 2 * lane.penalty))
        else:
            lane.penalty *= FORGIVEN if lane.penalty > WEIGHT else 0.0

    def pause(self, key: str, seconds: float) -> None:
        lane = self._lane(key)
        until = asyncio.get_running_loop().time() + seconds
        lane.paused_until = max(lane.paused_until, until)

    def dismiss(self, key: str) -> None:
        lane = self._lane(key)
        while lane.waiting:
            turn = lane.waiting.popleft()
            if not turn.done():
                turn.set_result(False)

    def _lane(self, key: str) -> Lane:
        now = asyncio.get_running_loop().time()
        if len(self._lanes) >= self._sweep_at:
            self._lanes = {k: lane for k, lane in self._lanes.items() if not lane.idle(now)}
            held = {id(room) for lane in self._lanes.values() for room in lane.rooms}
            self._groups = {name: room for name, room in self._groups.items() if id(room) in held}
            self._sweep_at = max(SWEEP, 2 * len(self._lanes))
        if key not in self._lanes:
            name = key.partition(":")[0]
            pace = self._paces.get(name, Pace())
            total = self._totals.setdefault(name, Room(inf))
            group = self._groups.setdefault(self._group(key), Room(pace.grouped))
            self._lanes[key] = Lane(key, (group, total), pace.concurrency, pace.delay)
        lane = self._lanes[key]
        lane.used = now
        return lane

    def _serve(self, lane: Lane) -> None:
        """Starts as many of the lane's waiters as its rules allow, or sets its alarm."""
        loop = asyncio.get_running_loop()
        while lane.waiting and lane.active < lane.concurrency:
            if lane.ready > loop.time():
                self._wake_at(lane, lane.ready)
                if self._waits and (left := lane.paused_until - loop.time()) > 0:
                    self._waits(lane.key, left)
                return
            if full := next((room for room in lane.rooms if room.active >= room.limit), None):
                full.crowded[lane.key] = lane
                return
            turn = lane.waiting.popleft()
            if not turn.done():
                lane.active += 1
                for room in lane.rooms:
                    room.active += 1
                lane.last_start = loop.time()
                turn.set_result(True)

    def _wake_at(self, lane: Lane, when: float) -> None:
        if lane.timer is None:
            lane.timer = asyncio.get_running_loop().call_at(when, self._wake, lane)

    def _wake(self, lane: Lane) -> None:
        lane.timer = None
        self._serve(lane)

    def _release(self, lane: Lane) -> None:
        lane.active -= 1
        for room in lane.rooms:
            room.active -= 1
        lane.used = asyncio.get_running_loop().time()
        for room in lane.rooms:  # before its own, or a busy key would keep the room
            self._serve_crowded(room)
        self._serve(lane)

    def _serve_crowded(self, room: Room) -> None:
        """Gives free room to the lanes that wait for it, the longest waiting first."""
        for key in list(room.crowded):
            if room.active >= room.limit:
                return
            self._serve(room.crowded.pop(key))

    def _leave(self, lane: Lane, turn: asyncio.Future[bool]) -> None:
        """A waiter was cancelled: its place, or the slot it had just been given, goes on."""
        if turn in lane.waiting:
            lane.waiting.remove(turn)
        elif turn.done() and not turn.cancelled() and turn.result():
            self._release(lane)


def local_limiter(fetch: Fetch, waits: Callable[[str, float], None] | None = None) -> LocalLimiter:
    """The limiter that a config's `fetch` section asks for; other families are not limited."""
    own = fetch.per_host
    host = Pace(own.concurrency, own.delay, fetch.concurrency, fetch.per_domain.concurrency)
    return LocalLimiter({"host": host}, waits, by_domain)


def by_domain(key: str) -> str:
    """`host:` keys belong together by the registrable domain of their host."""
    family, _, host = key.partition(":")
    return f"{family}:{domain(host)}" if family == "host" else key
