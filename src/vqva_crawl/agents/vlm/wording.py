"""What a question of a model has to be before it may go on."""

from __future__ import annotations

import re

from vqva_crawl.agents.base import AgentContext
from vqva_crawl.agents.rules.guards import fault
from vqva_crawl.agents.vlm.asking import language_of
from vqva_crawl.agents.vlm.folding import bare
from vqva_crawl.agents.vlm.screened import screened
from vqva_crawl.clients.model.guards import plain, prose
from vqva_crawl.errors import Unusable

MOST_TOKENS = 120  # of one question
_OF_THE_PAGE = ("refers to", "names a file", "holds an address")
# "This example of a bridge", "this section through a leaf", "the second picture in the row": of the
# picture, not of a page.
_OF_THE_PICTURE = re.compile(
    r"\bthis example of an?\b(?! (?:page|section|chapter|figure|article|tutorial))|"
    r"\bthis section (?:of|through) "
    r"(?!(?:the|this|our) (?:page|text|book|chapter|article|tutorial))|"
    r"\b(?:first|second|third|last) pictures? (?:in|of) (?:the|this) (?:row|column|strip|grid)\b",
    re.IGNORECASE,
)
# Narrower than for a question: a reasoning is long, and speaks of tables and sections of things.
_PAGE_IN_PROSE = re.compile(
    r"\b(?i:figures?|figs?\.?|pages?|chapters?|listings?|equations?) ?(?:\d|[A-HJ-Z]\b)|"
    r"(?i:"
    r"\b(?:the|its|this|their) captions?\b|\bcaptions? (?:says?|reads?|tells?|states?)\b|"
    r"\b(?:page|article|tutorial|author|section|website) "
    r"(?:says?|states?|explains?|mentions?|tells?|describes?)\b|"
    r"\b(?:the|this) (?:web ?page|website|article|tutorial)\b|"
    r"\b(?:figures?|images?|pictures?|diagrams?|photos?|drawings?|illustrations?) "
    r"(?:above|below)\b(?! (?:the|it|its|this|that|an?)\b)|"
    r"\b(?:the|an?) (?:above|below|previous|preceding|following) "
    r"(?:figure|image|picture|diagram|photo|section|paragraph|page|article)s?\b|"
    r"\b(?:first|second|third|fourth|other) (?:(?:provided|given|supplied|attached) )?"
    r"(?:image|picture|photo|figure|diagram)s?\b"
    r"(?! (?:in|of|from) (?:the|this) (?:\w+ )?(?:row|column|strip|grid)\b)|"
    r"\b(?:surrounding|accompanying) text\b|\bsee also\b)"
)


def usable(text: str, context: AgentContext) -> str:
    """The question on one line, in the document's language.

    Raises Unusable: page_reference, leak, and what every text is checked for.
    """
    text = " ".join(text.split()).strip('"')
    prose(text, language_of(context), MOST_TOKENS)
    wrong = fault(_OF_THE_PICTURE.sub(" ", text))
    if wrong.startswith(_OF_THE_PAGE):
        raise Unusable("page_reference", f"the question {wrong}", text)
    plain(text)
    faithful(text, context)
    return text


def off_the_page(text: str) -> None:
    """Raises Unusable (page_reference) for a reasoning that speaks of a page or its pictures."""
    if found := _PAGE_IN_PROSE.search(text):
        raise Unusable("page_reference", f"'{found[0]}' stands in no picture", text)


def faithful(text: str, context: AgentContext) -> None:
    """Raises Unusable (leak) for words that the page may have asked for."""
    word = screened(context.document).foul(text) if context.document else ""
    if word:
        raise Unusable("leak", f"'{word[:40]}' stands only where the page asks for words", text)


def unspoilt(text: str, context: AgentContext) -> str:
    """A text that goes to the next agent: itself on one line, "" where it may be the page's."""
    text = " ".join(text.split())
    try:
        plain(text)
        faithful(text, context)
    except Unusable:
        return ""
    return text


def on_subject(text: str, context: AgentContext) -> str:
    """What of the page, or of its reader's words, goes on to the next agent."""
    if context.document is None:
        return ""
    page = screened(context.document)
    text = page.blotted(bare(text))
    return "" if page.foul(text) else text
