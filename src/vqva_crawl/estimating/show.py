"""An estimate on a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from vqva_crawl.estimating.projecting import MEASURES, Estimate, Range


def shown(estimate: Estimate) -> Iterator[RenderableType]:
    yield _ranges(estimate)
    yield _agents(estimate)
    for line in _lines(estimate):
        yield Text(line)


def _ranges(estimate: Estimate) -> Table:
    title = (
        f"run {estimate.run}: {estimate.documents} of {estimate.collected} documents asked about"
    )
    table = Table(title=title, title_justify="left")
    table.add_column("")
    heads = ("a document", "an accepted sample", f"all {estimate.collected:,} documents")
    for head in heads:
        table.add_column(head, justify="right")
    for name in MEASURES:
        if name == "money" and not estimate.priced:
            continue
        columns = (estimate.per_document, estimate.per_sample, estimate.projected)
        table.add_row(name, *(_range(column.get(name)) for column in columns))
    return table


def _range(known: Range | None) -> str:
    """'12.4 (9.8 – 15.1)'; the number alone where the range is one."""
    if known is None or known.value is None:
        return ""
    if known.low == known.high:
        return _number(known.value)
    low, high = (_number(n) if n is not None else "unbounded" for n in (known.low, known.high))
    return f"{_number(known.value)} ({low} – {high})"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _agents(estimate: Estimate) -> Table:
    table = Table(title="of a document, by agent", title_justify="left")
    heads = ("agent", "model", "calls", "prompt tokens", "completion tokens")
    for head in (*heads, *(["money"] if estimate.priced else [])):
        table.add_column(head, justify="left" if head in ("agent", "model") else "right")
    for share in estimate.agents:
        numbers = [share.calls, share.prompt_tokens, share.completion_tokens]
        numbers += [share.money] if estimate.priced else []
        table.add_row(share.agent, share.model, *map(_number, numbers))
    return table


def _lines(estimate: Estimate) -> Iterator[str]:
    yield "Ranges: 10th to 90th percentile of a bootstrap over the documents asked about."
    for stage, failure in estimate.failures.items():
        yield f"{stage} failed on a document, and no sample came of it: {failure}"
    if not estimate.samples:
        yield "None of these documents gave a sample; ask about more with --documents."
    if not estimate.projected["prompt tokens"].value:
        yield "The endpoint counts no tokens, so neither tokens nor money can be told."
    if estimate.duplicates:
        yield f"{estimate.duplicates} near-duplicates are never asked about, and not in it."
    if estimate.samples:
        yield (
            "Not taken off are samples that repeat another page's or are beyond the caps on one "
            "picture: a run drops them, then has fewer samples, and each costs more."
        )
    yield from _time(estimate)
    if estimate.asked_twice:
        yield (
            f"{estimate.asked_twice} of the questions wait in an open batch as well, and are paid "
            f"twice: collect batches before an estimate."
        )
    yield from _collecting(estimate)
    yield _paid(estimate)


def _time(estimate: Estimate) -> Iterator[str]:
    if estimate.cycles is None:
        took = _duration(estimate.hours)
        yield f"Time for all documents: {took} or more, with as many calls at once as allowed."
        return
    steps = ", ".join(f"{role} {n}" for role, n in estimate.path.items())
    yield (
        f"A round takes {estimate.cycles} batch cycles or more ({steps}): the calls on the longest "
        f"way from a document to its sample or rejection, each of which waits for the one before."
    )
    yield (
        "These documents were asked about live, at the endpoint's live price: what was paid is "
        "more than is told here and counted for the caps, by `prices`, if those are a batch's."
    )


ASKED_FOR = {"planner": "a round", "labeller": "a borderline document that is collected"}


def _collecting(estimate: Estimate) -> Iterator[str]:
    """Who has asked already when there are documents, and will again when more are collected."""
    for role, took in estimate.collecting.items():
        money = f" ({_number(took.money)})" if took.money else ""
        calls = "1 call" if took.calls == 1 else f"{took.calls:,} calls"
        yield (
            f"Calls and tokens leave out the {role} (one {ASKED_FOR[role]}), on which this run "
            f"has spent {calls}, {took.tokens:,} tokens{money} so far."
        )


def _duration(hours: float) -> str:
    if hours < 1 / 60:
        return f"{hours * 3600:.0f} s"
    return f"{hours * 60:.0f} min" if hours < 2 else f"{hours:,.1f} h"


def _paid(estimate: Estimate) -> str:
    failed = f", {estimate.failed_attempts} failed attempts" if estimate.failed_attempts else ""
    money = f" ({_number(estimate.paid_money)})" if estimate.priced else ""
    paid = f"Paid now: {estimate.paid_tokens:,} tokens{money}{failed}"
    if not estimate.answers:
        return f"{paid}; no call was answered."
    return (
        f"{paid}; {estimate.stored_answers} of {estimate.answers} answers were stored before. "
        f"The run will find all of them stored."
    )
