"""What a question of a model has to be before it may go on."""

from __future__ import annotations

from vqva_crawl.agents.base import AgentContext
from vqva_crawl.agents.rules.guards import fault
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
    return text
