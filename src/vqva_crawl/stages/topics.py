"""The taxonomy: reading it, and finding a document's place in it."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from vqva_crawl.config import read_yaml
from vqva_crawl.errors import ConfigError
from vqva_crawl.records import Document, Domain, Relation, Topic

WORD = re.compile(r"[a-z]{3,}")

# For documents that fit no topic: where such relations mostly belong in the published data.
HOME: dict[Relation, Domain] = {
    "temporal": "reasoning",
    "causal": "reasoning",
    "analytical": "reasoning",
    "compositional": "world_knowledge",
    "spatial": "world_knowledge",
    "variant": "design_knowledge",
}


def read_topics(path: Path) -> tuple[Topic, ...]:
    """The topics of a taxonomy file, shares made to sum to 1. ConfigError names what is wrong.

    `domains: {<domain>: {share, families, topics: [{name, keywords, families?}]}}`; a domain's
    share is divided evenly among its topics.
    """
    domains = read_yaml(path).get("domains")
    if not isinstance(domains, dict) or not domains:
        raise ConfigError(f"{path}: domains: a mapping of domains is expected")
    topics: list[Topic] = []
    for domain, entry in domains.items():
        topics += _domain_topics(path, str(domain), entry)
    whole = sum(topic.share for topic in topics)
    return tuple(topic.model_copy(update={"share": topic.share / whole}) for topic in topics)


def _domain_topics(path: Path, domain: str, entry: Any) -> list[Topic]:
    try:
        listed = entry["topics"]
        return [
            Topic(
                name=topic["name"],
                domain=domain,  # checked by the model
                families=topic.get("families", entry["families"]),
                keywords=topic.get("keywords", ()),
                share=entry["share"] / len(listed),
            )
            for topic in listed
        ]
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise ConfigError(f"{path}: domains.{domain}: {where}: {first['msg']}") from error
    except (KeyError, TypeError, ZeroDivisionError) as error:
        expected = "share, families and a list of topics with names are expected"
        raise ConfigError(f"{path}: domains.{domain}: {expected} ({error})") from error


def place(
    document: Document, relation: Relation, topic: str, topics: tuple[Topic, ...]
) -> tuple[str, Domain]:
    """(topic, domain) of a sample: the topic searched for, else the best match by keywords."""
    by_name = {t.name: t for t in topics}
    if topic in by_name:
        return topic, by_name[topic].domain
    words = Counter(
        WORD.findall(" ".join([document.title, *(i.text for i in document.texts())]).lower())
    )
    heading = set(WORD.findall(document.title.lower()))
    best, score = None, 0.0
    for candidate in topics:
        said = {w for k in candidate.keywords for w in WORD.findall(k.lower())}
        # A word in the title weighs as much as three in the text; repeats count less and less.
        found = sum(min(words[w], 3) + 3 * (w in heading) for w in said) / (len(said) or 1) ** 0.5
        if relation in candidate.families and found > score:
            best, score = candidate, found
    return (best.name, best.domain) if best and score >= 1 else ("", HOME[relation])
