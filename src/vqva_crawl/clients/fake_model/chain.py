"""What a model says that passes every agent of the shipped chain.

It goes by the schema that comes with a request or, where none does, by what its words ask for.

The same for every page: the second picture was made of the first. A run against the fake server
thus shows what a run with a model gives, a triple of each page with two pictures that may be a
pair.
"""

from __future__ import annotations

import json
import re

REASONING = {
    "asks": "The request wants to see this scene after something was done to it.",
    "sees": "It shows soft colours, a few round shapes and a plain ground.",
    "changes": "The treatment alters how edges and tones come out, following its own logic.",
    "stays": "Place and number of all shapes remain.",
    "answer": "So the finished picture keeps every shape and shows the treated surface.",
}


def proposed(question: int, answer: int, family: str, why: str) -> dict[str, object]:
    """One pair of a retriever's answer, by the numbers of its pictures."""
    return {
        "relation": "the same thing, changed",
        "why": why,
        "direction": "the first is in hand",
        "family": family,
        "question": question,
        "answer": answer,
    }


ANSWERS: dict[str, object] = {
    "Proposals": {
        "analysis": "one picture was made of the other",
        "pairs": [proposed(1, 2, "causal", "it was treated")],
    },
    "Question": {
        "analysis": "the second is the first, treated",
        "works": True,
        "question": "What does this picture look like once it has been treated that way?",
        "expectation": "the treated picture",
    },
    "Judgement": {"analysis": "sound", "score": 2},
    "Guess": {"analysis": "the words tell nothing", "answer_shows": "cannot be told"},
    "Variants": {"variants": ["Treat this picture in that way and show it to me."]},
    "Parts": REASONING,
    "Plan": {"analysis": "", "queries": []},
}


PROSE = "\n\n".join(REASONING.values())
_FIELD = re.compile(r"\b([a-z_]+)\s\(")


def in_words(text: str) -> str:
    """For a request without a schema: JSON with the fields that it names, or prose, or "".

    The shipped prompts end in "Fields: analysis (...), score (...)", or ask for plain prose.
    """
    _, fields, named = text.rpartition("Fields:")
    if not fields:
        return PROSE if "in plain prose" in text else ""
    known = set(_FIELD.findall(named))
    fitting = [one for one in ANSWERS.values() if isinstance(one, dict) and one.keys() <= known]
    return json.dumps(max(fitting, key=len)) if fitting else ""


def answer(title: str) -> str:
    """The JSON for the schema of this title. Raises KeyError for one that is not the chain's."""
    return json.dumps(ANSWERS[title])
