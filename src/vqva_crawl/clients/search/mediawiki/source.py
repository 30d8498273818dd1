"""What a wiki knows of the pictures on its pages: originals, licences, authors.

https://www.mediawiki.org/wiki/API:Imageinfo; licences and authors come from the extension
CommonsMetadata, which all of Wikimedia's wikis have.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote_plus

from vqva_crawl.clients.base import Api
from vqva_crawl.clients.search.base import SourceContext
from vqva_crawl.clients.search.mediawiki.files import address, file_name, is_original
from vqva_crawl.clients.search.mediawiki.options import MediaWikiOptions
from vqva_crawl.clients.search.mediawiki.plain import plain
from vqva_crawl.clients.search.mediawiki.wiki import AT_ONCE, Found, Wiki, listed, mapping
from vqva_crawl.records import Document, ImageItem
from vqva_crawl.registry import source
from vqva_crawl.urls import join

MOST_TITLES = 5_000  # characters of the titles in one request, as its URL spells them
MOST_PIXELS = 25_000_000  # of an original that is fetched as it is
READABLE = frozenset(("image/jpeg", "image/png", "image/webp", "image/gif"))
FIELDS = "LicenseUrl|LicenseShortName|UsageTerms|Attribution|Artist"
MOST_AUTHOR = 300  # characters


class MediaWikiSource:
    def __init__(self, options: MediaWikiOptions, api: Api, most_bytes: int) -> None:
        """`most_bytes` is the most of an original that is fetched as it is."""
        self._width = options.width
        self._wiki = Wiki(api, options.api)
        self._most_bytes = most_bytes

    async def describe(self, document: Document) -> Document:
        """See `Describing`. A picture that the wiki does not know stays as it is."""
        names = dict.fromkeys(file_name(item.url) for item in document.images())
        known: dict[str, Found] = {}
        for batch in _batches(name for name in names if name):
            known.update(await self._known(batch))
        items = [
            self._described(item, known.get(address(item.url)))
            if isinstance(item, ImageItem)
            else item
            for item in document.items
        ]
        return document.model_copy(update={"items": tuple(items)})

    async def _known(self, names: list[str]) -> dict[str, Found]:
        """What the wiki tells of these files, by the address of each original.

        Where the wiki keeps copies of another one's files, theirs count too.
        """
        asked: dict[str, str | int] = {
            "titles": "|".join(f"File:{name}" for name in names),
            "prop": "imageinfo",
            "iiprop": "url|size|mime|extmetadata",
            "iiurlwidth": self._width,
            "iiextmetadatafilter": FIELDS,
        }
        known: dict[str, Found] = {}
        async for answer in self._wiki.answers(asked):
            for page in listed(answer, "pages"):
                for info in listed(page, "imageinfo"):
                    told = info | {"own": page.get("imagerepository") == "local"}
                    known |= {
                        address(self._wiki.url(info, key)): told for key in ("thumburl", "url")
                    }
        return known

    def _described(self, item: ImageItem, info: Found | None) -> ImageItem:
        if info is None:
            return item
        rendered, stated = self._wiki.url(info, "thumburl"), mapping(info.get("extmetadata"))
        readable = info.get("mime") in READABLE
        whole = (
            readable and _pixels(info) <= MOST_PIXELS and info.get("size", 0) <= self._most_bytes
        )
        best = self._wiki.url(info, "url") if whole else rendered
        licence, author = _licence(stated), _author(stated)
        # Of a file that is another wiki's, this wiki's page states no licence.
        told = licence or not info["own"]
        return item.model_copy(
            update={
                "url": item.url if readable or not is_original(item.url) else rendered or item.url,
                "full_url": best or item.full_url,
                "licence": licence or item.licence,
                "author": author,
                "licence_evidence": self._wiki.url(info, "descriptionurl") if told else "",
            }
        )


def _pixels(info: Found) -> int:
    width, height = (info.get(side) for side in ("width", "height"))
    return width * height if isinstance(width, int) and isinstance(height, int) else 0


def _licence(stated: Found) -> str:
    """A URL where one is stated, else the licence's name."""
    said = _value(stated, "LicenseUrl").strip()
    url = join("https://creativecommons.org/", said) if said else ""
    return url or plain(_value(stated, "LicenseShortName") or _value(stated, "UsageTerms"))


def _author(stated: Found) -> str:
    """The attribution that the author asks for, else who made it."""
    return plain(_value(stated, "Attribution") or _value(stated, "Artist"))[:MOST_AUTHOR]


def _value(stated: Found, key: str) -> str:
    value = mapping(stated.get(key)).get("value", "")
    return value if isinstance(value, str) else ""


def _batches(names: Iterable[str]) -> Iterator[list[str]]:
    """As many names as one request takes."""
    batch: list[str] = []
    length = 0
    for name in names:
        size = len(quote_plus(f"|File:{name}"))
        if batch and (len(batch) == AT_ONCE or length + size > MOST_TITLES):
            yield batch
            batch, length = [], 0
        batch.append(name)
        length += size
    if batch:
        yield batch


@source("mediawiki")
@asynccontextmanager
async def mediawiki_source(
    options: dict[str, Any], context: SourceContext
) -> AsyncIterator[MediaWikiSource]:
    yield MediaWikiSource(
        MediaWikiOptions.model_validate(options), context.api, context.caps["image"]
    )
