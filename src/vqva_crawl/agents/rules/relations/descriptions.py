"""From clauses to what a request can hold: a description, or what was done to a thing."""

from __future__ import annotations

import re

from vqva_crawl.agents.rules.relations.clauses import (
    LEAST,
    MOST,
    clause,
    clauses,
    finite,
    imperative,
    opens_well,
)
from vqva_crawl.agents.rules.text import sentences

_DONE = re.compile(
    r"^(?P<subject>(?:(?:the|an?|all|both) )?(?:[\w-]+ ){0,6}?)(?P<how>(?:cut|put together|"
    r"pulled apart|taken apart|laid (?:as|out)|sorted|halved|sliced|redrawn|rearranged|arranged|"
    r"folded up|opened up|turned into|reversed|reduced|recolou?red|filled)\b.*)$"
)
_FROM = re.compile(r" (?:from|of) the [\w ]+$")


def split_subject(text: str) -> tuple[str, str]:
    """(`the apple`, `cut across: ...`) of a clause that tells what was done, else ("", "")."""
    found = _DONE.match(text)
    if found is None:
        return "", ""
    subject = _FROM.sub("", found["subject"].strip())
    if re.search(r"\b(?:is|are|was|were|has|have|from|with|in|on|into)\b", subject):
        return "", ""
    how = found["how"]
    return subject, how if ": " in how else how.replace("; ", ": ", 1)


def pointed(subject: str) -> tuple[str, str]:
    """How to point at a clause's subject in the question picture, and its pronoun.

    A plural keeps its noun (`the pieces in this picture`, `them`); a single thing is not named.
    """
    head = subject.rsplit(" ", 1)[-1]
    if re.fullmatch(r"[a-z-]+[^su]s", head) or head in ("leaves", "pieces"):
        return f"the {head} in this picture", "them"
    return "the object in this picture", "it"


def description(text: str, alt: str, orders: bool = False) -> str:
    """What can be seen in a picture, in clauses from its text or else its alt; "" for neither.

    With `orders`, a text of nothing but orders ('Fold it along the line') gives the first one.
    """
    told = clauses([text])
    if orders and told and all(imperative(c) for c in told):
        return told[0]
    parts = [c for c in told if not imperative(c)]
    if len(parts) > 1 and len(parts[0].split()) <= LEAST and not finite(parts[0]):
        parts = parts[1:]
    if not parts or not opens_well(parts[0]):
        parts = [c for c in clauses([alt]) if opens_well(c)] or parts[1:]
    return joined(parts) if parts and opens_well(parts[0]) else ""


_SAME_THING = re.compile(
    r"^(?:the|an?)? ?(?:very )?same (?P<what>(?:[\w-]+ ){0,2}[\w-]+?) "
    r"(?P<how>(?:with|without|during|after|before|under|as|in|on|at|from) .+)$",
    re.IGNORECASE,
)


def same_thing(text: str) -> tuple[str, str]:
    """(`living room`, `with pale walls, ...`) of a text about 'The same living room with ...'."""
    found = _SAME_THING.match(next(iter(sentences(text)), "").rstrip("."))
    if found is None or not clause(f"the {found['what']} {found['how']}"):
        return "", ""
    rest = clause(f"the {found['what']} {found['how']}").removeprefix(f"the {found['what']} ")
    return found["what"], rest if rest.split(" ", 1)[0] == found["how"].split(" ", 1)[0] else ""


def joined(parts: list[str], most: int = MOST) -> str:
    """As many of the clauses as fit into so many words, linked by semicolons."""
    kept: list[str] = []
    for part in parts:
        if sum(len(p.split()) for p in [*kept, part]) > most:
            break
        kept.append(part)
    return "; ".join(kept)
