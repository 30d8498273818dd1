"""Attempts at an endpoint until one succeeds: paced, paid for, and given up in good time."""

from __future__ import annotations

from collections.abc import Callable
from math import inf

from vqva_crawl.clients.base import Answer, Call
from vqva_crawl.clients.model.budget import Budget
from vqva_crawl.clients.model.charge import ANSWERED, charge
from vqva_crawl.clients.model.endpoint import Endpoint
from vqva_crawl.clients.model.health import Health
from vqva_crawl.clients.model.pace import Pace
from vqva_crawl.clients.model.probes import Probes
from vqva_crawl.clients.model.tokens import most_tokens
from vqva_crawl.clients.retry import retrying
from vqva_crawl.config import Endpoint as Settings
from vqva_crawl.errors import FetchError, ModelError, RateLimited, Refused, Transient, Unusable

BACKOFF = 0.5  # seconds, doubled at each try, with full jitter


class Retried:
    """A ChatModel over one endpoint."""

    def __init__(
        self,
        endpoint: Endpoint,
        settings: Settings,
        budget: Budget,
        waits: Callable[[float], None] | None = None,
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
            waits=waits,
        )
        self._health = Health(settings.retries + 1)
        self._probes = Probes(self._tried)

    async def chat(self, call: Call) -> Answer:
        """Raises ModelError for an endpoint that is down or refuses all, Unusable for one call."""
        with self._health.call():
            try:
                return await self._tried(call)
            except (Transient, RateLimited) as error:
                raise self._given_up(error) from error
            except Refused as error:
                refused = error
            await self._probes.check(call)
            raise Unusable("endpoint_refused", refused.detail) from refused

    async def _tried(self, call: Call) -> Answer:
        """The answer; raises what the last attempt raised."""
        async for attempt in retrying(self._settings.retries, BACKOFF, inf):
            with attempt:
                answer = await self._attempt(call)
                self._probes.answered(call)
                return answer
        raise AssertionError("retrying either returns or raises")

    def _given_up(self, error: FetchError) -> Exception:
        """A server that fails on one call costs one record; one that is gone, the run."""
        tries = self._settings.retries + 1
        if isinstance(error, Transient) and _of_one_call(error):
            return Unusable("endpoint_failed", f"{error.detail} ({tries} attempts)")
        return ModelError(f"{error.url}: {error.detail} ({error.kind}, {tries} attempts)")

    async def _attempt(self, call: Call) -> Answer:
        prompt = most_tokens(call.messages, self._settings.image_tokens)
        async with self._pace.slot(prompt) as started:
            held = await self._budget.reserve(call, self.name, prompt, self._settings.prices)
            spent, failed = (prompt, call.max_tokens), "cancelled"
            try:
                answer = await self._endpoint.chat(call)
                failed = ""
                if answer.prompt_tokens:  # a server that counts nothing is charged the most
                    spent = answer.prompt_tokens, answer.completion_tokens
                self._health.answered()
                self._pace.went_well()
                return answer
            except Exception as error:
                spent = charge(error, prompt, call.max_tokens)
                failed = getattr(error, "kind", "error")
                self._note(error, started)
                raise
            finally:
                self._budget.settle(held, *spent, failed)

    def _note(self, error: Exception, started: float) -> None:
        """Raises ModelError when there are too many failures for an endpoint that is up."""
        if isinstance(error, RateLimited):
            self._pace.refused(started, error.retry_after)
        elif isinstance(error, Transient) and (failures := self._health.failed()):
            said = f"{error.kind}, {failures} attempts in a row failed"
            raise ModelError(f"{error.url}: {error.detail} ({said})") from error

    async def aclose(self) -> None:
        await self._endpoint.aclose()


def _of_one_call(error: Transient) -> bool:
    """Whether a server that is up may fail in this way on one call alone."""
    return error.kind.startswith("http_5") or error.kind in ANSWERED
