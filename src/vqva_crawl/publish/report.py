"""The picture report: one page, without a script, that opens from the disk.

Everything crawled is hostile here. jinja2 escapes all text; the page's policy allows its own style
block, its own pictures, and nothing else; links lead to http(s) or are plain text; pictures are
re-encoded and named by hash. Bars are SVG, since the policy refuses style attributes too.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple, get_args

from jinja2 import Environment, PackageLoader, StrictUndefined

from vqva_crawl import urls
from vqva_crawl.errors import StorageError
from vqva_crawl.publish import thumbnails
from vqva_crawl.publish.draw import draw
from vqva_crawl.publish.summary import Counts, Summary, Triple, counted, ranked
from vqva_crawl.records import Domain, Rejected, Relation, Sample
from vqva_crawl.storage import spending

REJECTED_SHOWN = 240
TRAINER_SHORT_SIDE = 512  # pixels; smaller pictures are upsampled by the published trainer


def by_domain(sample: Sample) -> str:
    """The group that triples for the report are drawn evenly over."""
    return sample.domain


def by_cause(rejected: Rejected) -> str:
    return f"{rejected.stage} {rejected.reason}"


def draw_samples(samples: Iterable[Sample], limit: int) -> list[Sample]:
    """The samples to show: at most `limit`, evenly over domains, always the same ones."""
    return draw(samples, limit, by_domain)


def write_report(
    folder: Path, summary: Summary, triples: Iterable[Triple], rejected: Iterable[Rejected]
) -> Path:
    """Writes `index.html` and `pictures/` into `folder`; gives the page's path.

    All `triples` are shown, in their order (choose them with `draw_samples`, then join the
    pictures). Of `rejected` at most 240 are drawn evenly over stages and reasons. Pictures that an
    earlier report left and this one does not show are removed. Raises StorageError.
    """
    try:
        return _write(folder, summary, triples, rejected)
    except OSError as error:
        raise StorageError(f"{folder}: cannot write the report: {error}") from error


def _write(
    folder: Path, summary: Summary, triples: Iterable[Triple], rejected: Iterable[Rejected]
) -> Path:
    pictures = folder / "pictures"
    pictures.mkdir(parents=True, exist_ok=True)
    shown = [
        (sample, thumbnails.keep(question, pictures), thumbnails.keep(answer, pictures))
        for sample, question, answer in triples
    ]
    page = folder / "index.html"
    temporary = page.with_suffix(".tmp")
    temporary.write_bytes(_render(summary, shown, rejected).encode("utf-8", "replace"))
    temporary.replace(page)
    names = {name for _, *both in shown for name in both}
    for path in pictures.iterdir():
        if path.name not in names:
            path.unlink()
    return page


def _render(
    summary: Summary, shown: list[tuple[Sample, str, str]], rejected: Iterable[Rejected]
) -> str:
    domains, relations = get_args(Domain), get_args(Relation)
    css, html = map(_environment().get_template, ("report.css.jinja", "report.html.jinja"))
    style = css.render(domains=domains, relations=relations)
    drawn = draw(rejected, REJECTED_SHOWN, by_cause)
    return html.render(
        summary=summary,
        style=style,
        style_hash=_hash(style),
        panels=list(_panels(summary)),
        triples=shown,
        shown_domains=_occurring(domains, Counter(s.domain for s, _, _ in shown)),
        shown_relations=_occurring(relations, Counter(s.relation for s, _, _ in shown)),
        rejected=_by_stage(drawn, [line.stage for line in summary.survival]),
        rejected_drawn=len(drawn),
        small=TRAINER_SHORT_SIDE,
    )


def _occurring(names: tuple[str, ...], counts: Counter[str]) -> list[tuple[str, int]]:
    return [(name, counts[name]) for name in names if counts[name]]


def _by_stage(drawn: list[Rejected], order: list[str]) -> dict[str, list[Rejected]]:
    """The drawn records under their stages in the pipeline's order, those of a reason together."""
    stages: dict[str, list[Rejected]] = {stage: [] for stage in order}
    for record in sorted(drawn, key=lambda r: (r.stage, r.reason)):
        stages.setdefault(record.stage, []).append(record)
    return {stage: records for stage, records in stages.items() if records}


class _Panel(NamedTuple):
    """A distribution: rows of (name, name for readers, count); `own` names style their bars."""

    title: str
    rows: list[tuple[str, str, int]]
    whole: int
    kind: str = ""
    own: bool = False


def _panels(summary: Summary) -> Iterator[_Panel]:
    def panel(
        title: str,
        counts: Counts,
        named: Callable[[str], str] = str,
        kind: str = "",
        own: bool = False,
    ) -> Iterator[_Panel]:
        if counts:
            rows = [(name, named(name) or "unknown", n) for name, n in ranked(counts)]
            yield _Panel(title, rows, sum(counts.values()), kind, own)

    yield from panel("Domains", summary.domains, _label, own=True)
    yield from panel("Relations", summary.relations, _label)
    yield from panel("Topics", summary.topics)
    yield from panel("Hosts", summary.hosts)
    yield from panel("Licences of pictures", summary.licences, licence_name)
    yield from panel("Languages", summary.languages)
    yield from panel("URLs without a document", summary.errors, _words, kind="warn")


def _hash(style: str) -> str:
    """The policy's name for an inline style block: sha256 of its exact text, base64."""
    return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("vqva_crawl.publish"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "counted": counted,
        "ranked": ranked,
        "web": web_address,
        "host": urls.host,
        "label": _label,
        "number": "{:,}".format,
        "share": _share,
        "licence": licence_name,
        "words": _words,
        "capitalise": _capitalised,
    }
    environment.globals["spend_note"] = spending.NOTE
    return environment


def web_address(url: str) -> str:
    """The URL when it is safe to follow (absolute http or https), else ""."""
    return urls.join(url, url)


def _label(name: str) -> str:
    """A name of ours for readers: `world_knowledge` is "World knowledge"."""
    return _words(name).capitalize()


def _words(name: str) -> str:
    return name.replace("_", " ")


def _capitalised(text: str) -> str:
    """With a capital in front; `str.capitalize` would make HTTP of it Http."""
    return text[:1].upper() + text[1:]


def _share(part: int, whole: int) -> str:
    """A percentage for readers and for the width of a bar."""
    return f"{round(100 * min(part, whole) / whole, 1):g}%" if whole else "0%"


def licence_name(licence: str) -> str:
    """A Creative Commons URL in its short name, such as "CC BY-SA 4.0"; all others as they are."""
    path = licence.partition("creativecommons.org/")[2].strip("/").split("/")
    match path:
        case ["licenses", terms, version, *_]:
            return f"CC {terms.upper()} {version}"
        case ["publicdomain", "zero", version, *_]:
            return f"CC0 {version}"
        case ["publicdomain", *_]:
            return "Public domain"
    return licence
