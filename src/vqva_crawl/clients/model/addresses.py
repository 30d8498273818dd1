"""What leads out of a text: addresses and telephone numbers, typed, defanged or spelt out.

Rules tell them by their structure, since names and ends of hosts have no full list: signs that
prose never has between two words ("a://b", "a@b", "a[.]b", "a%2Eb", "name:8080"), and the groupings
of telephone numbers (NANP, a trunk zero, a country's code).
"""

from __future__ import annotations

import re
import unicodedata
from functools import partial

# Ends of hosts that are no English words after a full stop; others only count in lower case.
_WELL_KNOWN = (
    r"c[o0]m|net|org|info|biz|io|ai|dev|app|shop|store|site|online|club|blog|xyz|gg|tv|ly|ru|cn|de|"
    r"uk|eu|fr|test|example|invalid|onion"
)
_LABEL = r"[^\W_](?:[\w-]{0,62}[^\W_])?"
# "e.g.red" and "E.coli" are none: one letter before the dot wants a short end or a path.
_HOST = re.compile(
    rf"(?<![\w.@/\u2026-])(?:"
    rf"(?:{_LABEL}\.)+(?:(?i:{_WELL_KNOWN})(?![\w-])|[a-z][a-z\d]{{1,23}}(?=/\w))(?:[/:?]\S*)?"
    rf"|(?=\d*[^\W\d_])(?=[\w-]{{2}})(?:{_LABEL}\.)+[a-z]{{2,24}}(?![\w-])(?!\.\w\b)"
    r"|[A-Za-z]\.[a-z]{2,3}(?![\w.-])"
    r"|\d{1,3}(?:\.\d{1,3}){3}(?![\w.])"
    r")"
)
# The full stop of ideographic scripts, which browsers take for the dot of a host.
_FULL_STOP = re.compile(
    rf"(?<=[A-Za-z0-9])\u3002(?=[A-Za-z0-9])|(?<=\w)\u3002(?=(?:{_WELL_KNOWN})\b)"
)

# "ssh://host", "h t t p s : / / host", "magnet:?xt=", "http:", "hxxp host com", "www host", a DOI.
_SCHEMES = (
    r"bitcoin|blob|callto|cid|data|doi|ed2k|ethereum|facetime|geo|intent|ip[fn]s|javascript|"
    r"lightning|litecoin|magnet|mailto|monero|sips?|skype|sms|tel|tg|urn|vbscript|view-source|"
    r"whatsapp|xmpp"
)
_SCHEME = (
    r"(?:(?<!\w)\w ){0,12}\b[a-z][\w+.-]{0,30}(?:://|\s?:\s?//(?=\w)|\s?:\s?/\s/)\s?\S*"
    rf"|(?<![\w-])(?:{_SCHEMES}):\S+"
    r"|\b(?:https?|ftp|file)\s?:\s?/?\S*|\b(?:hxxps?|www\d?)\b\S*(?: \w+){0,2}"
    r"|\b10\.\d{4,9}/\S+"
    r"|\b(?:https?|ftp)?\s?colon (?:forward )?slash (?:forward )?slash\b[^.?!]*"
)
# "name@name", "a%2Eb"; "name (at) name", "a[.]b", "name:8080", "evil. com"; "a . b".
_JOINED = (
    r"(?<![^\s(\[\"'\u2018\u201c,;])[^\s@]{0,63}\w@(?:[^\W\d_]{2}|\w[\w.-]*\.\w)[\w.-]*"
    r"|(?<!\S)\S*(?:\w%(?:2[ef]|3a|40)|(?:%[\da-f]{2}){2})\S*"
    rf"|(?<![\w.:/-]){_LABEL}(?:(?:\s?[\[({{]\s?(?:at|\.|dot)\s?[\])}}]\s?\w[\w.-]*)+"
    r"|(?<=[a-z]):(?:\d{4,5}|80|443|\d{2,5}/\w)(?![\w:]|[.,]\d)\S*"
    r"|(?:\. | \. ?)(?-i:com|org|net|biz|xyz|io|ru|cn|onion)(?![\w-]))"
    r"|\blocalhost\b\S*|(?:(?<!\w)\w ){0,30}\w \. (?-i:[a-z]+)\b(?: \w\b| / \w+)*"
)
# "evil dot com", "evil-dot-com"; "evil dot photography" and "the red dot grows" follow below.
_ENDS = r"(?:com|org|net|info|io|edu|gov|onion|ru|cn|co uk|co(?!-)|xyz|biz)"
_DOT = r"(?:\s?(?<=\s)dot(?=\s)\s?|(?<=\w)-dot-(?=\w))"
_SPOKEN = (
    rf"(?<![\w-])(?:{_LABEL} at )?{_LABEL}(?:{_DOT}{_LABEL}){{0,3}}{_DOT}"
    rf"(?:{_ENDS}\b|\w+ slash \w+)"
)
_IPV6 = (
    r"(?<![\w:.])(?=[0-9a-f:]{0,40}\d)(?=[0-9a-f:]{0,40}::|(?:[0-9a-f]{1,4}:){7})"
    r"[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?![\w:])\S*"
)
_PATH = r"(?<=\]\()//\S+|(?<![\w:/])//\w[\w.:-]*/\S*"  # of a picture in Markdown
_SHARE = r"(?<![\w\\])\\\\\w[\w.-]*\\\S+"
_HANDLE = r"(?<![^\s(\[\"'\u2018\u201c,;])@[a-z]\w{2,}"

_DECIMAL = r"\d+\.\d+(?![\d.-])"
# 1914-1918, 2024-05-01; 1/5/2024; 10 000 000
_NO_CALL = r"(?:1\d|20)\d\d-|\d{4}-\d\d-\d\d\b|\d\d?[./-]\d\d?[./-]\d{2,4}\b|\d{1,3}(?: 000)+\b"
_GAP = r"[ .\u2010-\u2013-]"
_PHONE = (
    rf"(?<![\w+])\+(?!{_DECIMAL})(?=(?:[ ()./-]{{0,3}}\d){{8}})"  # +1 (555) 123-4567
    r"[1-9]\d{0,2}(?:[ ()./-]{0,3}\d{2,5}){2,5}(?!\d)"
    rf"|(?<![\w.,])(?:1{_GAP})?(?:\(\d{{3}}\) ?|\d{{3}}{_GAP})\d{{3}}{_GAP}\d{{4}}(?![\w.]*\d)"
    rf"|(?<![\w.,])\(?0[1-9]\d{{1,3}}\)?(?:{_GAP}|/)(?=(?:{_GAP}?\d){{5}})"  # 020 7946 0958
    rf"\d{{3,}}(?:{_GAP}?\d{{2,}}){{0,3}}"
    rf"|(?<![\w.,])0[1-9](?:{_GAP}\d\d){{4}}(?!\w)"  # 01 23 45 67 89
    r"|\b(?:call|dial|fax|phone|sms|tel|telephone|whatsapp|(?:ring|text) (?:me|us))\b"
    rf"[.:]?(?: \w+){{0,2}} \(?(?!{_NO_CALL})\d(?:[ ()./\u2010-\u2013-]{{0,3}}\d){{6,14}}(?!\w)"
)
_ADDRESS = re.compile(
    "|".join((_SCHEME, _JOINED, _SPOKEN, _IPV6, _PATH, _SHARE, _HANDLE, _PHONE)), re.IGNORECASE
)

# "A dot" that is meant has an article or a look ("red dot"), or stands before a small word.
_LOOKS = (
    r"(?:small|tiny|little|large|big|bright|dark|single|other|first|last|black|white|gr[ae]y|red|"
    r"green|blue|yellow|orange|pink|purple|brown|polka|quantum)"
)
_A_DOT = (
    r"\b(?:(?:an?|the|this|that|each|every|one|no|any|its|another)"
    rf"(?: {_LOOKS})?(?: [\w-]+)?|{_LOOKS}) dot\b"
)
_NO_END = (
    r"(?:and|or|in|on|of|at|to|by|for|from|with|near|under|above|below|is|are|was|that|which|it|"
    r"as|into|over|through|an?|the|this|these|its|their|product|plot|pattern|matrix|grid|diagram|"
    r"shading|painting)s?\b"
)
_DOTTED = re.compile(
    rf"{_A_DOT}|(?P<spelt>(?<![\w-])(?!{_NO_END})[\w-]+ dot (?!{_NO_END})[\w-]+)", re.IGNORECASE
)


def address(text: str) -> str:
    """The first address of a text, typed or spelt out, "" where there is none."""
    text = _narrow(text)
    if found := _ADDRESS.search(text) or _HOST.search(text):
        return found[0]
    return next(filter(None, (dotted["spelt"] for dotted in _DOTTED.finditer(text))), "")


def without_addresses(text: str, blot: str) -> str:
    """The text with a blot for each address."""
    if not address(text):
        return text
    text = _HOST.sub(blot, _ADDRESS.sub(blot, _narrow(text)))
    return _DOTTED.sub(partial(_blotted, blot), text)


def _blotted(blot: str, dotted: re.Match[str]) -> str:
    return blot if dotted["spelt"] else dotted[0]


def _narrow(text: str) -> str:
    """The text with the ordinary form of wide letters and other full stops, where that is one."""
    if text.isascii():
        return text
    forms = ((sign, unicodedata.normalize("NFKC", sign)) for sign in text)
    return _FULL_STOP.sub(".", "".join(form if len(form) == 1 else sign for sign, form in forms))
