"""Text as an eye sees it: without invisible characters, look-alikes and encoded stretches."""

from __future__ import annotations

import re
import unicodedata

# Format, control and private characters (zero width, bidi marks, tags, soft hyphens).
_INVISIBLE = ("Cc", "Cf", "Cn", "Co", "Cs")
# What else is not drawn: Default_Ignorable_Code_Point of Unicode's DerivedCoreProperties.txt that
# has another category (joiners, fillers, variation selectors), and a braille cell without dots.
_IGNORABLE = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
) | frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
# Above them stand only marks of rare scripts and of their supplements.
MARKS = "".join(c for c in map(chr, range(0x300, 0xABEE)) if unicodedata.category(c)[0] == "M")
# Accents that make no letter with what they stand on, and marks piled higher than any script does.
_OVERLAID = re.compile(
    r"[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+" rf"|[{MARKS}]{{6,}}"
)
WORD = re.compile(rf"[^\W_](?:[^\W_]|[{MARKS}])*")
# Full stops of other scripts, which browsers take for the dot of a host.
_DOTS = re.compile(r"(?<=[a-z0-9])[\u2024\u3002\ufe52\uff0e\uff61](?=[a-z0-9])", re.IGNORECASE)
_MARKUP = str.maketrans(dict.fromkeys("{}<>`\\|", " ") | {"[": "(", "]": ")"})

# Cyrillic and Greek letters that are drawn like Latin ones.
_ALIKE = str.maketrans(
    "авеікмнорстухѕјԁԛԝһαεικνορτυχ",
    "abeikmhopctyxsjdqwhaeikvoptux",
)
_SPACED = re.compile(r"(?<!\w)\w(?: {1,3}\w){3,}(?!\w)")
_GAPS = re.compile(r" {2,}")

_SIGNS = frozenset(
    ".,;:!?'\"()/%+=-\u2010\u2011\u2012\u2013\u2014\u2018\u2019\u201c\u201d\u2026\u2032\u2033\u00b0\u00d7\u2192\u3001\u3002"
)

# What no reader reads: addresses, and letters or bytes that only a machine decodes.
ADDRESS = re.compile(
    r"\b(?:https?|ftp|file)\s?:\s?//\S+|\b(?:javascript|mailto|data):\S+|\bwww\.\S+"
    r"|\b(?:site|inurl):\S+|(?<!\S)[^\s@]{1,64}@\w[\w.-]*\.\w+"
    r"|(?<![\w.-])[\w-]+(?:\.[\w-]+)*\."
    r"(?:com|org|net|info|io|edu|gov|test|example|invalid|onion|ru|cn)\b(?:/\S*)?"
    r"|(?<![\w-])[\w-]+(?: dot [\w-]+){0,3}(?: at |\(at\))[\w-]+(?: dot |\(dot\))"
    r"(?:com|org|net|info|io|edu|gov|test|example|invalid|ru|cn)\b"
    r"|(?<![\w-])[\w-]+(?: dot | \. ?| ?[(\[](?:dot|\.)[)\]] ?)"
    r"(?:com|org|net|info|io|edu|gov|ru|cn|app|biz|club|online|shop|site|store|xyz)\b"
    r"|(?<![\w-])[\w-]+ (?:punkt|punto|ponto|point) (?:com|org)\b",
    re.IGNORECASE,
)
ENCODED = re.compile(
    r"(?<![\w/+-])(?=[A-Za-z0-9+/]{24})(?=\S{0,500}\d)(?=\S{0,500}[a-z])(?=\S{0,500}[A-Z])"
    r"[A-Za-z0-9+/]{24,}={0,2}(?!\w)"
    r"|(?:\b[0-9a-f]{2}\b[ ,:]?){8,}|\b(?=\d*[a-f])(?=[a-f]*\d)[0-9a-f]{16,}\b"
    r"|(?:%[0-9A-Fa-f]{2}){4,}|(?:&#x?[0-9A-Fa-f]+;){2,}|(?:\b[01]{8}\b ?){4,}",
)


def bare(text: str) -> str:
    """The text as a model may read it: no invisible characters, no markup, no addresses."""
    text = ENCODED.sub(" ", ADDRESS.sub(" ", _DOTS.sub(".", seen(text))))
    return text.translate(_MARKUP)


def seen(text: str) -> str:
    """The text as it is drawn: what is invisible, and marks that make no letter, left out."""
    if text.isascii() and text.isprintable():
        return text
    text = _OVERLAID.sub("", unicodedata.normalize("NFC", text))
    return "".join(c for c in text if c.isspace() or _drawn(c))


def _drawn(c: str) -> bool:
    return c not in _IGNORABLE and unicodedata.category(c) not in _INVISIBLE


def folded(text: str) -> str:
    """Lower case for matching: compatibility forms, look-alikes and s p a c e d letters undone."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return " ".join(_words_folded(unspaced(text).lower()))


def unspaced(text: str) -> str:
    """The text with s p a c e d letters put together."""
    return _SPACED.sub(lambda found: found[0].replace(" ", ""), _GAPS.sub("  ", text))


def plain(text: str, blot: str) -> str:
    """The text with a blot for each sign that is no punctuation: of tags, handles, emoji."""
    return "".join(c if _ordinary(c) else blot for c in text)


def _ordinary(c: str) -> bool:
    return c.isalnum() or c.isspace() or c in _SIGNS or unicodedata.category(c)[0] == "M"


def _words_folded(text: str) -> list[str]:
    """Words that mix scripts are spelt in Latin letters; whole words of other scripts stay."""
    if text.isascii():
        return text.split()
    return [
        word.translate(_ALIKE) if not word.isascii() and re.search("[a-z]", word) else word
        for word in text.split()
    ]
