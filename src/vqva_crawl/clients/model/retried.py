"""Attempts at an endpoint until one succeeds: paced, paid for, and given up in good time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from math import inf

import structlog

from vqva_crawl.clients.base import Answer, Call
from vqva_crawl.clients.model.bounds import Bounds
from vqva_crawl.clients.model.breaker import Breaker
from vqva_crawl.clients.model.budget import Budget
from vqva_crawl.clients.model.charge import ANSWERED, charge, counted
from vqva_crawl.clients.model.endpoint import Endpoint
from vqva_crawl.clients.model.health import Health
from vqva_crawl.clients.model.pace import Pace
from vqva_crawl.clients.model.patience import BUSY, slow_down
from vqva_crawl.clients.model.probes import Probes
from vqva_crawl.clients.model.protocol import wordless
from vqva_crawl.clients.model.tokens import with_thinking
from vqva_crawl.clients.retry import retrying
from vqva_crawl.config import Endpoint as Settings
from vqva_crawl.errors import FetchError, ModelError, RateLimited, Refused, Transient, Unusable

BACKOFF = 0.5  # seconds, doubled at each try, with full jitter
SLACK = 0.5  # seconds; the client's own time-outs come first, and tell what was never sent

log = structlog.get_logger()


class Retried:
    """A ChatModel over one endpoint."""

    def __init__(
        self,
        endpoint: Endpoint,
        settings: Settings,
        budget: Budget,
        waits: Callable[[float], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`waits` is told the seconds of a pause that the endpoint asked for."""
        self.name = endpoint.name
        self._endpoint = endpoint
        self._settings = settings
        self._budget = budget
        self._pace = Pace(
            settings.concurrency,
            settings.requests_per_minute,
            settings.tokens_per_minute,
            waits=self._waits,
        )
        self._told = waits
        self._breaker = Breaker(settings.retries + 1, self._left_alone, clock)
        self._health = Health(settings.retries + 1, settings.concurrency)
        self._bounds = Bounds(endpoint.url, settings.image_tokens)
        self._probes = Probes(endpoint, partial(self._tried, retries=settings.retries))

    async def chat(self, call: Call) -> Answer:
        """Raises ModelError for an endpoint that is down or refuses all, Unusable for one call."""
        call = with_thinking(call, self._settings.thinking_tokens)
        with self._health.call():
            while True:
                asked = self._endpoint.asked(call)
                said = await self._said(asked)
                if isinstance(said, Answer) and not wordless(said):
                    return said
                await self._probes.check(asked)
                if self._endpoint.asked(call).schema == asked.schema:
                    break  # else it was found not to know schemas, and is asked without
            if isinstance(said, Answer):
                return said
            raise Unusable("endpoint_refused", said.detail) from said

    async def _said(self, call: Call) -> Answer | Refused:
        """Raises ModelError, Unusable where attempts do not help."""
        with self._breaker.call() as trial:
            retries = 0 if trial else self._settings.retries
            try:
                return await self._tried(call, retries)
            except (Transient, RateLimited) as error:
                raise self._given_up(error, retries + 1, trial) from error
            except Refused as error:
                return error

    async def _tried(self, call: Call, retries: int) -> Answer:
        """The answer; raises what the last attempt raised."""
        async for attempt in retrying(retries, BACKOFF, inf):
            with attempt:
                answer = await (self._let_in(call) if retries else self._attempt(call))
                self._probes.answered(call, answer)
                return answer
        raise AssertionError("retrying either returns or raises")

    def _given_up(self, error: FetchError, tries: int, trial: bool) -> Exception:
        """A server that fails on one call costs one record; one that is gone, the run."""
        said = f"{tries} attempt{'' if tries == 1 else 's'}"
        if isinstance(error, Transient) and _of_one_call(error) and not trial:
            return Unusable("endpoint_failed", f"{error.detail} ({said})")
        return ModelError(f"{error.url}: {error.detail} ({error.kind}, {said})")

    async def _let_in(self, call: Call) -> Answer:
        """As `_attempt`, but 429s are waited out. That is no matter of one call's attempts."""
        while True:
            try:
                return await self._attempt(call)
            except RateLimited as error:
                if error.kind != BUSY:
                    raise

    async def _attempt(self, call: Call) -> Answer:
        prompt, completion = most = self._bounds.of(call)
        async with self._pace.slot(prompt) as started:
            self._breaker.check()
            wanted = replace(call, max_tokens=completion)
            held = await self._budget.reserve(wanted, self.name, prompt, self._settings.prices)
            spent, failed = most, "cancelled"
            try:
                answer = await self._sent(call)
                spent, failed = counted(answer, *most), ""
                self._bounds.learn(call, spent)
                self._health.answered()
                self._breaker.answered()
                self._pace.went_well()
                return answer
            except Exception as error:
                spent = charge(error, *most)
                failed = getattr(error, "kind", "error")
                self._note(error, started)
                raise
            finally:
                self._budget.settle(held, *spent, failed)

    async def _sent(self, call: Call) -> Answer:
        """An attempt has its time as a whole, however often a byte comes."""
        seconds = self._settings.timeout
        try:
            async with asyncio.timeout(seconds + SLACK):
                return await self._endpoint.chat(call)
        except TimeoutError as error:
            said = f"no whole answer in {seconds:g} s"
            raise Transient("timeout", self._endpoint.url, said) from error

    def _note(self, error: Exception, started: float) -> None:
        """Raises ModelError when there are too many failures for an endpoint that is up."""
        if isinstance(error, Refused):
            self._breaker.answered()
        elif isinstance(error, (FetchError, ModelError)):
            self._breaker.failed()
        if isinstance(error, RateLimited):
            self._breaker.rests(error.retry_after or 0.0)
            slow_down(error, started, self._pace, self._settings.retries)
        elif isinstance(error, Transient) and (failures := self._health.failed(error.kind)):
            said = f"{error.kind}, {failures} attempts in a row failed"
            raise ModelError(f"{error.url}: {error.detail} ({said})") from error

    def _waits(self, seconds: float) -> None:
        log.info("model_waits", model=self.name, seconds=round(seconds, 1))
        if self._told:
            self._told(seconds)

    def _left_alone(self, seconds: float, why: ModelError) -> None:
        log.warning("model_left_alone", model=self.name, seconds=round(seconds), why=str(why))

    async def aclose(self) -> None:
        await self._endpoint.aclose()


def _of_one_call(error: Transient) -> bool:
    """Whether a server that is up may fail in this way on one call alone."""
    return error.kind.startswith("http_5") or error.kind in ANSWERED
