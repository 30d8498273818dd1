"""What is taken of an answer that thinks aloud, drafts, or quotes its prompt's example."""

from __future__ import annotations

import json

import pytest
from model_clients import call, client
from pydantic import BaseModel

from vqva_crawl.clients.fake_model import FakeModelServer, Reply
from vqva_crawl.clients.model.asking import ask, ask_text
from vqva_crawl.errors import Unusable


class Verdict(BaseModel):
    analysis: str
    score: int


DRAFT = json.dumps({"analysis": "draft", "score": 2})
FINAL = json.dumps({"analysis": "contradiction", "score": 0})
ENDED = [
    "Let me draft: {} hmm, the second one contradicts it, so 0.\n</think>\n\n",
    "<think>draft {}</think>",
    "<think>\n{}\n</think>\nNo: <think>again</think>",
    "A draft: {} <think> no </think>",
    "<thinking>{}</thinking>",
    "<seed:think>{}</seed:think>",
    "[THINK]{}[/THINK]",
    "\u25c1think\u25b7{}\u25c1/think\u25b7",
    "<|begin_of_thought|>{}<|end_of_thought|>\n<|begin_of_solution|>",
    "<|channel|>analysis<|message|>{}<|end|><|start|>assistant<|channel|>final<|message|>",
]
CUT = [f"<think>{DRAFT}", f"[THINK]{DRAFT}", f"{DRAFT} is my draft.</think>", "</think>\n"]


@pytest.mark.parametrize("thoughts", ENDED)
async def test_the_verdict_after_the_thoughts_is_taken_not_their_draft(tmp_path, thoughts):
    async with FakeModelServer(lambda request: thoughts.replace("{}", DRAFT) + FINAL) as server:
        async with client(server, tmp_path) as model:
            assert (await ask(model, call(), Verdict)).score == 0
        assert server.calls == 1


@pytest.mark.parametrize("thoughts", ENDED)
async def test_thoughts_are_no_part_of_a_text(tmp_path, thoughts):
    said = f"{thoughts}The leaf opens."
    async with FakeModelServer(lambda request: said) as server, client(server, tmp_path) as model:
        text = await ask_text(model, call())
    assert text.endswith("The leaf opens.")
    assert "draft" not in text


@pytest.mark.parametrize("text", CUT)
@pytest.mark.parametrize(("ended", "reason"), [("stop", "empty"), ("length", "truncated")])
async def test_an_answer_that_ends_in_its_thoughts_is_no_verdict(tmp_path, text, ended, reason):
    reply = Reply(text, ended)
    async with FakeModelServer(lambda request: reply) as server, client(server, tmp_path) as model:
        for asked in (ask(model, call(), Verdict), ask_text(model, call("as text"))):
            with pytest.raises(Unusable) as caught:
                await asked
            assert (caught.value.reason, caught.value.raw) == (reason, text)


async def test_a_model_that_declines_after_its_thoughts_declines(tmp_path):
    said = "It asks for a verdict.</think>I'm sorry, but I can't help with that."
    async with FakeModelServer(lambda request: said) as server, client(server, tmp_path) as model:
        with pytest.raises(Unusable, match="refusal"):
            await ask(model, call(), Verdict)


@pytest.mark.parametrize(
    "before",
    [
        f"You want something like {DRAFT}. Here it is:\n",
        f"At first sight: ```json\n{DRAFT}\n```\nOn a closer look:\n",
        'The form is {"analysis": "...", "score": 0-2}. ',
        "{" * 60,
    ],
)
async def test_the_last_object_that_fits_is_the_answer(tmp_path, before):
    said = f"{before}{FINAL}\nI hope {{this}} helps."
    async with FakeModelServer(lambda request: said) as server, client(server, tmp_path) as model:
        assert await ask(model, call(), Verdict) == Verdict.model_validate_json(FINAL)


HIDDEN = "The l\x00ea\u200bf\u00ad op\U000e0041\U000e0100ens.\x1b[31m"


@pytest.mark.parametrize("escaped", [True, False])
async def test_nothing_that_nobody_sees_is_in_what_is_read(tmp_path, escaped):
    said = json.dumps({"analysis": HIDDEN, "score": 2}, ensure_ascii=escaped)
    async with FakeModelServer(lambda request: said) as server, client(server, tmp_path) as model:
        assert (await ask(model, call(), Verdict)).analysis == "The leaf opens."


async def test_nothing_that_nobody_sees_hides_a_thought_or_a_refusal(tmp_path):
    said = f"<think>draft</th\u200bink>{HIDDEN}"
    async with FakeModelServer(lambda request: said) as server, client(server, tmp_path) as model:
        assert await ask_text(model, call()) == "The leaf opens."
    said = "I'm so\u00adrry, but I can\u200b't help with that."
    async with FakeModelServer(lambda request: said) as server, client(server, tmp_path) as model:
        with pytest.raises(Unusable, match="refusal") as caught:
            await ask_text(model, call("again"))
    assert caught.value.raw == said
