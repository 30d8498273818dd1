"""Turning a manual's sentence ('This filter carves the image, giving it relief') into a request."""

from __future__ import annotations

import re

from vqva_crawl.agents.rules.captions import Shown
from vqva_crawl.agents.rules.guards import fault
from vqva_crawl.agents.rules.text import capital, sentences, tidy
from vqva_crawl.records import Document, TextItem

_AGENT = (
    r"(?:filter|command|tool|effect|function|operation|operator|plug-?in|script|method|algorithm|"
    r"technique|"
    r"transformation|transform|module|mode|procedure|adjustment|process)"
)
_SUBJECT = re.compile(
    rf"^(?:(?:The|This|An?)\s+(?:[\w\"'()&/-]+\s+){{0,5}}?{_AGENT}|It|The (?:result|"
    rf"effect) is that it)\s+"
    r"(?:(?P<modal>is used to|is useful to|can be used to|is designed to|allows (?:you )?to|"
    r"lets you|enables you to|"
    r"can|will|may|serves to|is intended to|makes it possible to|aims to|tries to)\s+)?"
    r"(?P<adverb>(?:simply|heavily|also|just|basically|slightly|strongly|automatically|only|"
    r"\w+ly)\s+)?(?P<rest>.+)$"
)
_OBJECT = re.compile(
    r"\b(?:the|an?|your|its)\s+(?:(?:active|current|selected|whole|entire|original|input|source|"
    r"given|chosen)\s+)*"
    r"(?:layer or (?:the )?(?:current |active )?selection|selection or (?:the )?layer|"
    r"image or (?:the )?selection|"
    r"image|picture|photo|photograph|layer|selection|drawable)(?!\s+(?:window|file|size|type|"
    r"mode|mask))\b",
    re.IGNORECASE,
)
_BAD = re.compile(
    r"\b(?:you|your|we|our|I|user|users|if|unless|option|options|dialog|default|available|"
    r"version|filter|command|"
    r"channel|channels|alpha|file|format|preview|mouse|parameter|e\.g|i\.e|see|described|section|"
    r"same as|similar to|"
    r"previous|called|deprecated|replaced|legacy|menu|brush|path|canvas size|API|GEGL|OpenCV|CPU|"
    r"following|algorithm|map|pixels|more or less|various|several|certain|kind of|sort of|etc|"
    r"some|different|somewhat|possibly|around the cent(?:er|re) of)\b|\"",
    re.IGNORECASE,
)
_IRREGULAR = {"has": "have", "does": "do", "goes": "go", "is": "be"}


def base_form(verb: str) -> str:
    """`stamps` -> `stamp`, `applies` -> `apply`; "" when the word is no third person."""
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    if not re.fullmatch(r"[a-z]+s", verb) or verb.endswith(("ss", "us", "is")):
        return ""
    if verb.endswith("ies"):
        return verb[:-3] + "y"
    if verb.endswith(("shes", "ches", "xes", "zzes", "sses")):
        return verb[:-2]
    return verb[:-1]


def imperative(sentence: str, pointer: str) -> str:
    """The sentence as a request about the question picture, "" when that cannot be done safely."""
    found = _SUBJECT.match(tidy(sentence))
    if found is None:
        return ""
    adverb, rest = found["adverb"] or "", found["rest"].rstrip(".!")
    if not found["modal"]:
        first, _, remainder = rest.partition(" ")
        verb = base_form(first)
        if verb in ("", "be", "have", "do"):
            return ""
        rest = f"{verb} {_coordinated(remainder)}"
    rest, count = _OBJECT.subn(pointer, rest, count=1)
    if count == 0 or _BAD.search(rest):
        return ""
    rest = _OBJECT.sub("it", rest)
    request = capital(f"{adverb.lower()}{rest}.")
    return "" if fault(request) else request


def _coordinated(text: str) -> str:
    """Verbs that run on from the first one: `and carves the ...` -> `and carve the ...`."""

    def change(found: re.Match[str]) -> str:
        return found[1] + (base_form(found[2]) or found[2])

    text = re.sub(r"^((?:and|or) )(\w+s)\b", change, text)
    return re.sub(
        r"(,? (?:and|or|then|and then) )(\w+s)(?= (?:it|them|the|this|that|a|an|each|all|its)\b)",
        change,
        text,
    )


def from_sentences(
    document: Document, answer: Shown, pointer: str, turning: str
) -> tuple[str, ...]:
    """Requests from the paragraphs of the answer's section, with the measured change of colours."""
    asks = []
    for text in _around(document, answer):
        for sentence in sentences(text)[:4]:
            request = imperative(sentence, pointer)
            if request:
                asks.append(_add(request, turning))
    return tuple(dict.fromkeys(a for a in asks if not fault(a)))[:2]


def _add(request: str, turning: str) -> str:
    if not turning or " so that " in request:
        return request
    return f"{request[:-1]}, so that {turning}."


def _around(document: Document, answer: Shown, reach: int = 6) -> list[str]:
    """The paragraphs next to the answer within its section."""
    texts = []
    for step in (1, -1):
        at = answer.item + step
        while 0 <= at < len(document.items) and abs(at - answer.item) <= reach:
            item = document.items[at]
            if isinstance(item, TextItem):
                if item.role == "heading":
                    break
                if item.role == "paragraph":
                    texts.append(item.text)
            at += step
    return texts
