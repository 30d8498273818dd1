"""Attempts at an endpoint until one succeeds: paced, paid for, and given up in good time."""

from __future__ import annotations

from datetime import UTC, datetime
from math import inf

from vqva_crawl.clients.base import Answer, Call
from vqva_crawl.clients.model.budget import Budget
from vqva_crawl.clients.model.charge import charge
from vqva_crawl.clients.model.endpoint import Endpoint
from vqva_crawl.clients.model.health import Health
from vqva_crawl.clients.model.pace import Pace
from vqva_crawl.clients.model.tokens import most_tokens
from vqva_crawl.clients.retry import retrying
from vqva_crawl.config import Endpoint as Settings
from vqva_crawl.errors import FetchError, ModelError, RateLimited, Refused, Transient, Unusable
from vqva_crawl.storage.spend import Spend

BACKOFF = 0.5  # seconds, doubled at each try, with full jitter


class Retried:
    """A ChatModel over one endpoint."""

    def __init__(self, endpoint: Endpoint, settings: Settings, budget: Budget) -> None:
        self.name = endpoint.name
        self._endpoint = endpoint
        self._settings = settings
        self._budget = budget
        self._pace = Pace(
            settings.concurrency, settings.requests_per_minute, settings.tokens_per_minute
        )
        self._health = Health(settings.retries + 1)

    async def chat(self, call: Call) -> Answer:
        """Raises ModelError for an endpoint that is down or refuses all, Unusable for one call."""
        with self._health.call() as number:
            return await self._answer(call, number)

    async def _answer(self, call: Call, number: int) -> Answer:
        try:
            async for attempt in retrying(self._settings.retries, BACKOFF, inf):
                with attempt:
                    return await self._attempt(call)
        except Refused as error:
            if calls := self._health.refused(number):
                raise ModelError(
                    f"{error.url}: {error.detail} ({error.kind}; all {calls} calls were refused)"
                ) from error
            raise Unusable("endpoint_refused", error.detail) from error
        except (Transient, RateLimited) as error:
            raise self._given_up(error) from error
        raise AssertionError("retrying either returns or raises")

    def _given_up(self, error: FetchError) -> Exception:
        """A server that fails on one call costs one record; one that is gone, the run."""
        tries = self._settings.retries + 1
        if error.kind.startswith("http_5"):
            return Unusable("endpoint_failed", f"{error.detail} ({tries} attempts)")
        return ModelError(f"{error.url}: {error.detail} ({error.kind}, {tries} attempts)")

    async def _attempt(self, call: Call) -> Answer:
        prompt = most_tokens(call.messages, self._settings.image_tokens)
        prices = self._settings.prices
        async with self._pace.slot(prompt) as started:
            held = await self._budget.reserve(call.document, prompt, call.max_tokens, prices)
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
                at = datetime.now(UTC).isoformat(timespec="seconds")
                money = prices.of(*spent)
                self._budget.settle(held, Spend(at, call.role, self.name, *spent, money, failed))

    def _note(self, error: Exception, started: float) -> None:
        """Raises ModelError when there are too many failures for an endpoint that is up."""
        if isinstance(error, RateLimited):
            self._pace.refused(started, error.retry_after)
        elif isinstance(error, Transient) and (failures := self._health.failed()):
            said = f"{error.kind}, {failures} attempts in a row failed"
            raise ModelError(f"{error.url}: {error.detail} ({said})") from error

    async def aclose(self) -> None:
        await self._endpoint.aclose()
