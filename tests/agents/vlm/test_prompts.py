"""A user's prompt file is measured by the shipped one before a run begins."""

from __future__ import annotations

import re

import pytest
from test_chain import context

from obedient_model import heard
from vqva_crawl.agents.vlm import families, prompt_checks, prompts
from vqva_crawl.agents.vlm.wording import usable
from vqva_crawl.config import Config
from vqva_crawl.errors import ConfigError
from vqva_crawl.registry import ROLES, prompts_of
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
        ("Put it\n{% if count %}\n=====\nanew.{% endif %}", "line 6: .*mend its Jinja2"),
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


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "there is no text below the front matter"),
        ("Rewrite it {{ count }} times.", "the model is not told {{ instruction }}; write it in"),
    ],
)
def test_a_text_without_the_record_is_refused(mine, text, said):
    mine.write_text(f"---\nversion: 2\nanswer: Variants\n---\n{text}")
    with pytest.raises(ConfigError) as caught:
        check(CONFIG)
    assert str(caught.value) == f"{mine}: {said}"


def test_a_front_matter_without_a_line_after_it_is_one_without_text(mine):
    mine.write_text("---\nversion: 2\nanswer: Variants\n---")
    with pytest.raises(ConfigError, match="no text below the front matter"):
        check(CONFIG)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ instruction }} {{ families.causal.mean }}", "no attribute 'mean'$"),
        ('{{ instruction }} {{ families["caus"] }}', "no attribute 'caus'$"),
        ("{{ instruction }} {{ count / 0 }}", "it cannot be filled in: division by zero"),
        ('{{ instruction }} {{ "x" * 999999999999999999 }}', "cannot be filled in: MemoryError$"),
        (
            '{{ instruction }} {% if count > "x" %}many{% endif %}',
            "it cannot be filled in: '>' not",
        ),
        ("{% if count > 99 %}{{ instruction }}{% endif %} x", "never told to the model"),
    ],
)
def test_a_text_that_cannot_be_filled_in_is_found_before_the_run(mine, text, said):
    mine.write_text(f"---\nversion: 2\nanswer: Variants\n---\n{text}")
    with pytest.raises(ConfigError, match=rf"rewriter\.md: .*{said}"):
        check(CONFIG)


@pytest.mark.parametrize(
    "head", ["", "hello\n", "---\nhello\n---\n", "---\n- a\n---\n", "---\n---\n"]
)
def test_a_file_without_a_front_matter_is_refused(mine, head):
    mine.write_text(f"{head}Rewrite {{{{ instruction }}}}.")
    with pytest.raises(ConfigError, match=r"rewriter\.md: a prompt begins with a front matter"):
        check(CONFIG)


def test_the_shipped_files_can_be_filled_in_with_their_examples():
    for path in prompts.shipped("system").parent.glob("*.md"):
        mine = prompts.prompt(path.stem)
        assert {name for name in prompt_checks.variables(path, path.stem) if "." not in name} == {
            *mine.example
        }
        prompt_checks.tried(path, mine, mine)


def test_what_the_shipped_files_need_they_use():
    needs = {name: prompts.prompt(name).needs for role in ROLES for name in prompts_of(role, "vlm")}
    assert all(
        needs[name] <= prompt_checks.variables(prompts.shipped(name), name) for name in needs
    )
    alone = {name for name, needed in needs.items() if not needed}
    assert alone == {"system", "retriever", "instructor", "verify_caption"}  # pictures, page


@pytest.mark.parametrize(
    ("name", "meant"),
    [("rewritr", "rewriter"), ("rewriters", "rewriter"), ("sytem", "system")],
)
def test_a_file_with_a_slip_in_its_name_is_refused(mine, name, meant):
    mine.with_name(f"{name}.md").write_text("Be brief.")
    with pytest.raises(
        ConfigError, match=rf"{name}\.md: no agent reads it; did you mean {meant}\.md"
    ):
        check(CONFIG)


def test_a_file_named_after_an_agent_with_several_prompts_is_refused(mine):
    mine.with_name("filter.md").write_text("Be strict.")
    with pytest.raises(ConfigError, match=r"did you mean filter_question\.md"):
        prompt_checks.check_prompt("filter_question")


def test_other_files_in_the_folder_are_nobodys_business(mine):
    for name in ("README", "notes", "critic", "my_translator"):
        mine.with_name(f"{name}.md").write_text("Notes.")
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
        prompt_checks.check_prompt("planner")
    path.write_text(path.read_text().replace("nme", "share"))
    prompt_checks.check_prompt("planner")


def test_a_prompt_of_a_plug_in_has_variables_of_its_own(mine):
    (mine.parent / "louder.md").write_text("---\nversion: 1\nanswer: text\n---\n{{ what }}")
    prompt_checks.check_prompt("louder")


@pytest.mark.parametrize(
    ("role", "options", "asked", "idle"),
    [
        ("instructor", {}, "instructor", "critic"),
        ("instructor", {"refine": 1}, "critic", None),
        ("filter", {}, "filter_blind", "verify"),
        ("filter", {"blind": False, "verify": True}, "verify", "filter_blind"),
        ("reasoner", {}, "reasoner", "reasoner_prose"),
        ("reasoner", {"form": "prose", "refine": 1}, "reasoner_prose", "reasoner"),
    ],
)
def test_only_prompts_that_the_options_use_count_for_an_agent(mine, role, options, asked, idle):
    assert asked in prompts_of(role, "vlm", options)
    assert idle not in prompts_of(role, "vlm", options)
    before = prompts.prompts_digest(role, "vlm", options)
    if idle:
        edit(mine, idle)
        assert prompts.prompts_digest(role, "vlm", options) == before
    edit(mine, asked)
    assert prompts.prompts_digest(role, "vlm", options) != before


def edit(mine, name):
    mine.with_name(f"{name}.md").write_text(prompts.shipped(name).read_text() + "\nBe brief.")


def test_a_family_that_means_something_else_changes_the_digest_of_prompts_that_tell_it(monkeypatch):
    names = ("instructor", "rewriter")
    before = [prompts.prompt(name).digest for name in names]
    monkeypatch.setattr(prompts, "FAMILIES", families.FAMILIES | {"causal": ("else", "")})
    after = [prompts.prompt(name).digest for name in names]
    assert (after[0] != before[0], after[1] != before[1]) == (True, False)


def test_examples_of_good_requests_pass_the_guards_and_no_prompt_speaks_of_the_tests_pages():
    text = {name: prompts.prompt(name).text for role in ROLES for name in prompts_of(role, "vlm")}
    good = [
        *re.findall(r'good: "(.+?)"', text["instructor"]),
        *re.findall(r'^ *(?:2: |2: .*\n {3})"(.+?)"', text["filter_context"], re.MULTILINE),
        *re.findall(r'may become "(.+?)"', text["rewriter"].replace("\n", " ")),
    ]
    assert len(good) == 3
    for request in good:
        assert usable(request, context([])[0]) == request
    assert not heard("\n".join(text.values()))
