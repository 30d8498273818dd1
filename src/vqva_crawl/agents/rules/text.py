"""Plain text: tidying captions, sentences, words and what counts as a telling word."""

from __future__ import annotations

import re

# "Figure 17.104.", "Fig. 3a:", "Table 2 -", "Image 4)" at the start of a caption.
NUMBERED = re.compile(
    r"^\s*(?:figure|fig\.?|image|img\.?|picture|plate|table|listing|example|step)\s*"
    r"\d+(?:[.\-]\d+)*\s*[a-z]?\s*[.:)\u2013\u2014-]*\s+(?=\S)",
    re.IGNORECASE,
)
CREDIT = re.compile(
    r"[(\[]\s*(?:(?:photo |image |picture )?(?:credits?|source|courtesy|attribution|licen[cs]e|"
    r"photo by|"
    r"image by|after|adapted|modified|modification)\b)[^()\[\]]*(?:\([^()]*\)[^()\[\]]*)*[)\]]",
    re.IGNORECASE,
)
PAGE_REF = re.compile(
    r"\s*[(\[]\s*(?:see\b|cf\.?|link\b|figure|fig\.|table|section|chapter|page|eq\.|equation|"
    r"above|below|left|"
    r"right|top|bottom|middle|center|centre)[^()\[\]]*[)\]]",
    re.IGNORECASE,
)
PANEL = re.compile(r"^\s*[(\[]?(?:part |panel |photo |image )?[a-h][)\].:]\s+", re.IGNORECASE)

STOP = frozenset(
    "a an the this that these those it its they them their he she his her we us our you your i "
    "and or "
    "but nor so yet if then than as at by for from in into of off on onto out over to under up "
    "upon with "
    "without within between among about after before during through while is are was were be "
    "been being "
    "has have had do does did can could may might must shall should will would not no all any "
    "both each "
    "few more most other some such only own same too very just also one two three four five six "
    "seven "
    "eight nine ten first second third here there when where which who whom whose what why how "
    "because "
    "like see seen show shows shown showing called known used using use uses many much several "
    "various "
    "different usually often sometimes see make makes made get gets let left right".split()
)
# Words of captions that say nothing of what is shown.
GENERIC = frozenset(
    "image picture photo photograph figure illustration diagram drawing example sample "
    "micrograph "
    "original result results source output input filter filters applied apply applying effect "
    "effects "
    "option options default value values setting settings screenshot view part panel left right "
    "top "
    "bottom middle detail size color colour colors colours name file new old".split()
)


def tidy(text: str) -> str:
    """A caption or sentence without its number, credit, page references and odd spaces."""
    text = text.replace("\u00a0", " ").replace("\u200b", "").replace("*", "")
    text = re.sub(r"[\u201c\u201d\u201e\u00ab\u00bb]", '"', text)
    text = re.sub(r"[\u2018\u2019]", "'", text)
    text = CREDIT.sub("", text)
    text = PAGE_REF.sub("", text)
    text = NUMBERED.sub("", text)
    text = PANEL.sub("", text)
    text = re.sub(r'"\s*([^"]*?)\s*"', r'"\1"', text)
    text = re.sub(r"\s+([,.;:!?)])", r"\1", re.sub(r"\s+", " ", text))
    return text.strip(" \t-\u2013\u2014|")


ABBREVIATIONS = (
    "e.g",
    "i.e",
    "etc",
    "cf",
    "vs",
    "fig",
    "figs",
    "approx",
    "no",
    "dr",
    "mr",
    "ms",
    "st",
    "sp",
)


def sentences(text: str) -> list[str]:
    """Splits running text at sentence ends, not at abbreviations."""
    parts: list[str] = []
    start = 0
    for end in re.finditer(r"[.!?]+[\"')\]]*\s+(?=[\"'(\[]?[A-Z0-9])", text):
        before = text[start : end.start()].rsplit(None, 1)[-1:]
        if before and before[0].lower().strip("(\"'") in ABBREVIATIONS:
            continue
        parts.append(text[start : end.end()].strip())
        start = end.end()
    parts.append(text[start:].strip())
    return [p for p in parts if p]


def words(text: str) -> list[str]:
    return re.findall(r"[a-z]+(?:'[a-z]+)?|\d+(?:\.\d+)?", text.lower())


def stem(word: str) -> str:
    """The word without a plural ending: enough to match captions."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ches", "shes", "xes", "sses")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def telling(text: str) -> frozenset[str]:
    """Stems of the words that can tell one picture from another."""
    return frozenset(
        stem(w) for w in words(text) if w not in STOP and stem(w) not in GENERIC and len(w) > 2
    )


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def lower_first(text: str) -> str:
    """Lower-cases the first letter unless the first word is an acronym or a lone letter."""
    first = text.split(" ", 1)[0]
    return (
        text if len(first) > 1 and first[1:] != first[1:].lower() else text[:1].lower() + text[1:]
    )


def number_of_words(text: str) -> int:
    return len(re.findall(r"\S+", text))
