from dataclasses import replace
from pathlib import Path

import datasets
import fsspec
import pytest
from huggingface_hub import DatasetCard
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from vqva_crawl.publish.card import dataset_card, markdown, size_category, write_card
from vqva_crawl.publish.shards import write_shards
from vqva_crawl.publish.summary import Summary

RENDER = MarkdownIt("gfm-like", {"linkify": False}).enable("table")


def test_the_front_matter_says_what_the_hub_asks_for(tmp_path: Path, summary: Summary) -> None:
    path = write_card(fsspec.filesystem("file"), str(tmp_path), summary)
    data = DatasetCard.load(path).data
    assert data.license == "other"
    assert data.size_categories == ["n<1K"]
    assert data.language == ["en"]
    assert "image-to-image" in data.task_categories
    (config,) = data.configs
    assert config["data_files"] == [{"split": "train", "path": "train-*.parquet"}]


def test_the_folder_with_its_card_loads_by_name(
    tmp_path: Path, summary: Summary, rows: object
) -> None:
    local = fsspec.filesystem("file")
    write_shards(rows(3), local, str(tmp_path / "dataset"))  # type: ignore[operator]
    write_card(local, str(tmp_path / "dataset"), summary)
    loaded = datasets.load_dataset(str(tmp_path / "dataset"), cache_dir=str(tmp_path / "cache"))
    assert loaded["train"].num_rows == 3


def test_the_body_counts_everything(summary: Summary) -> None:
    html = RENDER.render(dataset_card(summary).text)
    for said in (
        "demo-run", "vqva-crawl 0.1.0", summary.config_digest, "retriever:rules", "http_404 7",
        "context_score 11", "world_knowledge", "temporal", "shapes 1", "example.org",
        "unknown: none was stated", "https://creativecommons.org/licenses/by/4.0/",
    ):  # fmt: skip
        assert said in html, said


def test_an_empty_run_has_a_card_too() -> None:
    summary = Summary("r", "0.1", 0, 1, 0, 0, 0, "2026-01-02T03:04:05Z", "c")
    assert "0 triples" in dataset_card(summary).text


@pytest.mark.parametrize(
    ("rows", "category"),
    [(0, "n<1K"), (999, "n<1K"), (1000, "1K<n<10K"), (1_800_000, "1M<n<10M"), (10**12, "n>1T")],
)
def test_size_categories(rows: int, category: str) -> None:
    assert size_category(rows) == category


HOSTILE = [
    "<script>alert(1)</script>",
    "![x](https://tracker.example/x.png)",
    "[x](javascript:alert(1))",
    "a | b | c",
    "x\n\n# Heading\n\n---\nlicense: mit\n---",
    "`code` <https://x.example>",
    "| --- |",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_crawled_text_is_shown_and_never_rendered(summary: Summary, text: str) -> None:
    card = dataset_card(replace(summary, topics={text: 3}, licences={text: 3}, hosts={text: 3}))
    html = RENDER.render(card.text)
    for forbidden in ("<script", "<img", "href=", "<h1>Heading"):
        assert forbidden not in html
    assert card.data.license == "other"
    assert html.count("<td") == RENDER.render(
        dataset_card(replace(summary, topics={"a": 3}, licences={"a": 3}, hosts={"a": 3})).text
    ).count("<td")


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"])))
def test_a_table_cell_stays_one_cell(text: str) -> None:
    html = RENDER.render(f"| a | b |\n|---|---|\n| x{markdown(text)} | 1 |\n")
    assert html.count("<td>") == 2
    assert not any(tag in html for tag in ("<a ", "<img", "<em>", "<strong>", "<code>", "<s>"))
