"""The spend journal: its totals are those of its lines, whoever wrote them and however it ended."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vqva_crawl.storage.spend import SpendJournal, Total
from vqva_crawl.storage.spend_lines import KILLED, WAITING, Spend, line_of
from vqva_crawl.storage.spending import spent

DAYS = ("2026-01-01", "2026-01-02")
SPEND = Spend(f"{DAYS[0]}T10:00:00+00:00", "filter", "m", 70, 30, 1.0, failed=KILLED)
OPS = st.tuples(
    st.sampled_from("reserve settle ask answer kill crash old total".split()),
    st.integers(0, 1),  # which of two programs
    st.integers(0, 200),  # tokens, and a choice among what is open
)


class Model:
    """Two programs at one journal, and what has to count: id -> what it stands at."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.counts: dict[str, Spend] = {}
        self.open: tuple[list[Spend], list[Spend]] = ([], [])
        self.journals = [SpendJournal(path), SpendJournal(path)]

    def write(self, which: int, spend: Spend) -> None:
        self.journals[which].add(spend)
        self.counts[spend.id] = spend

    def play(self, op: str, which: int, n: int) -> None:
        at, role = f"{DAYS[n % 2]}T10:00:00+00:00", ("filter", "reasoner")[n % 2]
        journal, mine = self.journals[which], self.open[which]
        match op:
            case "reserve":
                mine.append(replace(SPEND, at=at, role=role, id=journal.new_id()))
                self.write(which, mine[-1])
            case "settle" if mine:
                held = mine.pop(n % len(mine))
                self.write(which, held.took(n, n // 2, n / 4, "timeout" if n % 5 == 0 else ""))
            case "ask":
                id = journal.new_id(batch=True)
                self.write(which, replace(SPEND, at=at, failed=WAITING, id=id, key=f"key {n}"))
            case "answer":  # by whoever collects, and as often as a kill makes it
                if asked := journal.question(f"key {n}"):
                    self.write(which, asked.took(n, 1, 0.5, "refused" if n % 3 == 0 else ""))
            case "kill":
                mine.clear()
                journal.close()
                self.journals[which] = SpendJournal(self.path)
            case "crash":
                self.crash(n)
            case "old":
                self.old(at, role, n)
            case "total":
                assert figures(journal.total()) == figures(self.total())

    def crash(self, n: int) -> None:
        """Of the machine: everything dies, and a last line is cut off."""
        for journal in self.journals:
            journal.close()
        line = line_of(replace(SPEND, id="never begun"))
        with self.path.open("a") as file:
            file.write(line[: n % (len(line) - 1)])  # without its newline alone it would count
        self.open = ([], [])
        self.journals = [SpendJournal(self.path), SpendJournal(self.path)]

    def old(self, at: str, role: str, n: int) -> None:
        """A line as earlier versions wrote it."""
        spend = Spend(at, role, "m", n, 1, 0.25)
        line = {k: v for k, v in asdict(spend).items() if k not in ("id", "document", "key")}
        with self.path.open("a") as file:
            file.write(f"{json.dumps(line)}\n")
        self.counts[f"old {len(self.counts)}"] = spend

    def total(self, day: str = "", waiting: bool = True, role: str = "") -> Total:
        total = Total()
        for spend in self.counts.values():
            wanted = spend.at.startswith(day) and role in ("", spend.role)
            if wanted and (waiting or spend.failed != WAITING):
                total.add(spend)
        return total


def figures(total: Total) -> tuple[float, ...]:
    return (total.calls, total.failed, total.prompt, total.completion, round(total.money, 6))


@settings(max_examples=150)
@given(st.lists(OPS, max_size=60))
def test_its_totals_are_those_of_what_counts(ops):
    with TemporaryDirectory() as folder:
        model = Model(Path(folder) / "spend.jsonl")
        for op in ops:
            model.play(*op)
        with closing(SpendJournal(model.path)) as fresh:
            for journal in (*model.journals, fresh):
                assert figures(journal.total()) == figures(model.total())
                for day in DAYS:
                    assert figures(journal.total(day)) == figures(model.total(day))
        for journal in model.journals:
            journal.close()
        shown = {role: figures(total) for role, total in spent(model.path).items() if total.calls}
        roles = Counter(s.role for s in model.counts.values() if s.failed != WAITING)
        assert shown == {role: figures(model.total("", False, role)) for role in roles}


def test_what_is_read_while_it_is_written_is_read_once_and_whole(tmp_path):
    path = tmp_path / "spend.jsonl"
    with closing(SpendJournal(path)) as journal, path.open("a") as other:
        line = line_of(replace(SPEND, id="a-0"))
        for part in (line[:20], line[20:-1], "\n"):
            assert journal.total().calls == 0
            other.write(part)
            other.flush()
        assert journal.total().tokens == 100
        other.write(line_of(replace(SPEND, id="a-0").took(10, 5, 0.1, "")))
        other.flush()
        assert figures(journal.total()) == (1, 0, 10, 5, 0.1)


@pytest.mark.parametrize("damage", [{"prompt": "a"}, {"money": None}, {"at": 5}, {"money": 1e999}])
def test_a_damaged_line_counts_nothing_and_stops_nobody(tmp_path, damage):
    path = tmp_path / "spend.jsonl"
    whole = asdict(replace(SPEND, failed=""))
    path.write_text("".join(json.dumps(one) + "\n" for one in (whole | damage, whole)))
    with closing(SpendJournal(path)) as journal:
        assert journal.total().calls == 1
