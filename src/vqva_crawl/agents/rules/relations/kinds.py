"""Ways to show a thing: cut, taken apart, as a plan, a chart, a diagram, finished."""

from __future__ import annotations

import re
from dataclasses import dataclass

from vqva_crawl.records import Relation


@dataclass(frozen=True)
class Reveal:
    """A way to show a thing: the words that tell it, and how to ask for it.

    `asks` hold {what}, the clause; {kind}, the words that were found; `done` holds {how}, a
    participle with what follows it ("cut across: ..."), for clauses that have one.
    """

    name: str
    words: re.Pattern[str]
    relation: Relation
    asks: tuple[str, ...]
    done: tuple[str, ...] = ()
    from_: re.Pattern[str] | None = None  # what the question picture has to be


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?P<kind>{pattern})\b", re.IGNORECASE)


_DONE = (
    "Show {things} {how}.",
    "Show how {things} would look {how}.",
    "Take {things} and show {them} {how}.",
)
REVEALS = (
    Reveal(
        "cut",
        _words(
            r"cut (?:across|lengthwise|lengthways|open|in half|through|crosswise|in two|away)|"
            r"halved|sliced|cross[- ]section|cutaway|bisected"
        ),
        "spatial",
        (
            "Cut open what this picture shows and reveal the inside: {what}.",
            "Draw a cross-section through the object in this picture: {what}.",
            "Show what lies inside the object in this picture: {what}.",
        ),
        _DONE,
    ),
    Reveal(
        "apart",
        _words(r"exploded view|pulled apart|taken apart|disassembled"),
        "compositional",
        (
            "Draw an exploded view of the object in this picture: {what}.",
            "Take the object in this picture apart and show its pieces: {what}.",
        ),
        _DONE,
    ),
    Reveal(
        "plan",
        _words(r"(?:floor|ground|site) plan|plan view|bird's[- ]eye view"),
        "spatial",
        (
            "Draw the place in this picture as a {kind}: {what}.",
            "Draw the scene in this picture from straight above, as a {kind}: {what}.",
        ),
    ),
    Reveal(
        "chart",
        _words(r"(?:bar|pie|line|column) charts?"),
        "analytical",
        (
            "Count what this picture shows, kind by kind, and draw the result as a {kind}.",
            "Present what can be counted in this picture as a {kind}.",
            "Turn the content of this picture into a {kind}, one part for each kind of thing.",
        ),
    ),
    Reveal(
        "explanation",
        _words(r"diagram that explains|explanatory diagram"),
        "analytical",
        (
            "Draw a diagram that explains what this picture shows: {what}.",
            "Explain the look of the object in this picture with a diagram: {what}.",
        ),
    ),
    Reveal(
        "diagram",
        _words(
            r"(?:circuit|wiring|ray|schematic) diagram|working drawing|technical drawing|blueprint"
        ),
        "analytical",
        (
            "Draw what this picture shows as a {kind}: {what}.",
            "Translate this picture into a {kind}: {what}.",
        ),
    ),
    Reveal(
        "construction",
        _words(r"the grid under|construction (?:behind|drawing|lines)"),
        "analytical",
        (
            "Show the geometry on which the design in this picture is built: {what}.",
            "Lay bare the construction behind the design in this picture: {what}.",
        ),
    ),
    Reveal(
        "finished",
        re.compile(r"^(?P<kind>(?:the|a) (?:finished|completed))\b", re.IGNORECASE),
        "causal",
        (
            "Show the finished piece that this picture prepares: {what}.",
            "Show what this picture leads to once the work is done: {what}.",
        ),
        from_=re.compile(
            r"\b(?:sketch|drawing|draft|exploded|parts|plan|blueprint|pieces|half-finished)\b",
            re.IGNORECASE,
        ),
    ),
)
RECHART = (
    "Turn the chart in this picture into a {kind} of the same values.",
    "Redraw the data of this chart as a {kind}.",
)
# How each completes "shows it ...".
AS = {
    "cut": "cut open",
    "apart": "taken apart",
    "plan": "as a plan seen from above",
    "explanation": "explained by a diagram",
    "diagram": "as a technical drawing",
    "construction": "with its construction laid bare",
    "finished": "finished",
}
