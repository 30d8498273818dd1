import asyncio
from itertools import pairwise

import pytest

from clocks import jumping
from vqva_crawl.clients import limiter as module
from vqva_crawl.clients.limiter import LocalLimiter, Pace, by_domain, local_limiter
from vqva_crawl.config import Fetch, PerHost


def now() -> float:
    return asyncio.get_running_loop().time()


class Watch:
    """Runs work under a limiter and keeps the starts and the most that ran at once."""

    def __init__(self, limiter: LocalLimiter) -> None:
        self.limiter = limiter
        self.starts: list[tuple[str, float]] = []
        self.inside = self.most = 0

    async def work(self, key: str, seconds: float = 0.0) -> None:
        async with self.limiter.slot(key):
            self.starts.append((key, now()))
            self.inside += 1
            self.most = max(self.most, self.inside)
            await asyncio.sleep(seconds)
            self.inside -= 1

    def gaps(self) -> list[float]:
        times = [when for _, when in self.starts]
        return [b - a for a, b in pairwise(times)]


@jumping
async def test_starts_of_one_host_are_apart_and_other_hosts_do_not_wait() -> None:
    watch = Watch(LocalLimiter({"host": Pace(4, 0.05)}))
    began = now()
    await asyncio.gather(*(watch.work("host:a") for _ in range(4)), watch.work("host:b"))
    assert [key for key, when in watch.starts if when - began < 0.04] == ["host:a", "host:b"]
    watch.starts = [s for s in watch.starts if s[0] == "host:a"]
    assert min(watch.gaps()) > 0.045


@jumping
async def test_concurrency_of_a_key_and_of_the_family_hold() -> None:
    watch = Watch(LocalLimiter({"host": Pace(2, 0)}))
    await asyncio.gather(*(watch.work("host:a", 0.01) for _ in range(6)))
    assert watch.most == 2
    watch = Watch(LocalLimiter({"host": Pace(2, 0, total=3)}))
    await asyncio.gather(*(watch.work(f"host:{n % 6}", 0.01) for n in range(18)))
    assert watch.most == 3
    assert len(watch.starts) == 18


@jumping
async def test_a_busy_host_does_not_keep_the_room_of_the_others() -> None:
    watch = Watch(LocalLimiter({"host": Pace(1, 0, total=1)}))
    busy = [watch.work("host:busy", 0.002) for _ in range(10)]
    await asyncio.gather(*busy, watch.work("host:rare"))
    assert [key for key, _ in watch.starts].index("host:rare") <= 2


@jumping
async def test_waiting_for_a_delay_takes_no_room() -> None:
    watch = Watch(LocalLimiter({"host": Pace(1, 1, total=1)}))
    began = now()
    slow = [asyncio.create_task(watch.work("host:slow")) for _ in range(2)]
    await asyncio.sleep(0)
    await watch.work("host:quick")
    assert now() - began < 0.9
    await asyncio.gather(*slow)


@jumping
async def test_delay_never_shortens_and_pause_stops_starts() -> None:
    limiter = LocalLimiter({"host": Pace(4, 0.05)})
    limiter.delay("host:a", 0.01)
    watch = Watch(limiter)
    await asyncio.gather(*(watch.work("host:a") for _ in range(2)))
    assert watch.gaps()[0] > 0.045
    limiter.delay("host:a", 0.1)
    limiter.pause("host:a", 0.15)
    limiter.pause("host:a", 0.01)
    began = now()
    await watch.work("host:a")
    assert now() - began > 0.14


@jumping
async def test_a_pause_reaches_those_who_already_wait() -> None:
    limiter = LocalLimiter({"host": Pace(1, 0.02)})
    watch = Watch(limiter)
    tasks = [asyncio.create_task(watch.work("host:a")) for _ in range(2)]
    await asyncio.sleep(0.005)
    limiter.pause("host:a", 0.1)
    await asyncio.gather(*tasks)
    assert watch.gaps()[0] > 0.09


@jumping
async def test_a_cancelled_waiter_gives_its_place_away() -> None:
    watch = Watch(LocalLimiter({"host": Pace(1, 0)}))
    first = asyncio.create_task(watch.work("host:a", 0.02))
    await asyncio.sleep(0)
    second, third = (asyncio.create_task(watch.work("host:a")) for _ in range(2))
    await asyncio.sleep(0)
    second.cancel()
    await asyncio.wait_for(asyncio.gather(first, third), 1)
    assert len(watch.starts) == 2


@jumping
async def test_a_slot_given_to_a_task_that_is_cancelled_at_once_comes_back() -> None:
    limiter = LocalLimiter({"host": Pace(1, 0)})
    async with limiter.slot("host:a"):
        waiter = asyncio.create_task(Watch(limiter).work("host:a"))
        await asyncio.sleep(0)
    waiter.cancel()  # its turn has come, but it did not run yet
    with pytest.raises(asyncio.CancelledError):
        await waiter
    await asyncio.wait_for(Watch(limiter).work("host:a"), 1)


@jumping
async def test_idle_keys_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "IDLE", 0.0)
    limiter = LocalLimiter({"host": Pace(1, 0)})
    watch = Watch(limiter)
    for n in range(5000):
        await watch.work(f"host:{n}")
    assert len(limiter) <= module.SWEEP


@jumping
async def test_the_config_decides() -> None:
    fetch = Fetch(concurrency=3, per_host=PerHost(concurrency=1, delay=0))
    watch = Watch(local_limiter(fetch))
    await asyncio.gather(*(watch.work(f"host:{n % 5}", 0.005) for n in range(10)))
    assert watch.most == 3
    watch = Watch(local_limiter(fetch))
    await asyncio.gather(*(watch.work("model:m", 0.005) for _ in range(10)))
    assert watch.most == 10


async def starts(limiter: LocalLimiter, key: str, count: int) -> list[float]:
    """Seconds between the starts of so many calls that take no time."""
    times = []
    for _ in range(count):
        async with limiter.slot(key):
            times.append(now())
    return [later - earlier for earlier, later in pairwise(times)]


@jumping
async def test_hosts_of_one_domain_share_its_room_and_other_domains_do_not() -> None:
    limiter = LocalLimiter({"host": Pace(2, 0, grouped=3)}, group=by_domain)
    watch = Watch(limiter)
    hosts = ["host:a.example.org", "host:b.example.org:8080", "host:c.example.org"]
    await asyncio.gather(*(watch.work(host, 0.05) for host in hosts * 3))
    assert watch.most == 3
    other = Watch(limiter)
    await asyncio.gather(*(other.work(host, 0.05) for host in [*hosts, "host:x.test"] * 2))
    assert other.most == 5


@jumping
async def test_a_slow_host_is_asked_once_in_the_time_that_it_takes() -> None:
    limiter = LocalLimiter({"host": Pace(4, 0)})
    limiter.observe("host:quick", 0.9)
    assert max(await starts(limiter, "host:quick", 3)) < 0.2
    for _ in range(40):
        limiter.observe("host:slow", 1.2)
    assert min(await starts(limiter, "host:slow", 2)) > 1.0


@jumping
async def test_after_a_refusal_starts_are_apart_and_come_nearer_again() -> None:
    limiter = LocalLimiter({"host": Pace(4, 0)})
    limiter.observe("host:a", 0.01, refused=True)
    assert min(await starts(limiter, "host:a", 2)) > 0.9
    for _ in range(20):
        limiter.observe("host:a", 0.01)
    assert max(await starts(limiter, "host:a", 3)) < 0.2


@jumping
async def test_a_burst_of_refusals_slows_down_once() -> None:
    limiter = LocalLimiter({"host": Pace(8, 0)})
    await asyncio.sleep(0.02)
    for _ in range(8):
        limiter.observe("host:a", 0.01, refused=True)
    assert 0.9 < min(await starts(limiter, "host:a", 2)) < 1.5


@jumping
async def test_who_is_dismissed_takes_no_slot() -> None:
    limiter = LocalLimiter({"host": Pace(1, 60)})
    watch = Watch(limiter)
    work = asyncio.gather(*(watch.work("host:a") for _ in range(5)))
    await asyncio.sleep(0.01)
    limiter.dismiss("host:a")
    await asyncio.wait_for(work, 1)
    assert limiter._lanes["host:a"].active == 0


@jumping
async def test_rooms_of_domains_are_forgotten_with_their_hosts(monkeypatch) -> None:
    monkeypatch.setattr(module, "SWEEP", 8)
    monkeypatch.setattr(module, "IDLE", 0.0)
    limiter = LocalLimiter({"host": Pace(1, 0, grouped=1)}, group=by_domain)
    for n in range(100):
        async with limiter.slot(f"host:www.d{n}.example"):
            pass
    assert len(limiter._groups) <= 16
