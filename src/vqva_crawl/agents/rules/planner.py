"""The rules planner: queries where the target mix lacks samples and earlier queries paid.

A topic's weight is its deficit (target share minus share reached) times its observed yield: the
accepted samples per query sent, smoothed so that an untried topic counts as an average one and an
exhausted one fades but never quite dies.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

from vqva_crawl.agents.base import AgentContext, PlanState
from vqva_crawl.records import Query, Relation, Topic, digest
from vqva_crawl.registry import Options, agent

PHRASES: dict[Relation, tuple[str, ...]] = {
    "temporal": ("{} step by step", "stages of {}", "{} over time"),
    "causal": ("{} before and after", "effect of {}", "what happens in {}"),
    "compositional": ("parts of {}", "{} exploded view", "{} components labelled"),
    "spatial": ("cross section of {}", "inside {}", "{} close up and overview"),
    "analytical": ("{} diagram explained", "how {} works diagram", "{} compared"),
    "variant": ("{} design variations", "{} redesign before and after", "styles of {}"),
}


@agent("planner", name="rules", options=Options, asks=False)
async def plan(state: PlanState, context: AgentContext) -> list[Query]:
    """At most `state.queries` new queries, none that was ever sent; fewer when ideas run out."""
    rng = random.Random(digest(str(context.seed), str(state.round)))
    sent = {past.query.id for past in state.history}
    ideas = {t.name: _unsent(t, sent, rng) for t in context.topics}
    planned: list[Query] = []
    given: Counter[str] = Counter()
    while ideas and len(planned) < state.queries:
        # One query at a time to the topic whose weight is least served (D'Hondt's rule).
        topic = max(
            (t for t in context.topics if t.name in ideas),
            key=lambda t: (weight(t, state) / (1 + given[t.name]), t.share, t.name),
        )
        query = next(ideas[topic.name], None)
        if query is None:
            del ideas[topic.name]
        elif query.id not in sent:
            sent.add(query.id)
            given[topic.name] += 1
            planned.append(query)
    return planned


def weight(topic: Topic, state: PlanState) -> float:
    """Deficit x smoothed yield; above 0 always, so that no topic starves."""
    accepted = sum(state.accepted.values())
    reached = state.accepted.get(topic.name, 0) / accepted if accepted else 0.0
    deficit = max(topic.share - reached, 0.1 * topic.share)
    mine = [past for past in state.history if past.query.topic == topic.name]
    brought = sum(past.samples for past in mine)
    everyone = sum(past.samples for past in state.history) / (len(state.history) or 1)
    return deficit * (brought + (everyone or 1.0)) / (len(mine) + 1)


def _unsent(topic: Topic, sent: set[str], rng: random.Random) -> Iterator[Query]:
    """All queries a topic can give, keywords in turn, in an order that the seed decides."""
    keywords = list(topic.keywords or (topic.name,))
    phrases = [(family, text) for family in topic.families for text in PHRASES[family]]
    rng.shuffle(keywords)
    rng.shuffle(phrases)
    for family, text in phrases:
        for keyword in keywords:
            yield Query(
                text=text.format(keyword), topic=topic.name, domain=topic.domain, family=family
            )
