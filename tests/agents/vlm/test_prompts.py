"""A user's prompt file is measured by the shipped one before a run begins."""

from __future__ import annotations

import pytest

from vqva_crawl.agents.vlm import prompts
from vqva_crawl.config import Config
from vqva_crawl.errors import ConfigError
from vqva_crawl.running import check

CONFIG = Config.model_validate(
    {
        "name": "mine",
        "agents": {"rewriter": {"name": "vlm"}},
        "model": {"base_url": "http://127.0.0.1:9/v1", "name": "x", "api_key_env": None},
    }
)


@pytest.fixture
def mine(tmp_path, monkeypatch):
    """A folder's own `rewriter.md`."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "prompts").mkdir()
    return tmp_path / "prompts/rewriter.md"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Rewrite {{ instruktion }}.", "'instruktion' is undefined; it may use count, instruction"),
        ("Put it\n{% if count %}anew.", r"line 6: .*mend its Jinja2"),
        ("Rewrite {{ instruction | louder }}.", "line 5: No filter named 'louder'"),
        ("Rewrite {{ instruction", "line 5"),
        ("{% include 'more.md' %}", "line 5: .*includes"),
    ],
)
def test_a_text_that_cannot_be_rendered_is_refused_before_the_run(mine, text, said):
    mine.write_text(f"---\nversion: 2\nanswer: Variants\n---\n{text}")
    with pytest.raises(ConfigError, match=rf"rewriter\.md: {said}") as caught:
        check(CONFIG)
    assert caught.value.exit_code == 2
    assert len(str(caught.value).splitlines()) == 1


def test_another_answer_than_the_shipped_one_is_refused(mine):
    mine.write_text("---\nversion: 2\nanswer: Question\n---\nRewrite {{ instruction }}.")
    with pytest.raises(ConfigError, match=r"rewriter\.md: answer: .*write 'answer: Variants'"):
        check(CONFIG)


def test_a_file_that_is_not_utf_8_is_refused(mine):
    mine.write_bytes("---\nversion: 2\nanswer: Variants\n---\nSchön.".encode("latin-1"))
    with pytest.raises(ConfigError, match=r"rewriter\.md: .*save it as UTF-8"):
        check(CONFIG)


def test_a_sound_file_passes_with_jinjas_own_names_and_a_byte_order_mark(mine):
    text = "{% for n in range(count) %}{{ loop.index }}{% endfor %} {{ instruction }}"
    mine.write_text(f"---\nversion: 2\nanswer: Variants\n---\n{text}", encoding="utf-8-sig")
    check(CONFIG)


def test_what_a_loop_reads_of_each_is_checked_too(mine):
    text = "{% for t in topics %}{{ loop.index }} {{ t.name.upper() }} {{ t.nme }}{% endfor %}"
    path = mine.with_name("planner.md")
    path.write_text(f"---\nversion: 2\nanswer: Plan\n---\n{text}")
    with pytest.raises(ConfigError, match=r"planner\.md: 'topics\[\]\.nme' is undefined"):
        prompts.check_prompt("planner")
    path.write_text(path.read_text().replace("nme", "share"))
    prompts.check_prompt("planner")


def test_a_prompt_of_a_plug_in_has_variables_of_its_own(mine):
    (mine.parent / "louder.md").write_text("---\nversion: 1\nanswer: text\n---\n{{ what }}")
    prompts.check_prompt("louder")
