"""One attempt at an endpoint: when its turn comes, paid for, and with its time as a whole."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from vqva_crawl.clients.base import Answer, Call
from vqva_crawl.clients.model.bounds import Bounds
from vqva_crawl.clients.model.breaker import Breaker
from vqva_crawl.clients.model.budget import Budget
from vqva_crawl.clients.model.charge import believed, charge, counted
from vqva_crawl.clients.model.endpoint import Endpoint
from vqva_crawl.clients.model.pace import Pace
from vqva_crawl.clients.model.patience import PATIENCE, slow_down
from vqva_crawl.config import Endpoint as Settings
from vqva_crawl.errors import ModelError, RateLimited, Refused, Transient

SLACK = 0.5  # seconds; the client's own time-outs come first, and tell what was never sent


class Attempts:
    """What the calls to an endpoint share: slots, bounds of tokens, and what `breaker` knows."""

    def __init__(
        self,
        endpoint: Endpoint,
        settings: Settings,
        budget: Budget,
        breaker: Breaker,
        pace: Pace,
    ) -> None:
        self._endpoint = endpoint
        self._settings = settings
        self._budget = budget
        self._breaker = breaker
        self._bounds = Bounds(endpoint.url, settings.image_tokens)
        self._pace = pace

    async def make(self, call: Call) -> Answer:
        """Raises FetchError for what another attempt may mend or not, ModelError, BudgetReached."""
        prompt, completion = most = self._bounds.of(call)
        self._check_pace(prompt)
        async with self._pace.slot(prompt) as started:
            self._breaker.check()
            wanted = replace(call, max_tokens=completion)
            held = await self._budget.reserve(
                wanted, self._endpoint.name, prompt, self._settings.prices
            )
            spent, failed = most, "cancelled"
            try:
                answer = believed(await self._sent(call), *self._bounds.known(call))
                spent, failed = counted(answer, *most), ""
                self._bounds.learn(call, spent)
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
        """However often a byte comes, the answer has to be whole in time."""
        seconds = self._settings.timeout
        try:
            async with asyncio.timeout(seconds + SLACK):
                return await self._endpoint.chat(call)
        except TimeoutError as error:
            said = f"no whole answer in {seconds:g} s"
            raise Transient("timeout", self._endpoint.url, said) from error

    def _check_pace(self, prompt: int) -> None:
        """Raises ModelError where one prompt takes longer than an endpoint is waited for."""
        most = self._settings.tokens_per_minute
        if most and prompt * 60 > most * PATIENCE:
            raise ModelError(
                f"{self._endpoint.url}: tokens_per_minute is {most:,}, and a single call may take "
                f"{prompt:,}: it would use up {prompt / most / 60:,.0f} hours; is it right?"
            )

    def _note(self, error: Exception, started: float) -> None:
        """Raises ModelError when there are too many failures for an endpoint that is up."""
        match error:
            case Refused():
                self._breaker.answered()
            case RateLimited():
                self._breaker.asked_to_wait(error.retry_after or 0.0)
                slow_down(error, started, self._pace, self._settings.retries)
            case Transient():
                self._breaker.failed(error)
            case ModelError():
                self._breaker.unanswered()
