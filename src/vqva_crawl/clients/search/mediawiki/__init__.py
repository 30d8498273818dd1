"""MediaWiki (Wikipedia, Commons, any wiki): search, and what the wiki knows of its pictures."""

from vqva_crawl.clients.search.mediawiki import backend, source

__all__ = ["backend", "source"]
