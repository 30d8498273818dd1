"""How deep HTML nests, told without parsing it: the parser's time is quadratic in the depth."""

from __future__ import annotations

import re

# Elements that never hold others, or that the next one of their kind closes by itself.
FLAT = frozenset(
    "area base br col embed hr img input link meta param source track wbr frame keygen "
    "p li dt dd tr td th thead tbody tfoot option optgroup rt rp colgroup a "
    "h1 h2 h3 h4 h5 h6 html head body".split()
)
# The end tag of these closes only itself; what was opened inside stays open.
FORMATTING = frozenset("b big code em font i nobr s small strike strong tt u".split())
# An end tag does not reach beyond these.
BARRIERS = frozenset("applet marquee object table template svg math button".split())

# Quoted attribute values are swallowed whole; no alternative can fail after it began, so that
# the scan is linear even on hostile input.
_TAG = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(script|style|textarea|title|xmp|iframe|noembed|noframes)(?=[\s/>]).*?(?:</\1|\Z)"
    r"""|<(/?)([a-z][^\s/>]*)(?:[^>"']|"[^"]*(?:"|\Z)|'[^']*(?:'|\Z))*+""",
    re.IGNORECASE | re.DOTALL,
)


def deeper_than(html: str, limit: int) -> bool:
    """Whether elements nest deeper than `limit`, following the tags as a parser would."""
    if html.count("<") <= limit or html.count("<") - html.count("</") <= limit:
        return False  # fewer start tags than that in all
    stack: list[str] = []
    for match in _TAG.finditer(html):
        name = (match[3] or "").lower()
        if not name or name in FLAT:
            continue
        if match[2]:
            _close(stack, name)
        else:
            stack.append(name)
            if len(stack) > limit:
                return True
    return False


def _close(stack: list[str], name: str) -> None:
    """Takes from the stack what an end tag closes."""
    for index in range(len(stack) - 1, -1, -1):
        if stack[index] == name:
            if name in FORMATTING:
                del stack[index]
            else:
                del stack[index:]
            return
        if stack[index] in BARRIERS:
            return
