"""What a question of a model, or what it says beside one, has to be before it may go on."""

from __future__ import annotations

import re

from vqva_crawl.agents.base import AgentContext
from vqva_crawl.agents.rules.guards import fault
from vqva_crawl.agents.vlm.asking import language_of
from vqva_crawl.agents.vlm.blots import BLOT
from vqva_crawl.agents.vlm.folding import ENCODED, bare, folded
from vqva_crawl.agents.vlm.giving_away import gives_away
from vqva_crawl.agents.vlm.references import (
    of_a_page,
    of_a_source,
    of_the_pair,
    without_the_picture,
)
from vqva_crawl.agents.vlm.scraps import no_scraps
from vqva_crawl.agents.vlm.screened import screened
from vqva_crawl.agents.vlm.substance import asks, says_nothing
from vqva_crawl.clients.model.addresses import without_addresses
from vqva_crawl.clients.model.guards import clean, plain, prose
from vqva_crawl.clients.model.leaks import short_codes
from vqva_crawl.clients.wording import stem, words
from vqva_crawl.errors import Unusable

__all__ = ["expected", "faithful", "off_the_page", "on_subject", "remark", "requested", "usable"]

MOST_TOKENS = 120  # of one question, or of what a right answer shows
_UNSOUND = frozenset(("refusal", "loop", "unsafe"))  # who says that has not thought
_ITS_FRAME = re.compile(
    r"\b(?:a|the) (?:(?:right|correct|expected|target|final) )?answer (?:picture|image|photo)\b",
    re.IGNORECASE,
)
_OF_THE_PAGE = ("refers to", "names a file", "holds an address")


def usable(text: str, context: AgentContext) -> str:
    """The question on one line, in the document's language.

    Raises Unusable: empty, unreadable, page_reference, leak, and what every text is checked for.
    """
    text = " ".join(text.split()).strip('"')
    prose(text, language_of(context), MOST_TOKENS)
    asks(text)
    no_scraps(text)
    wrong = fault(without_the_picture(text))
    if wrong.startswith(_OF_THE_PAGE):
        raise Unusable("page_reference", f"the question {wrong}", text)
    if found := of_the_pair(text) or of_a_source(text):
        raise Unusable("page_reference", f"'{found}': its reader has one picture", text)
    plain(text, known_codes(text, context))
    faithful(text, context)
    return text


def requested(text: str, expectation: str, context: AgentContext) -> str:
    """`usable`, and no word too much about its answer. Raises Unusable: answer_leak, too."""
    text = usable(text, context)
    if gives_away(text, expectation):
        raise Unusable("answer_leak", "the question says what its answer shows", text)
    return text


def off_the_page(text: str) -> None:
    """Raises Unusable for a reasoning that speaks of a page or the pair, or holds a code.

    The reasons are page_reference, leak (addresses, too), and unreadable for what is no prose.
    """
    no_scraps(text)
    if found := of_a_page(text) or of_the_pair(text):
        raise Unusable("page_reference", f"'{found}' stands in no picture", text)
    clean(text)


def known_codes(text: str, context: AgentContext) -> frozenset[str]:
    """Short codes in a text (HIV-1) that the page has in two texts that ask for nothing."""
    codes = short_codes(text)
    if not codes or context.document is None:
        return frozenset()
    page = screened(context.document)
    said = set(page.said.values())
    return frozenset(
        code
        for code in codes
        if sum(code in short_codes(each) for each in said) > 1
        and all(stem(word) in page.subject for word in words(folded(code)))
    )


def faithful(text: str, context: AgentContext) -> None:
    """Raises Unusable (leak) for words that the page may have asked for."""
    word = screened(context.document).foul(text) if context.document else ""
    if word:
        raise Unusable("leak", f"'{word[:40]}' stands only where the page asks for words", text)


def expected(text: str, context: AgentContext) -> str:
    """What a right answer shows, as the next agents are told: "" where that cannot be used.

    All do without it. Raises Unusable (refusal, loop, unsafe) for one that tells that its writer
    had not looked; the question beside it is worth no more.
    """
    text = _ITS_FRAME.sub("the finished picture", " ".join(text.split()))
    if says_nothing(text):
        return ""
    try:
        prose(text, language_of(context), MOST_TOKENS)
        off_the_page(text)
        plain(text, known_codes(text, context))
        faithful(text, context)
    except Unusable as error:
        if error.reason in _UNSOUND:
            raise
        return ""
    return text


def remark(text: str, context: AgentContext) -> str:
    """What a model says beside its answer (an analysis, a caption): on one line, without addresses.

    It is in the language of the page or of the prompts. Raises Unusable for what is none: refusal,
    loop, unsafe, language, empty.
    """
    said = ENCODED.sub(BLOT, without_addresses(" ".join(text.split()), BLOT))
    if says_nothing(said):
        raise Unusable("empty", "nothing was written", text)
    try:
        prose(said, language_of(context))
    except Unusable as error:
        if error.reason != "language":
            raise
        prose(said, "en")
    return said


def on_subject(text: str, context: AgentContext) -> str:
    """What of the page, or of its reader's words, goes on to the next agent."""
    if context.document is None:
        return ""
    page = screened(context.document)
    text = page.blotted(bare(text))
    return "" if page.foul(text) else text
