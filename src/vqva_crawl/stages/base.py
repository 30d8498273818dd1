"""What a stage is.

A stage takes one record and gives none, one or many, or a `Rejected`; a unit stage has to see all
documents of a unit at once. Both are safe to run again and know nothing of engines: what a stage
needs is handed to its constructor.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Protocol, runtime_checkable

from vqva_crawl.records import Record, Rejected

Outcome = Record | Sequence[Record] | None


class Stage(Protocol):
    name: ClassVar[str]
    version: ClassVar[str]  # raised whenever the same input may give another output

    async def __call__(self, record: Any, /) -> Outcome: ...


@runtime_checkable
class UnitStage(Protocol):
    name: ClassVar[str]
    version: ClassVar[str]

    def whole_unit(self, records: Sequence[Any], /) -> Sequence[Record]:
        """All records of the unit, in order, to what goes on and what is `Rejected`."""
        ...


__all__ = ["Outcome", "Record", "Rejected", "Stage", "UnitStage"]
