"""What a question of a model has to be before it may go on."""

from __future__ import annotations

from vqva_crawl.agents.base import AgentContext
from vqva_crawl.agents.rules.guards import fault
from vqva_crawl.agents.vlm.folding import bare
from vqva_crawl.agents.vlm.screened import screened
from vqva_crawl.clients.model.guards import plain, prose
from vqva_crawl.errors import Unusable

MOST_TOKENS = 120  # of one question
_OF_THE_PAGE = ("refers to", "names a file", "holds an address")


def usable(text: str, context: AgentContext) -> str:
    """The question on one line, in the document's language.

    Raises Unusable: page_reference, leak, and what every text is checked for.
    """
    text = " ".join(text.split()).strip('"')
    language = context.document.language if context.document else "en"
    prose(text, language or "en", MOST_TOKENS)
    wrong = fault(text)
    if wrong.startswith(_OF_THE_PAGE):
        raise Unusable("page_reference", f"the question {wrong}", text)
    plain(text)
    faithful(text, context)
    return text


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
