"""The images stage: which pictures of a document are fetched, and what becomes of each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import ClassVar, Protocol

from vqva_crawl import config
from vqva_crawl.clients.base import Fetcher
from vqva_crawl.clients.workers import Cpu
from vqva_crawl.errors import FetchError, WorkError, may_pass
from vqva_crawl.masking import masked
from vqva_crawl.records import Document, ImageItem, Item, Picture, Record, Rejected, digest
from vqva_crawl.stages.images.check import check
from vqva_crawl.stages.images.screens import FAILED, NO_SCREENS, Screens
from vqva_crawl.stages.images.screenshot import is_screenshot
from vqva_crawl.stages.images.verdicts import CheckedPicture, Refusal

PICTURES = "pictures"  # the survival table counts pictures apart from documents
ICON = 50  # declared pixels below which a picture is not even asked for
THUMBNAIL = 512  # declared shorter side below which the linked full picture is preferred
IN_HAND = 8  # pictures of one document in memory at once; politeness is the limiter's
# Refused for what it shows: the same picture in another size would be refused again.
_FINAL = {"animated", "aspect", "blank", "qr_code", "screenshot"}

Verdict = Picture | Refusal


class Blobs(Protocol):
    """A content-addressed store of picture bytes; putting the same twice is harmless."""

    def put(self, sha256: str, body: bytes) -> None: ...


class Images:
    """Document -> [Document with accepted pictures, Rejected for each refused picture].

    A document that has no pair of pictures today because some could not be had for a reason that
    may pass is rejected itself (pictures_unreachable), to be tried again in a later round.

    `known` gives a picture that the run already holds by its URL, which is then not fetched again.
    `forget` takes out of the page cache what `screens` refused or did not survive; it is remembered
    here instead, since one picture may stand on all pages of a unit.
    Reasons: those of `check` and of FetchError.kind, and screenshot, poison, limit.
    """

    name: ClassVar[str] = "images"
    version: ClassVar[str] = "1"

    def __init__(
        self,
        fetcher: Fetcher,
        cpu: Cpu,
        blobs: Blobs,
        known: Callable[[str], Picture | None],
        images: config.Images,
        screens: Screens = NO_SCREENS,
        forget: Callable[[str], None] = lambda url: None,
    ) -> None:
        self._fetcher = fetcher
        self._cpu = cpu
        self._blobs = blobs
        self._known = known
        self._config = images
        self._screens = screens
        self._forget = forget
        self._unscreened = {FAILED, *(screen.name for screen in images.screens)}
        self._screened_out: dict[str, Refusal] = {}

    async def __call__(self, document: Document) -> list[Record]:
        groups = _by_url(document)
        room = asyncio.Semaphore(IN_HAND)

        async def one(index: int, items: list[ImageItem]) -> Verdict:
            if index >= self._config.max_per_document:
                return Refusal("limit", f"more than {self._config.max_per_document} pictures")
            async with room:
                return await self._verdict(items)

        wanted = {url: items for url, items in groups.items() if not _icon(items)}
        found = await asyncio.gather(*(one(i, g) for i, g in enumerate(wanted.values())))
        verdicts: dict[str, Verdict] = dict.fromkeys(groups, Refusal("too_small", "by its markup"))
        verdicts.update(zip(wanted, found, strict=True))
        refused = _rejections(document, verdicts)
        if lost := _lost_for_today(verdicts):
            return [*refused, self._unreachable(document, lost)]
        return [_with_pictures(document, verdicts), *refused]

    def _unreachable(self, document: Document, lost: dict[str, Refusal]) -> Rejected:
        url, first = next(iter(lost.items()))
        return Rejected(
            id=document.id,
            stage=self.name,
            reason="pictures_unreachable",
            detail=f"{len(lost)} pictures, such as {url}: {first.reason}",
            url=document.url,
        )

    async def _verdict(self, items: list[ImageItem]) -> Verdict:
        """The verdict on one picture, given all the places where the document shows it."""
        verdict: Verdict = Refusal("wrong_type", "no URL")
        for url in _candidates(items[0]):
            verdict = (
                self._known(url) or self._screened_out.get(url) or await self._fetched(url, items)
            )
            if isinstance(verdict, Picture) or verdict.reason in _FINAL | self._unscreened:
                break
        return verdict

    async def _fetched(self, url: str, items: list[ImageItem]) -> Verdict:
        try:
            response = await self._fetcher.get(url, "image")
        except FetchError as error:
            return Refusal(error.kind, error.detail, may_pass(error.kind))
        checked = await self._checked(response.body, url, response.fetched_at)
        if isinstance(checked, Refusal):
            return self._refused(url, checked)
        if self._config.screenshots == "refuse" and is_screenshot(checked.interface, items):
            return Refusal("screenshot", f"looks like a window: {checked.interface:.2f}")
        self._blobs.put(checked.picture.sha256, checked.body)
        return checked.picture

    async def _checked(self, body: bytes, url: str, fetched_at: str) -> CheckedPicture | Refusal:
        """`check` in a child process; a picture that takes its children down is poison."""
        given, timeout = (body, url, fetched_at, self._config, self._screens), self._config.timeout
        try:
            return await self._cpu.call(check, *given, timeout=timeout)
        except WorkError as error:
            return Refusal("poison", str(error))

    def _refused(self, url: str, refusal: Refusal) -> Refusal:
        """The refusal. With screens, what none of them let pass is not kept in the cache either:
        a picture that was turned down before they looked may be another size of one they refuse."""
        if self._screens.choices:
            self._forget(url)
            # Said by code of others, in a process that knows no keys.
            refusal = replace(refusal, detail=masked(refusal.detail))
            self._screened_out[url] = refusal
        return refusal


def _by_url(document: Document) -> dict[str, list[ImageItem]]:
    """The document's image items by the URL they show, in reading order."""
    groups: dict[str, list[ImageItem]] = {}
    for item in document.images():
        groups.setdefault(item.url, []).append(item)
    return groups


def _icon(items: list[ImageItem]) -> bool:
    """Whether the markup declares the picture to be tiny wherever it stands."""
    return all(0 < item.width < ICON or 0 < item.height < ICON for item in items)


def _candidates(item: ImageItem) -> Iterator[str]:
    """The URLs to try, best first."""
    declared = min(item.width, item.height)
    if item.full_url and item.full_url != item.url and declared < THUMBNAIL:
        yield item.full_url
    yield item.url


def _with_pictures(document: Document, verdicts: dict[str, Verdict]) -> Document:
    pictures: dict[str, Picture] = {}
    items: list[Item] = []
    for item in document.items:
        verdict = verdicts.get(item.url) if isinstance(item, ImageItem) else None
        if isinstance(item, ImageItem) and isinstance(verdict, Picture):
            pictures.setdefault(verdict.sha256, verdict)
            item = item.model_copy(update={"sha256": verdict.sha256})
        items.append(item)
    return document.model_copy(update={"items": tuple(items), "pictures": tuple(pictures.values())})


def _lost_for_today(verdicts: dict[str, Verdict]) -> dict[str, Refusal]:
    """The pictures that may be had another day, where the others do not make a pair."""
    accepted = {v.sha256 for v in verdicts.values() if isinstance(v, Picture)}
    refused = {url: v for url, v in verdicts.items() if isinstance(v, Refusal)}
    lost = {url: v for url, v in refused.items() if v.another_day}
    return lost if len(accepted) < 2 <= len(accepted) + len(lost) else {}


def _rejections(document: Document, verdicts: dict[str, Verdict]) -> Iterator[Rejected]:
    for url, verdict in verdicts.items():
        if isinstance(verdict, Refusal):
            yield Rejected(
                id=digest(url),
                stage=PICTURES,
                reason=verdict.reason,
                detail=verdict.detail,
                url=url,
            )
