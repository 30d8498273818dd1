"""The page cache as the fetcher sees it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from vqva_crawl.clients.base import Response
from vqva_crawl.clients.guard import wire_url
from vqva_crawl.errors import FetchError
from vqva_crawl.storage.cache import Entries


class StoredResponses:
    """Responses by URL, in content-addressed files; only answers are stored, never failures."""

    def __init__(self, entries: Entries) -> None:
        self._entries = entries

    def get(self, url: str) -> Response | None:
        entry = self._entries.get(url)
        if entry is None:
            return None
        head, body = entry
        return Response(**head, body=body, cached=True)

    def expire(self, url: str) -> None:
        """What is stored is good for a conditional request alone from now on."""
        if kept := self.get(url):
            self.put(url, replace(kept, expired=True))

    def drop(self, url: str) -> None:
        """Nothing is stored of it any more; `url` as a page gives it."""
        with suppress(FetchError):  # one that nobody can ask for
            self._entries.drop(wire_url(url))

    def put(self, url: str, response: Response) -> None:
        head = {
            "url": response.url,
            "status": response.status,
            "headers": response.headers,
            "fetched_at": response.fetched_at,
            "expired": response.expired,
        }
        self._entries.put(url, head, response.body)
