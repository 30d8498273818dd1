"""Which documents are labelled: a draw that is fair to hosts and always comes out the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import chain, zip_longest

from vqva_crawl.records import digest
from vqva_crawl.urls import host


def sample(documents: Iterable[tuple[str, str]], count: int, seed: int) -> list[str]:
    """At most `count` ids of (id, url), hosts taking turns, random within a host.

    A larger draw begins with the smaller one, so that more labels can be asked for later.
    """
    hosts: dict[str, list[str]] = defaultdict(list)
    for id, url in documents:
        hosts[host(url)].append(id)
    drawn = (sorted(ids, key=lambda id: digest(str(seed), id)) for _, ids in sorted(hosts.items()))
    turns = chain.from_iterable(zip_longest(*drawn))
    return [id for id in turns if id is not None][:count]
