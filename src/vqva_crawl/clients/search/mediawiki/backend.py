"""The mediawiki backend: the wiki's own full-text search, for pages that have pictures."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from vqva_crawl.clients.search.base import SearchContext
from vqva_crawl.clients.search.mediawiki.options import MediaWikiOptions, of_wikimedia
from vqva_crawl.clients.search.mediawiki.plain import plain
from vqva_crawl.clients.search.mediawiki.wiki import AT_ONCE, Found, Wiki, listed
from vqva_crawl.errors import ConfigError
from vqva_crawl.records import Hit, Query
from vqva_crawl.registry import search_backend

UNCOUNTED = frozenset((6, 14))  # files and categories: what they show is not what they use
_CONTACT = re.compile(r"@|https?://|www\.")


class MediaWiki:
    """`at_once` is the most pages that one request asks for."""

    def __init__(
        self, name: str, options: MediaWikiOptions, wiki: Wiki, at_once: int = AT_ONCE
    ) -> None:
        self.name = name
        self._options = options
        self._wiki = wiki
        self._at_once = at_once

    async def search(self, query: Query, limit: int) -> list[Hit]:
        """See `SearchBackend`. Pages that use too few files to make a pair are passed over."""
        hits: list[Hit] = []
        async with aclosing(self._wiki.answers(self._asked(query.text, limit))) as answers:
            async for answer in answers:
                found = [page for page in listed(answer, "search") if page.get("pageid")]
                urls = await self._addresses(found) if found else {}
                for page in found:
                    if url := urls.get(page["pageid"]):
                        hits.append(self._hit(query, page, url, len(hits) + 1))
                if len(hits) >= limit:
                    break
        return hits[:limit]

    def _asked(self, text: str, limit: int) -> dict[str, str | int]:
        return {
            "list": "search",
            "srsearch": text,
            "srnamespace": "|".join(map(str, self._options.namespaces)),
            "srlimit": min(limit, self._at_once),
            "srwhat": "text",  # else a wiki without CirrusSearch looks into titles alone
            "srprop": "snippet",
        }

    async def _addresses(self, found: list[Found]) -> dict[int, str]:
        """Page id -> URL of those pages that use enough files; all are asked about at once."""
        urls: dict[int, str] = {}
        files: dict[int, int] = {}
        asked = {"prop": "info|images", "inprop": "url", "imlimit": "max"}
        pageids = "|".join(str(page["pageid"]) for page in found)
        async for answer in self._wiki.answers({**asked, "pageids": pageids}):
            for page in listed(answer, "pages"):
                id, namespace = page.get("pageid", 0), page.get("ns", -1)
                urls[id] = urls.get(id) or self._address(page)
                enough = self._options.min_files if namespace in UNCOUNTED else 0
                files[id] = files.get(id, enough) + len(listed(page, "images"))
        return {id: url for id, url in urls.items() if url and files[id] >= self._options.min_files}

    def _address(self, page: Found) -> str:
        """Where it is read; "" for Special: pages, edit forms, old versions and the like."""
        url = self._wiki.url(page, "fullurl")
        views = {name for name, _ in parse_qsl(urlsplit(url).query)} - {"title"}
        return "" if views or page.get("ns", -1) < 0 else url

    def _hit(self, query: Query, page: Found, url: str, rank: int) -> Hit:
        return Hit(
            url=url,
            rank=rank,
            title=str(page.get("title", "")),
            snippet=plain(str(page.get("snippet", ""))),
            query=query.text,
            topic=query.topic,
            backend=self.name,
        )


@search_backend("mediawiki", options=MediaWikiOptions)
@asynccontextmanager
async def mediawiki(options: dict[str, Any], context: SearchContext) -> AsyncIterator[MediaWiki]:
    checked = MediaWikiOptions.model_validate(options)
    if of_wikimedia(checked.api) and not _CONTACT.search(context.user_agent):
        raise ConfigError(
            "Wikimedia lets no crawler in that names no contact: put your web page or e-mail "
            "address into fetch.user_agent"
        )
    wiki = Wiki(context.api, checked.api, context.tell)
    yield MediaWiki(context.name, checked, wiki)
