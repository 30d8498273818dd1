"""What an answer has to be, wherever it comes from: the web, the cache, an archive."""

from __future__ import annotations

from collections.abc import Iterable

from vqva_crawl.clients.base import Kind, Response
from vqva_crawl.clients.content import check_content, check_type
from vqva_crawl.clients.optout import forbidden_by_headers
from vqva_crawl.config import Fetch
from vqva_crawl.errors import Refused


def check_headers(url: str, pairs: Iterable[tuple[str, str]], kind: Kind, fetch: Fetch) -> None:
    """Refused (wrong_type, opt_out) when the (name, value) pairs of an answer forbid its use."""
    pairs = list(pairs)
    check_type(url, dict(reversed(pairs)), kind)  # of a repeated header the first counts
    check_opt_outs(url, pairs, kind, fetch)


def check_opt_outs(url: str, pairs: Iterable[tuple[str, str]], kind: Kind, fetch: Fetch) -> None:
    """Refused (opt_out) when they say so, be it on the way, in a redirect."""
    if kind != "text" and fetch.opt_outs == "obey":
        token = forbidden_by_headers(pairs, kind, fetch.user_agent)
        if token:
            raise Refused("opt_out", url, f"the header says {token}")


def check_response(response: Response, kind: Kind, fetch: Fetch) -> Response:
    """The same for a whole answer, whose bytes are looked at too where its type was not said."""
    check_headers(response.url, response.headers.items(), kind, fetch)
    check_opt_outs(response.url, response.sent, kind, fetch)
    check_content(response.url, response.headers, response.body, kind)
    return response
