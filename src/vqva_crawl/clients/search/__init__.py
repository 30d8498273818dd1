"""Search backends. Importing this package registers the built-in ones."""

from vqva_crawl.clients.search import (
    brave,
    commoncrawl,
    corpus,
    demo,
    google_cse,
    mediawiki,
    searxng,
    serper,
    site,
    tavily,
    warc,
)

__all__ = [
    "brave",
    "commoncrawl",
    "corpus",
    "demo",
    "google_cse",
    "mediawiki",
    "searxng",
    "serper",
    "site",
    "tavily",
    "warc",
]
