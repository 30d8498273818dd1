"""Labels: what a labeller reads, how its answers are kept, and which documents it gets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from kinds_of_text import document, documents

from vqva_crawl.agents.base import AgentContext
from vqva_crawl.errors import ConfigError, ModelError, Pending, Unusable
from vqva_crawl.records import Document, ImageItem, Rejected, Target, TextItem, Topic
from vqva_crawl.stages.classify import (
    Label,
    captions_of,
    keywords,
    label,
    read_labels,
    scripted,
    text_of,
)
from vqva_crawl.stages.classify.labels import LabelFile
from vqva_crawl.stages.classify.sampling import sample

PAGE = Target(key="http://site.test/", url="http://site.test/")
BY_RULES = scripted({"filter|blur|sharpen|emboss|brush": "design_knowledge", "install": "other"})
TOPICS = (
    Topic(
        name="image editing",
        domain="design_knowledge",
        families=("causal",),
        keywords=("photo filter", "blur"),
        share=0.5,
    ),
    Topic(
        name="anatomy",
        domain="world_knowledge",
        families=("spatial",),
        keywords=("plant cell", "heart"),
        share=0.5,
    ),
)


def test_text_is_in_reading_order_with_captions_where_pictures_stand():
    page = Document(
        url=PAGE.url,
        title="Filters",
        target=PAGE,
        items=(
            TextItem(role="heading", level=2, text="Blur"),
            ImageItem(url="a.png", caption="Before"),
            TextItem(text="It softens."),
            ImageItem(url="b.png", alt="After"),
            ImageItem(url="c.png", alt="After"),
        ),
    )
    assert text_of(page) == "# Filters\n## Blur\n[Before]\nIt softens.\n[After]\n[After]"
    assert captions_of(page) == ("Before", "After")


async def test_a_label_says_what_of_which_document_by_whom_and_why():
    [found] = [x async for x in label([document("design_knowledge", 0)], BY_RULES, "rules")]
    assert isinstance(found, Label)
    assert (found.label, found.labeller) == ("design_knowledge", "rules")
    assert found.url == "http://site.test/design_knowledge/0.html"
    assert "filter" in found.reason


async def test_one_document_s_failure_is_its_own():
    async def moody(text, title, captions):
        if title == "Page 1":
            raise RuntimeError("no mood")
        if title == "Page 2":
            raise Unusable("refusal", "it would rather not")
        return ("nonsense" if title == "Page 3" else "other"), "so"

    pages = [document("other", n) for n in range(12)]
    answers = [x async for x in label(pages, moody, "moody")]
    reasons = {a.url[-6:]: a.reason for a in answers if isinstance(a, Rejected)}
    assert reasons == {"1.html": "error", "2.html": "refusal", "3.html": "unknown_class"}
    assert len(answers) == 12


async def test_a_broken_endpoint_ends_it_and_what_was_said_before_is_kept():
    asked = []

    async def breaking(text, title, captions):
        asked.append(title)
        if len(asked) > 20:
            raise ModelError("the endpoint is gone")
        return "other", ""

    kept = []

    async def keep():
        async for answer in label(documents(30), breaking, "x"):
            kept.append(answer)

    with pytest.raises(ModelError):
        await keep()
    assert len(kept) >= 12  # all but those that were asked beside the failing one
    assert len(asked) < 40


async def test_a_batch_is_asked_as_a_whole_before_it_is_waited_for():
    asked = []

    async def in_batch(text, title, captions):
        asked.append(title)
        raise Pending("in a batch")

    with pytest.raises(Pending):
        [x async for x in label(documents(15), in_batch, "x")]
    assert len(asked) == 30


def test_labels_are_read_back_and_a_torn_last_line_is_left_out(tmp_path: Path):
    path = tmp_path / "new" / "labels.jsonl"
    lines = [
        Label(document=f"{n}", url="u", text="t", label="other", labeller="x") for n in range(3)
    ]
    file = LabelFile(path)
    for line in lines[:2]:
        file.add(line)
    file.close()
    with path.open("a") as torn:
        torn.write('{"document": "9", "ur')
    assert list(read_labels(path)) == ["0", "1"]
    file = LabelFile(path)
    file.add(lines[2])
    file.close()
    assert list(read_labels(path).values()) == lines


@pytest.mark.parametrize("line", ["{}", "[1]", "no json", '{"document": "1", "label": "cats"}'])
def test_a_wrong_line_is_named(tmp_path: Path, line: str):
    path = tmp_path / "labels.jsonl"
    path.write_text(f"{line}\n")
    with pytest.raises(ConfigError, match=r"labels\.jsonl:1: "):
        read_labels(path)


@pytest.mark.parametrize(
    ("title", "text", "captions", "expected"),
    [
        ("A photo filter for beginners", "", [], "design_knowledge"),
        ("Filtered water", "# Filtered water\nA photo of it.", [], "other"),
        ("Biology", "# Biology\n## Hearts\n", ["A heart", "The heart, cut"], "world_knowledge"),
        ("Biology", "# Biology\n", ["A heart"], "other"),
        ("Cells", "# Cells\n## Parts of plant cells\n", ["Plant cell"], "world_knowledge"),
    ],
)
async def test_the_taxonomy_s_keywords_label(title, text, captions, expected):
    name, reason = await keywords(AgentContext(topics=TOPICS))(text, title, captions)
    assert name == expected
    assert reason


def test_a_sample_is_fair_to_hosts_repeats_and_grows():
    many = [(f"m{n}", f"http://large.test/{n}") for n in range(50)]
    few = [(f"f{n}", f"http://small.test/{n}") for n in range(5)]
    drawn = sample(many + few, 10, seed=1)
    assert sum(id[0] == "f" for id in drawn) == 5
    assert drawn == sample([*few, *reversed(many)], 10, seed=1)
    assert drawn != sample(many + few, 10, seed=2)
    assert sample(many + few, 30, seed=1)[:10] == drawn
    assert len(sample(many + few, 99, seed=1)) == 55


def test_a_label_line_has_the_documented_keys():
    line = Label(document="1", url="u", text="t", label="other", labeller="x", reason="y")
    assert set(json.loads(line.model_dump_json())) == {
        "document",
        "url",
        "text",
        "label",
        "labeller",
        "reason",
    }
