"""The taxonomy: reading it, and finding a document's place in it."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from vqva_crawl.clients.wording import stem, telling, words
from vqva_crawl.config import read_yaml
from vqva_crawl.errors import ConfigError
from vqva_crawl.records import Document, Domain, Relation, Topic
from vqva_crawl.settings import Settings, complaints

# Chosen on the demo site and the manual of an image editor, all of whose pages were read.
BEST = 5  # keywords that count
LEAST = 3.0  # one word in a heading or a caption
NEAR = 0.75  # of the best score: too close to tell

# For documents that fit no topic: where such relations mostly belong in the published data.
HOME: dict[Relation, Domain] = {
    "temporal": "reasoning",
    "causal": "reasoning",
    "analytical": "reasoning",
    "compositional": "world_knowledge",
    "spatial": "world_knowledge",
    "variant": "design_knowledge",
}


class _Share(Settings):
    share: float = Field(gt=0)


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
        listed, share = entry["topics"], _Share(share=entry["share"]).share
        return [
            Topic(
                name=topic["name"],
                domain=domain,  # checked by the model
                families=topic.get("families", entry["families"]),
                keywords=topic.get("keywords", ()),
                share=share / len(listed),
            )
            for topic in listed
        ]
    except ValidationError as error:
        key, said = next(complaints(error))
        raise ConfigError(f"{path}: domains.{domain}: {key}: {said}") from error
    except (KeyError, TypeError, ZeroDivisionError) as error:
        expected = "share, families and a list of topics with names are expected"
        raise ConfigError(f"{path}: domains.{domain}: {expected} ({error})") from error


def place(
    document: Document, relation: Relation, topic: str, topics: tuple[Topic, ...]
) -> tuple[str, Domain]:
    """(topic, domain) of a sample: what its document is about, by the taxonomy's keywords.

    The topic searched for only decides between near equals, or where no keyword is found. Where
    there is none either, the topic is "" and the domain that of most samples of such a relation.
    """
    by_name = {t.name: t for t in topics}
    scores = score(document, topics)
    best = max(scores, key=lambda name: scores[name], default="")
    if topic in by_name and scores[topic] >= NEAR * scores[best]:
        best = topic
    elif not best or scores[best] < LEAST:
        best = topic if topic in by_name else ""
    return (best, by_name[best].domain) if best else ("", HOME[relation])


def score(document: Document, topics: tuple[Topic, ...]) -> dict[str, float]:
    """How much a document says of each topic: the sum of its `BEST` strongest keywords.

    A keyword counts the mean weight of its words in the document (see `weights`), times the share
    of them that occurs: one word of "river erosion" alone is worth a quarter of both. A word that
    several topics use is divided among them.
    """
    weight, rarity = weights(document), _rarity(topics)
    return {
        topic.name: sum(
            sorted((_strength(k, weight, rarity) for k in _keywords(topic)), reverse=True)[:BEST]
        )
        for topic in topics
    }


def weights(document: Document) -> dict[str, float]:
    """How loudly a document says each word (its stem): 6 in the title, 3 in headings, 3 in
    captions and alt texts, 1 for each time in the text up to three."""
    said = Counter(_stems(" ".join(i.text for i in document.texts() if i.role != "heading")))
    heard: Counter[str] = Counter({word: min(count, 3) for word, count in said.items()})
    titles = [document.title]
    headings = [i.text for i in document.texts() if i.role == "heading"]
    captions = [f"{i.caption} {i.figure_caption} {i.alt} {i.title}" for i in document.images()]
    for texts, loudness in ((titles, 6), (headings, 3), (captions, 3)):
        for word in set(_stems(" ".join(texts))):
            heard[word] += loudness
    return dict(heard)


def _strength(keyword: frozenset[str], weight: dict[str, float], rarity: dict[str, float]) -> float:
    found = [weight[word] * rarity[word] for word in keyword if word in weight]
    return sum(found) / len(keyword) * (len(found) / len(keyword))


@lru_cache(maxsize=256)
def _keywords(topic: Topic) -> frozenset[frozenset[str]]:
    """The stems of each keyword's telling words."""
    named = (topic.name, *topic.keywords)
    return frozenset(frozenset(stem(w) for w in telling(k)) for k in named if telling(k))


@lru_cache(maxsize=4)
def _rarity(topics: tuple[Topic, ...]) -> dict[str, float]:
    """One over the number of topics that use a word."""
    used = Counter(word for t in topics for word in set().union(*_keywords(t)))
    return {word: 1 / count for word, count in used.items()}


def _stems(text: str) -> list[str]:
    return [stem(word) for word in words(text)]
