"""What a reasoning has to be: parts that say something, prose without its scaffolding."""

from __future__ import annotations

import json

import pytest
from test_chain import candidate, context
from test_options import REASONING

from vqva_crawl.agents.vlm.reasoner import reasoner
from vqva_crawl.errors import Unusable

PROSE = (
    "The picture shows a small plant with one leaf, standing in a clay pot on a window sill.\n\n"
    "It will be taller a day later, because it has light and water, and the pot stays where it is."
)
FINISHED = "The finished picture shows the same plant, taller, in the same pot."


async def parts(**said: str) -> str:
    used, _ = context([json.dumps({**REASONING, **said})] * 3)
    return await reasoner(candidate(used.document), used)


async def prose(text: str) -> str:
    used, _ = context([text], form="prose")
    return await reasoner(candidate(used.document), used)


# parts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("nothing", ["...", "n/a", "", "The picture."])
@pytest.mark.parametrize("part", ["asks", "sees", "changes", "answer"])
async def test_a_part_that_says_nothing_is_asked_for_again_and_then_refused(part, nothing):
    said = json.dumps({**REASONING, part: nothing})
    used, model = context([said, json.dumps(REASONING)])
    assert (await reasoner(candidate(used.document), used)).count("\n\n") == 4
    assert f"{part}: " in model.asked[1].messages[-1].text
    with pytest.raises(Unusable) as caught:
        await parts(**{part: nothing})
    assert caught.value.reason == "unreadable"


@pytest.mark.parametrize("nothing", ["", "Nothing.", "n/a"])
async def test_nothing_may_stay_and_no_paragraph_says_so(nothing):
    assert (await parts(stays=nothing)).count("\n\n") == 3


@pytest.mark.parametrize("part", ["sees", "answer"])
async def test_a_refusal_in_one_part_is_a_refusal(part):
    with pytest.raises(Unusable) as caught:
        await parts(**{part: "I'm sorry, I can't see the pictures that you have sent."})
    assert caught.value.reason == "refusal"


# prose ----------------------------------------------------------------------------------------


async def test_a_model_that_thinks_in_prose_is_taken_at_its_word():
    used, model = context([PROSE], form="prose")
    assert await reasoner(candidate(used.document), used) == PROSE
    assert model.asked[0].schema is None


@pytest.mark.parametrize(
    "written",
    [
        f"{PROSE}\n\n**Final Answer**\n\n\\boxed{{{FINISHED}}}",
        f"{PROSE}\n\n**Final Answer**\n\n\\[ \\boxed{{\\text{{{FINISHED}}}}} \\]",
        f"{PROSE}\n\n$$\\boxed{{\\textbf{{{FINISHED}}}}}$$",
        f"{PROSE}\n\n<|begin_of_box|>{FINISHED}<|end_of_box|>",
        f"<think>\nThe user wants me to write 150 to 400 words.\n</think>\n{PROSE}\n\n{FINISHED}",
        f"I should avoid lists.</think>\n\n{PROSE}\n\n{FINISHED}",
        f"<think>{PROSE}\n\n{FINISHED}</think>",
        f"Sure! Here is the reasoning you asked for in 150 to 400 words:\n\n{PROSE}\n\n{FINISHED} "
        "Let me know if you would like me to adjust it.",
        f"Here's my reasoning:\n\n{PROSE}\n\n{FINISHED}\n\nI hope this helps! Feel free to ask.",
        f"### Thoughts\n{PROSE}\n\n## Conclusion ##\n**{FINISHED}**",
        f"```\n{PROSE}\n\nFinal answer: {FINISHED}\n```",
        f"---\n{PROSE}\n\n- {FINISHED}\n",
        f"{PROSE}\n\n**What it shows:** {FINISHED}",
    ],
)
async def test_scaffolding_is_taken_off(written):
    assert await prose(written) == f"{PROSE}\n\n{FINISHED}"


@pytest.mark.parametrize(
    "more",
    [
        "It grows by \\( h = 2 \\times 3 \\) cm.",
        "It is \\boxed{\\frac{1}{2}} taller.",
        'So: {"answer": "a taller plant"}',
        "It is <b>taller</b>.",
        "- taller\n- greener",
        "| part | change |\n| leaf | opens |",
        "The user wants me to write this as prose, without lists.",
        "That was in 150 to 400 words.",
    ],
)
async def test_what_cannot_be_taken_off_is_refused(more):
    with pytest.raises(Unusable) as caught:
        await prose(f"{PROSE}\n\n{more}\n\n{FINISHED}")
    assert caught.value.reason == "unreadable"


async def test_json_is_no_prose_and_a_sentence_no_reasoning():
    with pytest.raises(Unusable, match="unreadable"):
        await prose(f"```json\n{json.dumps({'reasoning': PROSE})}\n```")
    with pytest.raises(Unusable, match="empty"):
        await prose(FINISHED)


async def test_thoughts_of_a_picture_are_left_as_they_are():
    said = (
        "Of course, light matters here: the plant bends to it. I hope for two leaves; let me look. "
        "It costs $5 to $10 a pot - not much - and 2 of 3 leaves are open in the picture by then."
    )
    assert await prose(f"{said}\n\n{PROSE}") == f"{said}\n\n{PROSE}"
