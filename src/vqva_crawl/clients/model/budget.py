"""What a run may spend: reserved before a call, settled after it (threat 31).

Failed attempts count. What was spent is told line by line to the spend journal, so that the caps of
the run and of the day hold over restarts.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from vqva_crawl.config import Caps, Prices
from vqva_crawl.errors import BudgetReached, Unusable
from vqva_crawl.storage.spend import Spend, SpendJournal


@dataclass(slots=True)
class Reservation:
    """Room for one attempt: at most so many tokens, and what they cost."""

    document: str
    tokens: int
    money: float


def today() -> str:
    return datetime.now(UTC).date().isoformat()


class Budget:
    """Caps on tokens and money; one for all endpoints of a run.

    The sum of what was spent and what is reserved never passes a cap: a call that finds no room
    waits for those under way to settle, and ends the run (BudgetReached) when there are none.
    """

    def __init__(self, caps: Caps, journal: SpendJournal, day: Callable[[], str] = today) -> None:
        self._caps = caps
        self._journal = journal
        self._day = day
        self._open: list[Reservation] = []
        self._of_document: Counter[str] = Counter()
        self._changed = asyncio.Event()

    async def reserve(
        self, document: str, prompt: int, completion: int, prices: Prices
    ) -> Reservation:
        """Raises BudgetReached for the run's or the day's cap, Unusable for the document's."""
        wanted = Reservation(document, prompt + completion, prices.of(prompt, completion))
        while over := self._over(wanted):
            if not self._open:
                raise BudgetReached(f"model.caps.{over} is reached; what is done is kept")
            self._changed.clear()
            await self._changed.wait()
        cap = self._caps.document_tokens
        held = sum(r.tokens for r in self._open if r.document == document)
        if cap is not None and self._of_document[document] + held + wanted.tokens > cap:
            raise Unusable("budget", f"the document's calls would pass {cap} tokens")
        self._open.append(wanted)
        return wanted

    def check(self, prompt: int, completion: int, prices: Prices) -> None:
        """Raises BudgetReached when so much at once would pass a cap of the run or the day."""
        wanted = Reservation("", prompt + completion, prices.of(prompt, completion))
        if over := self._over(wanted):
            raise BudgetReached(f"model.caps.{over} is reached; what is done is kept")

    def settle(self, held: Reservation, spend: Spend) -> None:
        """Replaces a reservation by what the attempt took."""
        self._open.remove(held)
        self._of_document[held.document] += spend.prompt + spend.completion
        self._journal.add(spend)
        self._changed.set()

    def _over(self, wanted: Reservation) -> str:
        """The cap of run or day that has no room, "" when all have."""
        run, day = self._journal.total(), self._journal.total(self._day())
        tokens = wanted.tokens + sum(r.tokens for r in self._open)
        money = wanted.money + sum(r.money for r in self._open)
        caps = self._caps
        for name, cap, used in (
            ("run_tokens", caps.run_tokens, run.tokens + tokens),
            ("day_tokens", caps.day_tokens, day.tokens + tokens),
            ("run_money", caps.run_money, run.money + money),
            ("day_money", caps.day_money, day.money + money),
        ):
            if cap is not None and used > cap:
                return name
        return ""
