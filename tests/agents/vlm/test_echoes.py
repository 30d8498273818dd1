"""Who copies the prompt has not looked at the pictures."""

from __future__ import annotations

import json

import pytest
from test_chain import candidate, context, pair
from test_options import REASONING

from vqva_crawl.agents.vlm import prompts
from vqva_crawl.agents.vlm.instructor import instructor
from vqva_crawl.agents.vlm.reasoner import reasoner
from vqva_crawl.agents.vlm.rewriter import rewriter
from vqva_crawl.errors import Unusable

COPIED = "how does this object look, once it has been pulled open to its full height"
EXAMPLE = (
    "Pulling moves the rings apart; the paper between them unfolds, and as it is longest in the "
    "middle, it bulges there into a ball."
)

RULE = "Each sentence must be true of the pictures."


def asking(question: str) -> str:
    said = {"analysis": "", "works": True, "question": question, "expectation": "It is open."}
    return json.dumps(said)


async def test_a_question_copied_from_the_prompt_costs_its_record():
    used, _ = context([asking(COPIED)])
    with pytest.raises(Unusable) as caught:
        await instructor(pair(used.document), used)
    assert caught.value.reason == "prompt_echo"


async def test_a_variant_copied_from_the_prompt_is_left_out():
    copied = "Pull the thing in this picture open as far as it goes and show me the result!"
    used, _ = context([json.dumps({"variants": [copied, "Let this plant grow for one day."]})])
    assert await rewriter(candidate(used.document), used) == ["Let this plant grow for one day."]


@pytest.mark.parametrize(("form", "copied"), [("parts", EXAMPLE), ("parts", RULE), ("prose", RULE)])
async def test_a_reasoning_with_a_sentence_of_the_prompt_costs_its_record(form, copied):
    parts = {**REASONING, "sees": f"{REASONING['sees']} {copied}"}
    said = json.dumps(parts) if form == "parts" else " ".join(parts.values())
    used, _ = context([said], form=form)
    with pytest.raises(Unusable) as caught:
        await reasoner(candidate(used.document), used)
    assert caught.value.reason == "prompt_echo"


async def test_the_examples_of_a_file_of_one_s_own_count_and_those_of_the_shipped_one_do_not(
    tmp_path, monkeypatch
):
    shipped = prompts.find("instructor").read_text()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "prompts").mkdir()
    mine = shipped.replace("pulled open to its full height", "wound up as tightly as it goes")
    (tmp_path / "prompts/instructor.md").write_text(mine)
    used, _ = context([asking(COPIED)])
    await instructor(pair(used.document), used)
    used, _ = context([asking("How does this object look once it has been wound up as tightly as "
                              "it goes?")])  # fmt: skip
    with pytest.raises(Unusable, match="prompt_echo"):
        await instructor(pair(used.document), used)


async def test_words_of_the_prompt_in_another_sentence_pass():
    said = "How does this object look once it has been pulled open to the first notch?"
    used, _ = context([asking(said)])
    assert (await instructor(pair(used.document), used)).instruction == said
