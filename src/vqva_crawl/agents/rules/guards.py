"""What no instruction may hold, and what it must: each guard gives a fault in words, or nothing."""

from __future__ import annotations

import re

from vqva_crawl.agents.rules.text import number_of_words, words

LEAST, MOST = 6, 45  # words

POINTS = re.compile(
    r"\b(?:this|these|that|the given|the (?:depicted|pictured)) (?:\w+[- ]){0,3}?"
    r"(?:image|picture|photo|photograph|drawing|illustration|diagram|scene|object|figure|"
    r"micrograph|map|"
    r"design|process|structure|organism|animal|plant|cells?|graph|chart|scan|portrait|shape|"
    r"model|"
    r"frame|layout|view|molecule|tissue|body|organ|pattern|text|rendering|sketch|schematic)s?\b|"
    r"\b(?:shown|seen|drawn|depicted|pictured) here\b",
    re.IGNORECASE,
)
_AMOUNT = (
    r"\d+(?:\.\d+)? (?:\w+ )?(?:seconds?|minutes?|hours?|days?|nights?|weeks?|months?|years?|"
    r"decades?|centur\w+|times|[cm]?m|inch\w*|feet|degrees|chairs|people)\b"
)
_KNOT = r"(?:knots?|shapes?|loops?|patterns?|tracks?|bends?|coils?)\b"
_GARMENT = r"(?:clothing|furniture|jewel\w+|dress|apparel|footwear|luggage)\b"
_FAULTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "refers to a numbered figure",
        re.compile(
            r"(?<!\ba )\b(?:figures?|figs?\.?|tables?|sections?|chapters?|equations?|plates?|"
            r"listings?|pages?)\s*"
            # Not "this table a minute later", "this plate 2 hours later", "in a figure 8".
            rf"(?!{_AMOUNT}|8 {_KNOT})(?:\d|(?!(?-i:a) \w)[A-Z]\b|[ivx]+\b)",
            re.IGNORECASE,
        ),
    ),
    (
        "refers to the page",
        re.compile(
            r"\b(?:as|shown|described|mentioned|seen|see|discussed|listed|given|"
            r"explained) (?:(?:above|below|before)\b"
            r"(?! (?:the|it|its|this|that|an?|their|\w+ing)\b)|(?:earlier|later|previously)\b)|"
            r"\b(?:above|below|previous|following|preceding|next|first|second|third|last) "
            r"(?:figures?|images?|pictures?|sections?|examples?|tables?|paragraphs?|captions?|"
            r"pages?|chapters?|tutorials?|articles?)\b|"
            r"\b(?:image|picture|figure|example|diagram|photo)s? (?:above|below)\b|"
            r"\bthis (?:page|section|chapter|tutorial|"
            rf"article(?! of {_GARMENT})|manual|guide|document|lesson|example|caption)\b|"
            rf"\bthe (?:caption|text says|article(?! of {_GARMENT})|tutorial|author)\b|"
            r"\bin the text\b|\bsee also\b",
            re.IGNORECASE,
        ),
    ),
    (
        "names a file",
        re.compile(
            r"\b[\w-]+\.(?:jpe?g|png|gif|webp|svg|bmp|tiff?|xcf|pdf|html?|py|cpp|c|h|java|js|css|"
            r"json|xml|zip)\b|"
            r"\b\w+_\w+\b|(?:^|\s)/\w+/|\\\w",
            re.IGNORECASE,
        ),
    ),
    ("holds an address", re.compile(r"https?:|www\.|\w@\w", re.IGNORECASE)),
    (
        "holds leftover markup",
        re.compile(r"[<>{}|\\^~`\u2192]|&\w+;|\[\w*\]|\*\*|__|\$|==|\bnull\b|\bTODO\b"),
    ),
    (
        "names a menu or a key",
        re.compile(
            r"\b(?:ctrl|shift|alt) ?\+|\bclick|\bmenus?\b|\bdialogs?\b|\bcheck ?box|\bslider|"
            r"\bbutton|\boptions?\b|\bdrop-?down|"
            r"\bplug-?in\b|\btoolbox\b|\bsettings?\b|\blayers?\b(?! of\b)|\bparameters?\b",
            re.IGNORECASE,
        ),
    ),
    ("holds unbalanced brackets or quotes", re.compile(r"^[^()]*\)|\([^()]*$|^[^\"]*\"[^\"]*$")),
    ("repeats a word", re.compile(r"\b(\w+) \1\b(?<!that that)(?<!had had)", re.IGNORECASE)),
    ("has odd punctuation", re.compile(r"[,;:]\s*[.!?]|\.\.|,,|\s[,.;:!?]|!!|\?\?|[,;:]$|\(\s*\)")),
    (
        "ends in the middle",
        re.compile(
            r"\b(?:the|a|an|of|and|or|with|at|to|for|from|that|which|its|their|using|into)[.?!]?$",
            re.IGNORECASE,
        ),
    ),
    ("does not end as a sentence", re.compile(r"[^.!?]$")),
    ("does not begin as a sentence", re.compile(r"^[^A-Z]")),
)


def fault(instruction: str) -> str:
    """The first fault of an instruction's wording, "" when there is none."""
    for name, pattern in _FAULTS:
        if pattern.search(instruction):
            return name
    count = number_of_words(instruction)
    if not LEAST <= count <= MOST:
        return f"has {count} words"
    if "(" in instruction:
        return "holds brackets"
    return ""


def points(instruction: str) -> bool:
    """The instruction points at the question picture."""
    return POINTS.search(instruction) is not None


def repetitive(instruction: str) -> bool:
    """A long word stands three times."""
    long = [w for w in words(instruction) if len(w) > 4]
    return any(long.count(w) > 2 for w in set(long))
