"""What a run may spend: reserved before a call, settled after it (threat 31).

Failed attempts count. The spend journal is told of both, so that the caps hold over restarts, over
the calls of other programs, and for calls whose process was killed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from vqva_crawl.clients.base import Call
from vqva_crawl.clients.model.documents import Documents
from vqva_crawl.config import Caps, Prices
from vqva_crawl.errors import BudgetReached, Unusable
from vqva_crawl.storage.spend import SpendJournal
from vqva_crawl.storage.spend_lines import KILLED, WAITING, Spend


@dataclass(frozen=True, slots=True)
class Reservation:
    """Room for one attempt: what it takes at the most, and what tokens cost."""

    spend: Spend
    prices: Prices


def now() -> str:
    """In UTC, as the journal has it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


class Budget:
    """Caps on tokens and money; one for all endpoints of a run.

    The sum of what was spent and what is reserved never passes a cap. A call that finds no room
    waits for those under way here to settle, in its document for those of its document; it is
    refused when there are none. When a cap of run or day has refused a call, which ends the run,
    none begins any more, however small: it would be paid and then cut off.
    """

    def __init__(self, caps: Caps, journal: SpendJournal, clock: Callable[[], str] = now) -> None:
        self._caps = caps
        self._journal = journal
        self._documents = Documents(journal, caps.document_tokens)
        self._clock = clock
        self._under_way: dict[str, str] = {}  # id of an attempt -> its document
        self._changed = asyncio.Event()
        self._reached = ""  # what the first refusal said

    async def reserve(self, call: Call, model: str, prompt: int, prices: Prices) -> Reservation:
        """Room for an attempt at a call whose prompt has at most so many tokens.

        Raises BudgetReached for a cap of the run or the day, Unusable for the document's.
        """
        while True:
            if self._reached:
                raise BudgetReached(self._reached)
            try:
                spend = self._take(call, model, prompt, prices, KILLED)
            except BudgetReached as error:
                if not self._under_way:
                    self._reached = str(error)
                    raise
            except Unusable:
                if call.document not in self._under_way.values():
                    raise
            else:
                self._under_way[spend.id] = spend.document
                return Reservation(spend, prices)
            self._changed.clear()
            await self._changed.wait()

    def settle(self, held: Reservation, prompt: int, completion: int, failed: str) -> None:
        """Replaces a reservation by what the attempt took; `failed` as in `Spend`."""
        del self._under_way[held.spend.id]
        money = held.prices.of(prompt, completion)
        self._journal.add(held.spend.took(prompt, completion, money, failed))
        self._changed.set()

    def note(self, call: Call, model: str, prompt: int, prices: Prices) -> None:
        """Room for a question of a batch, which it has from then on until it is answered.

        Raises as `reserve` does.
        """
        known = self._journal.question(call.key)
        if known is None or known.settled:
            self._take(call, model, prompt, prices, WAITING)

    def _take(self, call: Call, model: str, prompt: int, prices: Prices, state: str) -> Spend:
        """Writes a reservation, if there is room. Raises BudgetReached, Unusable."""
        wanted = Spend(
            at=self._clock(),
            role=call.role,
            model=model,
            prompt=prompt,
            completion=call.max_tokens,
            money=prices.of(prompt, call.max_tokens),
            failed=state,
            id=self._journal.new_id(batch=state == WAITING),
            document=call.document,
            key=call.key,
        )
        with self._journal.alone():
            self._check(wanted)
            self._documents.check(wanted)
            self._journal.add(wanted)
        return wanted

    def _check(self, wanted: Spend) -> None:
        """Raises BudgetReached where a cap of run or day has no room for what is wanted."""
        run, day = self._journal.total(), self._journal.total(wanted.at[:10])
        caps = self._caps
        for name, cap, booked, more in (
            ("run_tokens", caps.run_tokens, run.tokens, wanted.tokens),
            ("day_tokens", caps.day_tokens, day.tokens, wanted.tokens),
            ("run_money", caps.run_money, run.money, wanted.money),
            ("day_money", caps.day_money, day.money, wanted.money),
        ):
            if cap is not None and booked + more > cap:
                raise BudgetReached(
                    f"model.caps.{name} is reached ({_number(booked)} of {_number(cap)} booked, "
                    f"and the next call may take {_number(more)}); what is done is kept"
                )


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.6f}".rstrip("0").rstrip(".")
