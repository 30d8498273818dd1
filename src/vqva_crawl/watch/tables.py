"""A run in tables: what each stage let through, what could not be had, what was spent."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from vqva_crawl.reporting import RunReport
from vqva_crawl.storage.losses import Loss
from vqva_crawl.storage.spending import NOTE, amount, spend_table

SHOWN = 6  # reasons on one line
MOST_LOSSES = 12  # causes, of pages and of pictures each
HOSTS = 2  # on one line


def survival_table(report: RunReport) -> Table:
    table = Table(title="what each stage saw", title_justify="left")
    for name in ("stage", "seen", "passed", "rejected"):
        table.add_column(name, justify="left" if name == "stage" else "right")
    table.add_column("why")
    for stage, line in report.survival.items():
        reasons = [f"{reason} {count}" for reason, count in line.reasons.most_common()]
        more = [f"{len(reasons) - SHOWN} more"] if len(reasons) > SHOWN else []
        why = ", ".join(reasons[:SHOWN] + more)
        rejected = sum(line.reasons.values())
        table.add_row(stage, str(line.seen), str(line.passed), str(rejected), why)
    return table


def tables(report: RunReport) -> list[Table]:
    """All that is shown of a run: what each stage let through, what was spent, what came out."""
    spent = [spending_table(report)] if report.spend else []
    lost = [losses_table(report)] if report.losses.pages or report.losses.pictures else []
    return [survival_table(report), *lost, *spent, summary_table(report)]


def losses_table(report: RunReport) -> Table:
    table = Table(title="what could not be had", title_justify="left")
    for name in ("", "cause", "what it means", "urls", "hosts with the most, and one of the urls"):
        table.add_column(name, justify="right" if name == "urls" else "left", overflow="fold")
    for kind, losses in (("pages", report.losses.pages), ("pictures", report.losses.pictures)):
        shown, more = losses[:MOST_LOSSES], losses[MOST_LOSSES:]
        for loss in shown:
            first = kind if loss is shown[0] else ""
            cells = (loss.cause, loss.words, str(loss.count), _where(loss))
            table.add_row(first, *map(Text, cells))
        if more:
            named = ", ".join(f"{loss.cause} {loss.count}" for loss in more)
            count = str(sum(loss.count for loss in more))
            table.add_row("", *map(Text, (f"{len(more)} more", named, count, "")))
        table.add_section()
    return table


def _where(loss: Loss) -> str:
    hosts = ", ".join(f"{host} {count}" for host, count in loss.hosts[:HOSTS])
    return f"{hosts}; {loss.example}"


def spending_table(report: RunReport) -> Table:
    table = Table(title="what each agent's model took", title_justify="left", caption=NOTE)
    table.caption_justify = "left"
    head, *rows = spend_table(report.spend, report.samples)
    for name, *cells in zip(head, *rows, strict=True):
        widest = max(map(len, [*cells, *name.split()]))  # heads break between words, numbers never
        left = name == head[0]
        table.add_column(name, justify="left" if left else "right", min_width=widest, width=widest)
    for row in rows:
        table.add_row(*row, end_section=row is rows[-2])
    return table


def batches(report: RunReport) -> str:
    """What waits for the answers of batches, "" where nothing does."""
    if not report.batches and not report.waiting.calls:
        return ""
    total = report.waiting
    questions = f"{total.calls:,} question{'' if total.calls == 1 else 's'}"
    money = f" ({amount(total.money)} in money)" if total.money else ""
    return f"{report.batches} open, {questions}, at most {total.tokens:,} tokens reserved{money}"


def repeating(report: RunReport) -> str:
    """How many pages had links that were not followed, and where most of them, "" for none."""
    if not report.repeating:
        return ""
    named = ", ".join(f"{host} {count}" for host, count in [*report.repeating.items()][:HOSTS])
    pages = sum(report.repeating.values())
    return f"links of {pages} pages that repeat on their host were not followed ({named})"


def summary_table(report: RunReport) -> Table:
    table = Table(title=f"run {report.name}", title_justify="left", show_header=False)
    counts, asked = report.counts, report.counts.get("asked", 0)
    rows = {
        "triples": f"{counts['samples']}",
        "pages": f"{counts['pages']} ({counts['documents']} documents kept)",
        "pictures": f"{counts['images']} different ones",
        "requests": f"{counts['requests']} (sent for pages and pictures, by committed units)",
        "repeating": repeating(report),
        "asked": f"{asked} (search services and sources: their JSON interfaces)" if asked else "",
        "rounds": f"{report.rounds} ({report.stopped_because})",
        "units": f"{counts['committed']} of {counts['units']}",
        "batches": batches(report),
        "time": f"{report.seconds:.1f} s" if report.seconds else "",
        "dataset": report.dataset if report.report.exists() else "",
        "report": str(report.report.absolute()) if report.report.exists() else "",
    }
    for name, value in rows.items():
        if value:
            table.add_row(name, Text(value, overflow="fold"))
    return table
