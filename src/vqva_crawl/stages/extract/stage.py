"""The extract stage: a page becomes an interleaved document, in a child that can be killed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import ClassVar

import ada_url

from vqva_crawl import config
from vqva_crawl.clients.optout import forbidden_by_meta
from vqva_crawl.clients.workers import Cpu
from vqva_crawl.records import Document, Page, Rejected
from vqva_crawl.stages.extract import lazy, metadata, neighbours, structured
from vqva_crawl.stages.extract.blocks import Block
from vqva_crawl.stages.extract.depth import deeper_than
from vqva_crawl.stages.extract.encoding import decode
from vqva_crawl.stages.extract.furniture import Furniture, main_content
from vqva_crawl.stages.extract.pause import uncollected
from vqva_crawl.stages.extract.private import private
from vqva_crawl.stages.extract.reader import Reader
from vqva_crawl.stages.extract.tree import Element, parse

_PLAIN_PATH = re.compile(r"(?:[\w-][\w.-]*/)*[\w-][\w.-]*", re.ASCII)  # no "." or ".." segments
AGENT: str = config.Fetch.model_fields["user_agent"].default


class Extract:
    """Page -> Document | Rejected. What is a document already passes, masked like the others.

    `agent` is the user agent by whose name meta rules may address us, "" ignores opt-outs.
    WorkerDied and WorkerTimeout are the caller's to quarantine.
    """

    name: ClassVar[str] = "extract"
    version: ClassVar[str] = "1"

    def __init__(self, cpu: Cpu, extract: config.Extract, agent: str = AGENT) -> None:
        self._cpu = cpu
        self._extract = extract
        self._agent = agent

    async def __call__(self, page: Page | Document) -> Document | Rejected:
        if isinstance(page, Document):
            return private(page, self._extract)
        timeout = self._extract.timeout
        return await self._cpu.call(document, page, self._extract, self._agent, timeout=timeout)


@uncollected()
def document(page: Page, extract: config.Extract, agent: str = AGENT) -> Document | Rejected:
    """The page as text and pictures in reading order.

    Rejected `too_deep` where it nests deeper than `extract.max_depth`, `opt_out` where its meta
    tags forbid the use of the page or of its pictures.
    """
    html = decode(page.body, page.charset)
    if deeper_than(html, extract.max_depth):
        return _rejected(page, "too_deep", f"elements nest deeper than {extract.max_depth}")
    elements = parse(html)
    head = metadata.gather(elements)
    if token := _opt_out(head, agent):
        return _rejected(page, "opt_out", f"meta {token}")
    head.refreshes += filter(None, [metadata.refreshed(page.refresh)])
    absolute = resolver(page.url, head.base)
    said = structured.stated(html, absolute)
    licence, evidence = metadata.licence(head, page.link_licence, said.page, absolute)
    found = Document.model_validate(
        {
            "url": page.url,
            "canonical_url": metadata.canonical(head, absolute),
            "title": metadata.title(head),
            "language": metadata.language(head),
            "licence": licence,
            "licence_evidence": evidence,
            "items": [
                _credited(b.item(), said.pictures) for b in _blocks(elements, head, absolute)
            ],
            "links": metadata.links(head, absolute, page.url),
            "target": page.target,
            "fetched_at": page.fetched_at,
            "rendered": page.rendered,
            "opt_outs": "obeyed" if agent else "ignored",
        }
    )
    return private(found, extract)


def _credited(
    fields: dict[str, object], pictures: Mapping[str, tuple[str, str]]
) -> dict[str, object]:
    """An item's fields with what JSON-LD states of its picture, if nothing is stated beside it."""
    for name in ("url", "full_url") if pictures and not fields.get("licence") else ():
        if (url := str(fields.get(name, ""))) in pictures:
            licence, author = pictures[url]
            return {**fields, "licence": licence, "author": author}
    return fields


def _blocks(
    elements: list[Element], head: metadata.Head, absolute: Callable[[str], str]
) -> list[Block]:
    root = elements[0]
    lazy.settle(elements)
    blocks = Reader(Furniture(root), absolute).read(main_content(root, head.mains))
    neighbours.settle(blocks)
    return blocks


def _opt_out(head: metadata.Head, agent: str) -> str:
    # What forbids the page forbids its pictures, and a page without them is of no use here.
    return forbidden_by_meta(head.metas, "image", agent) if agent else ""


def _rejected(page: Page, reason: str, detail: str) -> Rejected:
    return Rejected(id=page.id, stage=Extract.name, reason=reason, detail=detail, url=page.url)


def resolver(url: str, base: str) -> Callable[[str], str]:
    """A function that makes references absolute against a page and its <base href>.

    It answers "" for what is no http(s) URL. Pages repeat their references, so it remembers;
    most are plain paths below the page's own folder and need no parser.
    """
    known: dict[str, str] = {}

    def resolve(reference: str, against: str) -> str:
        try:
            absolute = ada_url.join_url(against, reference.strip())
        except ValueError:
            return ""
        return absolute if absolute.startswith(("http://", "https://")) else ""

    start = (resolve(base, url) if base.strip() else "") or url
    folder = resolve(".", start)

    def absolute(reference: str) -> str:
        if reference not in known:
            plain = folder and _PLAIN_PATH.fullmatch(reference)
            known[reference] = folder + reference if plain else resolve(reference, start)
        return known[reference]

    return absolute
