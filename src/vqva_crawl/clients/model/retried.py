"""Attempts at an endpoint until one succeeds, given up in good time."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from math import inf

import structlog

from vqva_crawl.clients.base import Answer, Call
from vqva_crawl.clients.model.attempts import Attempts
from vqva_crawl.clients.model.breaker import Breaker
from vqva_crawl.clients.model.budget import Budget
from vqva_crawl.clients.model.charge import ANSWERED
from vqva_crawl.clients.model.endpoint import Endpoint
from vqva_crawl.clients.model.pace import Pace
from vqva_crawl.clients.model.patience import BUSY
from vqva_crawl.clients.model.probes import Probes
from vqva_crawl.clients.model.protocol import wordless
from vqva_crawl.clients.model.tokens import with_thinking
from vqva_crawl.clients.retry import retrying
from vqva_crawl.config import Endpoint as Settings
from vqva_crawl.errors import FetchError, ModelError, RateLimited, Refused, Transient, Unusable

BACKOFF = 0.5  # seconds, doubled at each try, with full jitter

log = structlog.get_logger()


class Retried:
    """A ChatModel over one endpoint."""

    def __init__(
        self,
        endpoint: Endpoint,
        settings: Settings,
        budget: Budget,
        pace: Pace,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = endpoint.name
        self._endpoint = endpoint
        self._settings = settings
        self._breaker = Breaker(settings.retries + 1, settings.concurrency, self._left_alone, clock)
        self._attempts = Attempts(endpoint, settings, budget, self._breaker, pace)
        self._probes = Probes(endpoint, partial(self._tried, retries=settings.retries))

    async def chat(self, call: Call) -> Answer:
        """Raises ModelError for an endpoint that is down or refuses all, Unusable for one call."""
        call = with_thinking(call, self._settings.thinking_tokens)
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
                raise await self._given_up(call, error, retries + 1, trial) from error
            except Refused as error:
                return error

    async def _tried(self, call: Call, retries: int) -> Answer:
        """The answer; raises what the last attempt raised."""
        async for attempt in retrying(retries, BACKOFF, inf):
            with attempt:
                answer = await (self._let_in(call) if retries else self._attempts.make(call))
                self._probes.answered(call, answer)
                return answer
        raise AssertionError("retrying either returns or raises")

    async def _let_in(self, call: Call) -> Answer:
        """As one attempt, but 429s are waited out. That is no matter of one call's attempts."""
        while True:
            try:
                return await self._attempts.make(call)
            except RateLimited as error:
                if error.kind != BUSY:
                    raise

    async def _given_up(self, call: Call, error: FetchError, tries: int, trial: bool) -> Exception:
        """A server that fails on one call costs one record; one that is gone, the run.

        One that answered nothing yet, or nothing since, has to answer a probe, or it counts as
        gone: else the last records of a run would be lost to an endpoint that went away.
        """
        said = f"{tries} attempt{'' if tries == 1 else 's'}"
        if isinstance(error, Transient) and _of_one_call(error) and not trial:
            if not self._endpoint.answered:
                await self._probes.check(call)
            elif self._breaker.silent():
                await self._probes.anew(call)
            return Unusable("endpoint_failed", f"{error.detail} ({said})")
        return ModelError(f"{error.url}: {error.detail} ({error.kind}, {said})")

    def _left_alone(self, seconds: float, why: ModelError) -> None:
        log.warning("model_left_alone", model=self.name, seconds=round(seconds), why=str(why))

    async def aclose(self) -> None:
        await self._endpoint.aclose()


def _of_one_call(error: Transient) -> bool:
    """Whether a server that is up may fail in this way on one call alone."""
    return error.kind.startswith("http_5") or error.kind in ANSWERED
