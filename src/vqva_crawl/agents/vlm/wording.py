"""What a question of a model has to be before it may go on."""

from __future__ import annotations

from vqva_crawl.agents.base import AgentContext
from vqva_crawl.agents.rules.guards import fault
from vqva_crawl.agents.vlm.asking import language_of
from vqva_crawl.agents.vlm.folding import bare, folded
from vqva_crawl.agents.vlm.giving_away import gives_away
from vqva_crawl.agents.vlm.references import of_a_page, of_the_pair, without_the_picture
from vqva_crawl.agents.vlm.screened import screened
from vqva_crawl.clients.model.guards import plain, prose
from vqva_crawl.clients.model.leaks import host, short_codes
from vqva_crawl.clients.wording import stem, words
from vqva_crawl.errors import Unusable

__all__ = ["faithful", "gives_away", "off_the_page", "on_subject", "unspoilt", "usable"]

MOST_TOKENS = 120  # of one question
_OF_THE_PAGE = ("refers to", "names a file", "holds an address")


def usable(text: str, context: AgentContext) -> str:
    """The question on one line, in the document's language.

    Raises Unusable: page_reference, leak, and what every text is checked for.
    """
    text = " ".join(text.split()).strip('"')
    prose(text, language_of(context), MOST_TOKENS)
    wrong = fault(without_the_picture(text))
    if wrong.startswith(_OF_THE_PAGE):
        raise Unusable("page_reference", f"the question {wrong}", text)
    if found := of_the_pair(text):
        raise Unusable("page_reference", f"'{found}': its reader has one picture", text)
    plain(text, known_codes(text, context))
    faithful(text, context)
    return text


def off_the_page(text: str) -> None:
    """Raises Unusable for a reasoning that speaks of a page or the pair, or holds an address.

    The reasons are page_reference and leak.
    """
    if found := of_a_page(text) or of_the_pair(text):
        raise Unusable("page_reference", f"'{found}' stands in no picture", text)
    if address := host(text):
        raise Unusable("leak", f"'{address[:40]}' does not belong in a reasoning", text)


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


def unspoilt(text: str, context: AgentContext) -> str:
    """A text that goes to the next agent: itself on one line, "" where it may be the page's."""
    text = " ".join(text.split())
    try:
        plain(text, known_codes(text, context))
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
