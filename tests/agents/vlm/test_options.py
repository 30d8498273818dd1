"""What can be switched on: refine, agreement, verify."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from test_chain import candidate, context, pair

from vqva_crawl.agents.vlm.filter import filter
from vqva_crawl.agents.vlm.instructor import instructor
from vqva_crawl.agents.vlm.reasoner import reasoner
from vqva_crawl.clients.fakes import ScriptedModel
from vqva_crawl.errors import Unusable
from vqva_crawl.records import Corrected, Drop, Scores

ASKED = "What will this plant look like one day later?"
BETTER = "How will the plant in this picture look after one more day?"
REASONING = {
    "asks": "The request wants to see this plant one day later.",
    "sees": "It shows a small plant with one leaf in a pot.",
    "changes": "With light and water the stem grows and a second leaf opens.",
    "stays": "The pot stays where it is.",
    "answer": "So the finished picture shows the same plant, taller and with two leaves.",
}


def asked(question: str = ASKED) -> str:
    told = {"analysis": "", "works": True, "question": question, "expectation": "taller"}
    return json.dumps(told)


def critic(suggestion: str) -> str:
    return json.dumps({"analysis": "x", "suggestion": suggestion})


def revision(text: str) -> str:
    return json.dumps({"text": text})


def judged(*scores: int) -> list[str]:
    verdict = [json.dumps({"analysis": "x", "score": score}) for score in scores]
    guess = json.dumps({"analysis": "x", "answer_shows": "cannot be told"})
    return [*verdict[:2], guess, *verdict[2:]] if len(verdict) > 2 else verdict


KEPT = judged(2, 2, 2)


# refine ---------------------------------------------------------------------------------------


async def test_by_default_no_critic_is_asked():
    used, model = context([asked()])
    made = await instructor(pair(used.document), used)
    assert (made.instruction, made.expectation) == (ASKED, "taller")
    assert len(model.asked) == 1


async def test_a_question_is_written_anew_until_the_critic_says_none():
    answers = [asked(), critic("name no species"), revision(BETTER), critic("None.")]
    used, model = context(answers, refine=3)
    made = await instructor(pair(used.document), used)
    assert (made.instruction, made.expectation) == (BETTER, "")  # it was the first wording's
    assert len(model.asked) == 4
    assert "name no species" in model.asked[2].messages[-1].text


async def test_no_more_rounds_than_the_option_says():
    answers = [asked(), critic("a"), revision(BETTER), critic("b"), revision(ASKED), critic("c")]
    used, model = context(answers, refine=2)
    assert (await instructor(pair(used.document), used)).instruction == ASKED
    assert len(model.asked) == 5


async def test_a_revision_that_cannot_be_used_leaves_the_question_as_it_was():
    used, _ = context([asked(), critic("say where"), revision("See Figure 3 for it.")], refine=3)
    assert (await instructor(pair(used.document), used)).instruction == ASKED


@pytest.mark.parametrize(
    "said",
    [
        "None, it reads well.",
        "No change is needed.",
        "The request is fine.",
        "No suggestion is needed.",
        "none - the request is fine as it is",
        "Nothing to improve.",
        "N/A",
        "I'm sorry, but I can't view the images.",
    ],
)
async def test_a_critic_may_say_in_many_ways_that_there_is_nothing_to_say(said: str):
    used, model = context([asked(), critic(said)], refine=3)
    made = await instructor(pair(used.document), used)
    assert (made.instruction, made.expectation) == (ASKED, "taller")
    assert len(model.asked) == 2


@pytest.mark.parametrize(
    "said",
    ["None of the words says where: name the place.", "No picture shows it; say which part."],
)
async def test_a_suggestion_may_begin_with_a_no(said: str):
    used, _ = context([asked(), critic(said), revision(BETTER), critic("none")], refine=3)
    assert (await instructor(pair(used.document), used)).instruction == BETTER


ODD = [["It could be shorter."] * 3, [critic("shorter"), *["Shorter."] * 3]]


@pytest.mark.parametrize("odd", ODD)
async def test_a_critic_or_writer_who_gives_nothing_usable_leaves_the_question(odd: list[str]):
    used, _ = context([asked(), *odd], refine=3)
    assert (await instructor(pair(used.document), used)).instruction == ASKED


async def test_critic_and_writer_see_the_pictures_first_and_no_word_of_the_page():
    answers = [asked(), critic("be brief"), revision(BETTER), critic("none")]
    used, model = context(answers, refine=1)
    await instructor(pair(used.document), used)
    first, *later = [call.messages[-1].parts for call in model.asked]
    assert all(parts[:4] == first[:4] for parts in later)
    assert all(len(parts) == 5 and "[[" not in parts[-1] for parts in later)


async def test_a_reasoning_is_refined_and_checked_like_the_first_one():
    better = "\n\n".join(REASONING.values()).replace("small", "tiny green")
    answers = [json.dumps(REASONING), critic("say its colour"), revision(better), critic("none")]
    used, _ = context(answers, refine=3)
    assert await reasoner(candidate(used.document), used) == better
    bad = [json.dumps(REASONING), critic("cite it"), revision(f"{better} See http://a.test/x.")]
    used, _ = context(bad, refine=3)
    assert "a.test" not in await reasoner(candidate(used.document), used)


# agreement ------------------------------------------------------------------------------------


async def both(first: list[str], second: list[str], agreement: str):
    used, model = context(first, agreement=agreement)
    other = ScriptedModel(second, name="other")
    given = await filter(candidate(used.document), replace(used, second=other))
    return given, model, other


async def test_what_both_models_keep_is_kept_with_the_first_ones_scores():
    given, model, other = await both(KEPT, KEPT, "kept")
    assert isinstance(given, Scores)
    assert given.perfect
    assert [c.messages for c in model.asked] == [c.messages for c in other.asked]


async def test_a_disagreement_is_dropped_with_both_verdicts():
    given, _, _ = await both(KEPT, judged(2, 1), "kept")
    assert isinstance(given, Drop)
    assert given.reason == "disagreement"
    assert given.facts["first"]["answer"] == 2
    assert given.facts["second"]["answer"] == 1


async def test_what_the_first_drops_is_put_before_the_second_only_when_all_is():
    given, _, other = await both(judged(1), KEPT, "kept")
    assert (given.question, other.asked) == (1, [])
    given, _, _ = await both(judged(1), KEPT, "all")
    assert given.detail == "the second model keeps it, the first does not"
    given, _, _ = await both(judged(1), judged(2, 0), "all")
    assert isinstance(given, Scores)


# verify ---------------------------------------------------------------------------------------


def difference(verdict: str, instruction: str = "") -> str:
    told = {"difference": "a leaf more", "analysis": "x", "verdict": verdict}
    return json.dumps({**told, "instruction": instruction, "expectation": instruction and TWO})


TWO = "The plant has two leaves."
CAPTIONS = [json.dumps({"caption": f"a plant with {n} leaves"}) for n in ("one", "two")]


async def test_captions_are_made_apart_and_a_kept_instruction_is_judged_as_it_is():
    used, model = context([*CAPTIONS, difference("keep"), *KEPT], verify=True)
    given = await filter(candidate(used.document), used)
    assert isinstance(given, Scores)
    assert given.perfect
    one, two, both = model.asked[:3]
    assert [len(call.messages[-1].images) for call in (one, two, both)] == [1, 1, 2]
    assert "two leaves" not in two.messages[-1].text
    assert "with one leaves" in both.messages[-1].text
    assert "with two leaves" in both.messages[-1].text


async def test_a_corrected_instruction_is_the_one_that_is_judged():
    used, model = context([*CAPTIONS, difference("correct", BETTER), *KEPT], verify=True)
    given = await filter(candidate(used.document), used)
    assert isinstance(given, Corrected)
    assert given.candidate.instruction == BETTER
    assert given.candidate.expectation == TWO  # not the one of the old instruction
    assert given.scores.perfect
    assert all(BETTER in call.messages[-1].text for call in model.asked[3:])


async def test_what_no_request_leads_to_is_dropped_before_any_score():
    used, model = context([*CAPTIONS, difference("drop")], verify=True)
    given = await filter(candidate(used.document), used)
    assert (given.reason, given.detail) == ("verify", "a leaf more")
    assert len(model.asked) == 3


async def test_a_correction_that_cannot_be_used_is_a_typed_rejection():
    used, _ = context(
        [*CAPTIONS, difference("correct", "As Figure 2 shows, grow it on.")], verify=True
    )
    with pytest.raises(Unusable, match="page_reference"):
        await filter(candidate(used.document), used)
