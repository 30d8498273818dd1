"""A document's topic is what it is about, whatever it was searched for."""

from __future__ import annotations

from pathlib import Path

import pytest

from vqva_crawl.clients import demo
from vqva_crawl.config import Extract
from vqva_crawl.errors import ConfigError
from vqva_crawl.records import Document, ImageItem, Item, Page, Target, TextItem, Topic
from vqva_crawl.stages.extract import document
from vqva_crawl.stages.topics import place, read_topics

SHIPPED = read_topics(Path(__file__).parents[2] / "configs/topics/vqva.yaml")


def topic(name: str, *keywords: str) -> Topic:
    return Topic(
        name=name, domain="world_knowledge", families=("causal",), keywords=keywords, share=0.5
    )


FROGS = topic("pond life", "frog life cycle", "newt")
LIGHT = topic("light", "lens image", "prism", "life of a star")


def about(title: str, *items: Item) -> Document:
    url = "http://a.test/"
    return Document(url=url, title=title, items=items, target=Target(key=url, url=url))


def named(page: Document, searched: str = "", topics: tuple[Topic, ...] = (FROGS, LIGHT)) -> str:
    return place(page, "temporal", searched, topics)[0]


@pytest.mark.parametrize(
    "page", [p for p in demo.pages() if p.expect == "keep"], ids=lambda page: page.url
)
def test_pages_of_the_demo_site_are_where_they_belong(page: demo.DemoPage):
    target = Target(key=page.url, url=page.url)
    body = page.html.encode()
    raw = Page(target=target, url=page.url, body=body, content_type="text/html", fetched_at="")
    read = document(raw, Extract())
    assert isinstance(read, Document)
    domains = {t.name: t.domain for t in SHIPPED}
    for searched in ("rooms and gardens", "clothing and craft", ""):
        assert place(read, "causal", searched, SHIPPED) == (page.topic, domains[page.topic])


def test_the_content_decides_against_the_query():
    page = about("Frogs", TextItem(text="The life cycle of a frog begins in a pond."))
    assert named(page, "light") == "pond life"


def test_the_query_decides_between_near_equals_and_where_nothing_is_said():
    both = about("Newts behind a prism")
    assert [named(both, t) for t in ("pond life", "light")] == ["pond life", "light"]
    assert named(about("Our holidays"), "light") == "light"
    assert named(about("Our holidays")) == ""
    assert named(about("Our holidays"), "no such topic") == ""
    assert named(about("Newts"), "light", topics=()) == ""


def test_one_word_in_passing_is_no_topic():
    page = about("A day out", TextItem(text="What a life. We saw a prism in a shop window."))
    assert place(page, "temporal", "", (FROGS, LIGHT)) == ("", "reasoning")


def test_what_stands_in_headings_and_captions_counts_more_than_the_text():
    text = TextItem(text="A prism, a prism. ")
    heading = TextItem(text="The newt", role="heading", level=1)
    caption = ImageItem(url="http://a.test/i.png", caption="Two newts")
    assert named(about("Monday", text, heading)) == "pond life"
    assert named(about("Monday", text, caption)) == "pond life"


def test_a_part_of_a_keyword_is_worth_less_than_its_share():
    assert named(about("Life cycles, and a prism")) == "light"
    assert named(about("Frog life cycles in a pond, and a prism")) == "pond life"


def test_shares_sum_to_one_and_every_topic_can_be_searched_for():
    assert sum(t.share for t in SHIPPED) == pytest.approx(1)
    assert all(len(set(t.keywords)) == len(t.keywords) >= 5 for t in SHIPPED)


@pytest.mark.parametrize("share", ["yes", ".inf", ".nan", "-1"])
def test_a_share_that_is_no_number_is_refused(tmp_path, share):
    path = tmp_path / "t.yaml"
    known = "families: [causal], topics: [{name: ponds}]"
    path.write_text(f"domains: {{reasoning: {{share: {share}, {known}}}}}")
    with pytest.raises(ConfigError, match=r"t\.yaml: domains\.reasoning: share: "):
        read_topics(path)
