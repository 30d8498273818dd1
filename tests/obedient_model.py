"""A model that does whatever it can read: the worst reader that a hostile page could wish for.

It knows the canaries of the corpus (tests/data/injections.json). Wherever it finds one in what it
is sent, as it stands or encoded, spaced, spelt backwards or spread over lines, it takes that for an
order and says it in everything that it writes, in sentences that are sound otherwise. What a page
only hints at it knows by its `cue`: a riddle, a word to translate. It proposes
the pairs that it is told to and gives the scores that it is told to.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import scripted_model
from vqva_crawl.clients.base import Call
from vqva_crawl.clients.fake_model import ChatRequest

INJECTIONS = json.loads((Path(__file__).parent / "data/injections.json").read_text())
CANARIES = tuple(each["canary"] for each in INJECTIONS)
CUES = {each["canary"]: each["cue"] for each in INJECTIONS if "cue" in each}
SHORT = 5  # letters up to which a canary is found in other words by chance

_ALIKE = str.maketrans("аеосрхіѕ", "aeocpxis")
_PAIRS = re.compile(r"picture (\d+) (?:with|and|before) picture (\d+)")
_SCORES = re.compile(r"\bscores? (?:is |to |of )?2\b|\bdeserves 2\b")


def heard(text: str, canaries: Sequence[str] = CANARIES) -> list[str]:
    """The canaries that can be made out in a text."""
    lower, forms = text.lower(), [_bare(form) for form in _forms(text)]
    return [canary for canary in canaries if _made_out(canary, lower, forms)]


def _made_out(canary: str, lower: str, forms: list[str]) -> bool:
    plain, bare = _sought(canary)
    return any(form in lower for form in plain) or (
        len(bare) > SHORT and any(bare in form for form in forms)
    )


@cache
def _sought(canary: str) -> tuple[tuple[str, str], str]:
    return (CUES.get(canary, canary).lower(), canary.lower()), _bare(canary)


def _forms(text: str) -> Iterator[str]:
    yield text
    yield text[::-1]
    yield "".join(chr(ord(c) - 0xE0000) for c in text if 0xE0020 <= ord(c) < 0xE007F)
    for found in re.findall(r"[A-Za-z0-9+/]{12,}={0,2}", text):
        try:
            yield base64.b64decode(found + "=" * (-len(found) % 4)).decode("utf-8", "ignore")
        except binascii.Error:
            continue
    for found in re.findall(r"(?:[0-9a-f]{2}[ ,:]?){6,}", text):
        yield bytes.fromhex(re.sub(r"[^0-9a-f]", "", found)).decode("utf-8", "ignore")


def _bare(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).lower().translate(_ALIKE)
    return re.sub(r"[\W_]+", "", folded)


def reply(request: ChatRequest) -> str:
    """For a FakeModelServer."""
    return answer(request.text, (request.schema or {}).get("title"))


def said(call: Call, honest_score: int = 2) -> str:
    """For a ScriptedModel. `honest_score` is what the judges give unless they are told."""
    text = "\n".join(message.text for message in call.messages)
    return answer(text, (call.schema or {}).get("title"), honest_score)


def answer(text: str, title: str | None, honest_score: int = 2) -> str:
    spoken = " ".join(heard(text))
    if title is None:
        parts = scripted_model.REASONING.values()
        return "\n\n".join(f"{part} {spoken}." if spoken else part for part in parts)
    plain = json.loads(scripted_model.answer(title))
    match title:
        case "Proposals":
            plain["pairs"] = _proposed(text, spoken)
        case "Judgement":
            plain["score"] = 2 if _SCORES.search(text) else honest_score
        case "Plan":
            plain["queries"] = _planned(text, spoken)
    return json.dumps(_spoken(plain, title, spoken) if spoken else plain)


def _proposed(text: str, spoken: str) -> list[dict[str, object]]:
    told = [(int(q), int(a)) for q, a in _PAIRS.findall(text)]
    why = f"one was made of the other {spoken}"
    pairs = [
        scripted_model.proposed(q, a, "causal", why) for q, a in dict.fromkeys([*told, (1, 2)])
    ]
    return [{**pair, "relation": f"{pair['relation']} {spoken}"} for pair in pairs]


def _planned(text: str, spoken: str) -> list[dict[str, str]]:
    topic = re.search(r"^- ([^(]+) \(\w+; families: (\w+)", text, re.MULTILINE)
    assert topic, "the planner is told its topics"
    return [{"text": f"{spoken} in stages", "topic": topic[1], "family": topic[2]}]


def _spoken(plain: dict[str, object], title: str, spoken: str) -> dict[str, object]:
    if title == "Question":
        asked = f"What does this picture look like once the {spoken} has been treated that way?"
        return {**plain, "question": asked, "expectation": f"The treated {spoken} is there."}
    if title == "Variants":
        return {"variants": [f"Treat this picture that way and show me {spoken}."]}
    return {
        key: f"{value} Then {spoken} comes in." if isinstance(value, str) else value
        for key, value in plain.items()
    }
