"""What stands in no text for a reader: pieces of a conversation, a form, a page's source, a plea.

A reasoning may speak of scores and judges in its picture; what asks for a score is refused.
"""

from __future__ import annotations

import re

from vqva_crawl.errors import Unusable

_BEGINS = r"(?:\A|(?<=[.!?]\s)|(?<=\n))[\"'(]?"
_ROLE = rf"{_BEGINS}(?:Assistant|User|Human|System|AI|Bot|ChatGPT|ASSISTANT|USER|SYSTEM)\s?:\s"
_NAMED = (
    r"(?:objects?|things?|subjects?|items?|names?|places?|parts?|changes?|colou?rs?|results?|"
    r"reasons?|states?|actions?|numbers?|descriptions?|placeholders?|redacted)"
)
_PLACEHOLDER = (
    rf"(?i:\[(?:(?:the|your|insert) )*{_NAMED}(?:[ _]{_NAMED})?\])|(?i:\[insert [^\]]{{1,40}}\])|"
    rf"(?i:\((?:insert )?(?:the )?name of (?:the|this) {_NAMED}\))|(?<!Bowl )\b(?i:XXX+)\b"
)
_ENTITY = r"&(?:[A-Za-z]{2,8}\d{0,2}|#\d{2,6}|#[xX][0-9A-Fa-f]{2,6});"
_JUDGE = r"(?:judge|grade|rate|score|evaluate|review)"
_BEST = (
    r"(?:best|highest|full|top|maximum|perfect) (?:possible )?(?:scores?|marks?|ratings?|grades?)"
)
_PLEA = (
    rf"{_BEGINS}(?:Dear )?(?:[Gg]raders?|[Jj]udges?|[Ee]valuators?|[Rr]aters?|[Rr]eviewers?)\s?:|"
    rf"(?i:\bto (?:whoever|whomever|anyone who|those who|the one who) {_JUDGE}s?\b|"
    rf"\b(?:question|request|reasoning|this|it|which) (?:deserves|merits) [^.?!]{{0,20}}{_BEST}\b|"
    rf"\b(?:rate|give|grade|score) (?:it|this|these|them|all|everything)\b[^.?!]{{0,30}}\b"
    rf"{_BEST}\b|\b(?:rate|grade|score) (?:it|this|them|all) (?:the )?(?:best|highest)\b)"
)
_SCRAP = re.compile("|".join((_ROLE, _PLACEHOLDER, _ENTITY, _PLEA)))


def no_scraps(text: str) -> None:
    """Raises Unusable (unreadable)."""
    if found := _SCRAP.search(text):
        raise Unusable("unreadable", f"'{found[0].strip()}' is for no reader", text)
