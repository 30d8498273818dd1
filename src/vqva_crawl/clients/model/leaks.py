"""Addresses, codes and markup: what a page may have slipped in looks like this (threat 19).

`address` is the one place that knows what an address is, as it is typed and as it is spoken.
"""

from __future__ import annotations

import re
import unicodedata

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
# Ends of hosts that are no English words after a full stop; others only count in lower case.
_WELL_KNOWN = (
    r"com|net|org|info|biz|io|ai|dev|app|shop|store|site|online|club|blog|xyz|gg|tv|ly|ru|cn|de|"
    r"uk|eu|fr|test|example|invalid|onion"
)
_LABEL = r"[^\W_](?:[\w-]{0,62}[^\W_])?"
# "e.g.red" and "E.coli" are none: one letter before the dot wants a short end or a path.
_HOST = re.compile(
    rf"(?<![\w.@/\u2026-])(?:"
    rf"(?:{_LABEL}\.)+(?:(?i:{_WELL_KNOWN})(?![\w-])|[a-z]{{2,24}}(?=/\w))(?:[/:?]\S*)?"
    rf"|(?=\d*[^\W\d_])(?=[\w-]{{2}})(?:{_LABEL}\.)+[a-z]{{2,24}}(?![\w-])(?!\.\w\b)"
    r"|[A-Za-z]\.[a-z]{2,3}(?![\w.-])"
    r"|\d{1,3}(?:\.\d{1,3}){3}(?![\w.])"
    r")"
)
# The full stop of ideographic scripts, which browsers take for the dot of a host.
_FULL_STOP = re.compile(
    rf"(?<=[A-Za-z0-9])\u3002(?=[A-Za-z0-9])|(?<=\w)\u3002(?=(?:{_WELL_KNOWN})\b)"
)

# "https://", "mailto:", "user at example dot com", "evil[.]com", "https colon slash slash".
_ENDS = r"(?:com|org|net|info|io|edu|gov|onion|ru|cn|co uk|co(?!-)|xyz|biz)"
_DOT = r"\s?(?:\[\.\]|\(\.\)|\{\.\}|[\[({]dot[\])}]|(?<=\s)dot(?=\s)|(?<=\w)-dot-(?=\w))\s?"
_SPOKEN = re.compile(
    r"\b(?:h(?:tt|xx)ps?|ftp|file)\s?:\s?/?/?\S*|\b(?:javascript|mailto|data):\S+|\bwww\s?\.\S*"
    r"|\b(?:https?|ftp)?\s?colon (?:forward )?slash (?:forward )?slash\b[^.?!]*"
    r"|(?<!\S)[^\s@]{1,64}@\w[\w.-]*\.\w+"
    rf"|(?<![\w-])(?:{_LABEL}(?: at |\(at\)|\[at\]))?{_LABEL}(?:{_DOT}{_LABEL}){{0,3}}{_DOT}"
    rf"{_ENDS}\b",
    re.IGNORECASE,
)
_IPV6 = (
    r"(?<![\w:.])(?=[0-9a-f:]{0,40}\d)(?=[0-9a-f:]{0,40}::|(?:[0-9a-f]{1,4}:){7})"
    r"[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?![\w:])\S*"
)
_PATH = r"(?<=\]\()//\S+|(?<![\w:/])//\w[\w.:-]*/\S*"  # of a picture in Markdown
_HANDLE = r"(?<![^\s(\[\"'\u2018\u201c,;])@[a-z]\w{2,}"
_DECIMAL = r"\d+\.\d+(?![\d.-])"
_PHONE = (  # +1 (555) 123-4567
    rf"(?<![\w+])\+(?!{_DECIMAL})(?=(?:[ ()./-]{{0,3}}\d){{8}})"
    r"[1-9]\d{0,2}(?:[ ()./-]{0,3}\d{2,5}){2,5}(?!\d)"
)
_BARE = re.compile(f"{_IPV6}|{_PATH}|{_HANDLE}|{_PHONE}", re.IGNORECASE)
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


def address(text: str) -> str:
    """The first address of a text, typed or spelt out, "" where there is none."""
    text = _narrow(text)
    found = _SPOKEN.search(text) or _HOST.search(text) or _BARE.search(text)
    return found[0] if found else ""


def without_addresses(text: str, blot: str) -> str:
    """The text with a blot for each address."""
    if not address(text):
        return text
    return _BARE.sub(blot, _HOST.sub(blot, _SPOKEN.sub(blot, _narrow(text))))


def _narrow(text: str) -> str:
    """The text with the ordinary form of wide letters and other full stops, where that is one."""
    if text.isascii():
        return text
    forms = ((sign, unicodedata.normalize("NFKC", sign)) for sign in text)
    return _FULL_STOP.sub(".", "".join(form if len(form) == 1 else sign for sign, form in forms))
