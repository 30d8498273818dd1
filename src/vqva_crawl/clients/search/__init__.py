"""Search backends. Importing this package registers the built-in ones."""

from vqva_crawl.clients.search import demo, site

__all__ = ["demo", "site"]
