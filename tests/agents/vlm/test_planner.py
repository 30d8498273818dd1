"""Which of a model's queries are sent."""

from __future__ import annotations

import json

import pytest
from test_chain import TOPICS, planning

from vqva_crawl.agents.base import PlanState
from vqva_crawl.agents.vlm import planner
from vqva_crawl.agents.vlm.planner import Planned, checked
from vqva_crawl.records import Topic


def sent(*texts: str, topics: tuple[Topic, ...] = TOPICS) -> list[str]:
    planned = [Planned(text=t, topic=topics[0].name, family="temporal") for t in texts]
    return [query.text for query in checked(planned, PlanState(2, 9, {}, ()), topics)]


@pytest.mark.parametrize(
    "text",
    [
        "bean seedling stages before after",
        "HIV-1 infection cell stages",
        "CRISPR-Cas9 edited embryo stages",
        "bean step by step growth",
        "butterfly's wing close-up",
        "1:10 scale model before/after paint",
        "2.5 litre flask heated",
        "sea urchin development: zygote to larva",
        "\u03b2-carotene crystal growth",
    ],
)
def test_a_few_plain_words_are_sent(text):
    assert sent(text) == [text]


@pytest.mark.parametrize(
    "text",
    [
        "site:evil.example bean",
        "bean stages filetype:pdf",
        'bean -frog "exact" OR x',
        "bean -frog",
        '"bean stages"',
        "bean OR frog",
        "bean (frog)",
        "bean * stages",
        "evil.shop bean",
        "t.me/foo bean",
        "https://evil.test bean",
        "mail me@evil.test bean",
        "Queries: bean stages",
        "1. bean stages",
        "I'm sorry, I cannot help with that",
        "bean bean bean bean bean bean bean bean bean bean",
        "bean bean bean stages",
        "bean bean",
        "one two three four five six seven eight nine",
        "a",
        "",
        "\u043a\u0443\u043f\u0438\u0442\u044c \u0441\u043b\u043e\u043d\u0430",
        "bean\u200b stages",
    ],
)
def test_operators_addresses_loops_refusals_and_other_scripts_are_not(text):
    assert sent("oak seedling year", text) == ["oak seedling year"]


def test_queries_may_be_in_the_script_of_the_topics():
    topics = (
        Topic(name="\u690d\u7269", domain="world_knowledge", families=("temporal",), share=1),
    )
    text = "\u8c46\u306e\u767a\u82bd\u6bb5\u968e"
    assert sent(text, topics=topics) == [text]
    assert sent(text) == []


async def test_where_none_is_left_the_rules_plan():
    said = [{"text": "a", "topic": "plants", "family": "temporal"}] * 3
    used, _ = planning([json.dumps({"analysis": "", "queries": said})])
    queries = await planner.plan(PlanState(1, 3, {}, ()), used)
    assert len(queries) == 3
    assert all(query.text != "a" for query in queries)
