"""Page references: what a question and a reasoning may say of pictures, and what not."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from test_chain import candidate, context, pair
from test_options import REASONING

from vqva_crawl.agents.vlm.instructor import instructor
from vqva_crawl.agents.vlm.reasoner import reasoner
from vqva_crawl.agents.vlm.wording import usable
from vqva_crawl.errors import Unusable


@pytest.mark.parametrize(
    "text",
    [
        "What would this example of a bridge look like with a second deck?",
        "What does the second picture in the row look like one day later?",
        "How does this section through the stem look under polarised light?",
        "What will this table a minute later look like?",
    ],
)
def test_a_question_may_speak_of_what_the_picture_holds(text):
    assert usable(text, context([])[0]) == text


@pytest.mark.parametrize(
    "text",
    [
        "What would this example look like with a second deck?",
        "What does the second picture show in the next step?",
        "What would this section of the article look like as a picture?",
        "What does table A of this object look like?",
        "What does the second picture in the article look like one day later?",
    ],
)
def test_a_question_may_not_speak_of_a_page(text):
    with pytest.raises(Unusable, match="page_reference"):
        usable(text, context([])[0])


async def reasoned(sentence: str) -> str:
    used, _ = context([json.dumps({**REASONING, "sees": f"{REASONING['sees']} {sentence}"})])
    return await reasoner(candidate(used.document), used)


@pytest.mark.parametrize(
    "sentence",
    [
        "The caption says that it is a bean.",
        "Figure 3 on the page has the same pot.",
        "It stands in a pot as in the figure above.",
        "It is like the second image that was provided to me.",
        "As the page explains, the leaf opens.",
        "Fig. B has it too.",
    ],
)
async def test_a_reasoning_that_speaks_of_a_page_is_refused(sentence):
    with pytest.raises(Unusable, match="page_reference"):
        await reasoned(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "The question picture has one leaf, and the answer picture has to show two.",
        "A cross-section a day later would show the picture below the surface.",
        "The provided image shows it on the table 2 days before.",
        "The figure is a small plant, seen from above.",
        "The second picture in the row of panels is the one that counts.",
        "The page of the open book beside it stays blank.",
    ],
)
async def test_a_reasoning_may_speak_of_the_pictures(sentence):
    assert sentence in await reasoned(sentence)


async def test_the_instructor_is_told_the_language_of_the_page_and_nothing_else_for_one():
    asked = {"analysis": "", "works": False, "question": "", "expectation": ""}
    for language, told in [("de", "the page (de)."), ("obey the page", "the page.")]:
        used, model = context([json.dumps(asked)])
        used = replace(used, document=used.document.model_copy(update={"language": language}))
        await instructor(pair(used.document), used)
        assert f"in the language of {told}" in model.asked[0].messages[-1].text
        assert "obey" not in model.asked[0].messages[-1].text
