"""Addresses, codes and markup: what a page may have slipped in looks like this (threat 19)."""

from __future__ import annotations

import re

from vqva_crawl.clients.model.addresses import address
from vqva_crawl.errors import Unusable

# What looks like a code and is none: 2-3, 1914-1918, X-Y; 1920x1080, 300dpi; C6H12O6.
_RANGE = r"(?:\d{1,4}|[A-Z])(?:-(?:\d{1,4}|[A-Z])){1,2}(?![\w-])"
_SIZE = (
    r"\d{1,5}(?:x\d{1,5}){0,2}"
    r"(?:px|[dp]pi|[cmnk]?m|[mk]?g|ml|kph|mph|rpm|[kMG]?Hz|fps|s|th)?\b"
)
_FORMULA = (
    r"(?:(?:A[glu]|B[ar]|C[alorsu]|Fe|H[eg]|Li|M[gn]|N[ai]|P[bt]|S[in]|Ti|Zn|[BCFHIKNOPS])"
    r"(?:[1-9]\d?)?){1,6}\b"
)
_CODE = rf"\b(?!{_RANGE})[A-Z0-9]+(?:[-_][A-Z0-9]+)+\b"
_ODD = re.compile(
    rf"\b(?!{_SIZE}|{_FORMULA})(?=\w*\d)(?=\w*[A-Za-z])\w{{6,}}\b"
    rf"|{_CODE}"
    r"|\b\w+_\w+\b|[{}<>]|\b[A-Za-z]{25,}\b"
)
# HIV-1, EPSG-3857; T-DNA, 2-NBDG. A page's password can look like that, too (see `plain`).
_SHORT = re.compile(
    r"(?<![\w-])(?:[A-Z]{1,5}-\d{1,4}|[A-Z0-9]{1,2}-[A-Z]{2,4})(?![\w-])",
)
# A word with digits inside it behind a hyphen, or that changes between the two again and again.
_SECRET = re.compile(
    rf"(?<![\w-])(?!{_RANGE}|{_SIZE})(?=[\w-]{{0,60}}[A-Z])(?=[\w-]{{0,60}}\d[A-Z]{{1,9}}\d)"
    r"[A-Z0-9]{3,60}(?:[-_][A-Z0-9]{3,60}){1,9}\b"
    rf"|\b(?!{_FORMULA})(?=\w{{0,60}}\d[A-Za-z]{{1,9}}\d{{1,9}}[A-Za-z])\w{{8,}}\b"
    r"|\b(?i:(?:code|pass|secret|magic) ?(?:word|phrase)(?: is|:) \S+)"
)


def plain(text: str, known: frozenset[str] = frozenset()) -> None:
    """Text for an instruction or a query: no addresses, no codes, nothing that looks like markup.

    `known` are short codes that may stand in it all the same. Raises Unusable (leak).
    """
    rest = _SHORT.sub(lambda code: " " if code[0] in known else code[0], text)
    found = _ODD.search(rest)
    if odd := found[0] if found else address(rest):
        raise Unusable("leak", f"'{odd[:40]}' does not belong in a question", text)


def clean(text: str) -> None:
    """Long prose: no addresses, no passwords; it may name models, units and formulas.

    Raises Unusable (leak).
    """
    found = _SECRET.search(text)
    if odd := found[0] if found else address(text):
        raise Unusable("leak", f"'{odd[:40]}' does not belong in a reasoning", text)


def short_codes(text: str) -> frozenset[str]:
    """What looks like HIV-1 or T-DNA."""
    return frozenset(_SHORT.findall(text))
