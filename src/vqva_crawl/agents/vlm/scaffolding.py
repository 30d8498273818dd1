"""What models put around a text that was asked for, and how it is taken off.

Thoughts in tags, boxes and fences, headings, "Sure! Here is …", "Let me know …", list marks and
labels come off cleanly. JSON, formulas and lists of scraps do not: they are no prose.
"""

from __future__ import annotations

import re

from vqva_crawl.clients.model.thoughts import after_thoughts, all_thought
from vqva_crawl.errors import Unusable

MOST_OF_A_HEADING = 8  # words

_TAG = re.compile(r"</?(?:answer|response|output)>|<\|(?:begin|end)_of_box\|>", re.IGNORECASE)
_BOX = re.compile(r"\\(?:boxed|fbox|text(?:bf|it|rm)?|mathbf|mathrm|emph)\s*\{([^{}]*)\}")
_FRAME = re.compile(r"\\[\[\]()]|\$\$|^\s*```\w*\s*$", re.MULTILINE)
_NEWLINE = re.compile(r"\\n(?![a-z])")  # escaped twice
_EMPHASIS = re.compile(r"(\*\*|__|`)(?=\S)(.+?)(?<=\S)\1|(?<![\w*])(\*)(?=\S)([^*\n]+)(?<=\S)\*")
_BOLD_LABEL = re.compile(r"^[ \t]*\*\*[^*\n]{1,60}(?::\*\*|\*\*:)[ \t]+", re.MULTILINE)
_RULE = re.compile(r"^\s*[-=*_]{3,}\s*$", re.MULTILINE)
_HEADING = re.compile(
    r"^[ \t]*(?:#{1,6}[ \t]*(?P<marked>.*?)[ \t#]*|\*\*(?P<bold>[^*\n]+)\*\*:?|"
    r"(?:final )?(?:answer|conclusion)\W*?)[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
_ITEM = re.compile(r"^[ \t]*(?:[-*\u2022]|\d{1,2}[.)])\s+(?=.*[.!?][\"\u201d)]?\s*$)", re.MULTILINE)
_FIELD = re.compile(
    r"^(?:asks|sees|changes|stays|(?:the )?(?:final )?(?:answer|conclusion|reasoning|thoughts))"
    r"\s*:\s+",
    re.IGNORECASE,
)
_NO_PROSE = re.compile(
    r"```|\\[A-Za-z]+|[{}]|</?[a-z]+\d?(?:\s[^<>\n]*)?>|<\||\"\w+\"\s*:\s*[\"\[\d]|"
    r"^[ \t]*(?:\||[-*\u2022]\s|\d{1,2}[.)]\s)",
    re.MULTILINE | re.IGNORECASE,
)
_WILLING = r"(?:sure(?: thing)?|certainly|of course|absolutely|understood|gladly)"
_ASKED_FOR = (
    r"(?:reasoning|thoughts?|thinking|answer|explanation|response|description|prose|paragraphs?|"
    r"analysis|words)"
)
_PREAMBLE = re.compile(
    rf"\A(?:{_WILLING}[!.:]\s+|(?:{_WILLING}\W+)?(?:here(?:'s|\u2019s| is| are)|below (?:is|are)|"
    rf"the following (?:is|are)) (?:[\w-]+ ){{0,4}}?{_ASKED_FOR}\b[^.!?:\n]{{0,120}}"
    r"(?:[.!:]|(?=\n)|\Z)\s*)",
    re.IGNORECASE,
)
_EPILOGUE = re.compile(
    r"(?:(?<=[.!?])|\n|\A)\s*(?:(?:please )?let me know|(?:please )?feel free|"
    r"(?:i )?hope (?:this|that|it)|would you like (?:me|any)|do you want me|"
    r"if you(?:'d like| would like| want me| (?:need|have) (?:any|more|further)))\b"
    r"[^.!?]*[.!?]*\s*\Z",
    re.IGNORECASE,
)
# The task in the model's own mouth: what its text should be like, and who wants it.
_TASK = re.compile(
    r"\b(?:\d+ ?(?:to|-|\u2013) ?|under |over |below |within |about |around |at most |up to |"
    r"(?:less|fewer|more) than )\d+ words\b|\bsystem prompt\b|\bword (?:count|limit)\b|"
    r"\b(?:no|without) (?:lists|bullet points)\b|\b(?:in|as|valid|a|produce) json\b|"
    r"\b(?:wants|asked|asks|told|instructs) me to (?:write|produce|output|generate|give|think)\b|"
    r"\bin the (?:required|requested|specified|desired) (?:output )?format\b|"
    r"\bi (?:should|must|need to|have to|will) (?:write|output|produce|format|avoid|keep it|"
    r"pretend)\b",
    re.IGNORECASE,
)


def prose_of(text: str) -> str:
    """A model's prose in paragraphs, its conclusion last.

    Raises Unusable (unreadable) for what is no prose, or speaks of its own form.
    """
    text = after_thoughts(text) or all_thought(text) or text
    text = _tight(_NEWLINE.sub("\n", _TAG.sub("\n", text)))
    text = _RULE.sub("", _HEADING.sub(_headed, _FRAME.sub(" ", _unboxed(text))))
    text = _ITEM.sub("", _EMPHASIS.sub(_plain, _BOLD_LABEL.sub("", text)))
    if found := _NO_PROSE.search(text):
        raise Unusable("unreadable", f"'{found[0].strip()}' does not belong in prose", text)
    text = _framed(text.strip())
    if found := _TASK.search(text):
        raise Unusable("unreadable", f"it speaks of its task: '{found[0]}'", text)
    paragraphs = (_FIELD.sub("", " ".join(part.split())) for part in re.split(r"\n\s*\n", text))
    return "\n\n".join(part for part in paragraphs if part)


def _tight(text: str) -> str:
    """One blank and one empty line for many, each of which the expressions would begin at."""
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def _unboxed(text: str) -> str:
    while (opened := _BOX.sub(r"\1", text)) != text:
        text = opened
    return text


def _headed(line: re.Match[str]) -> str:
    """Nothing for a heading, its words for a sentence that is set as one."""
    title = (line["marked"] or line["bold"] or "").strip("* ")
    sentence = title.endswith((".", "!", "?")) or len(title.split()) > MOST_OF_A_HEADING
    return f"\n{title}\n" if sentence else "\n"


def _plain(found: re.Match[str]) -> str:
    return found[2] or found[4]


def _framed(text: str) -> str:
    """Without what is said to the one who asked, before and after the text."""
    while (bare := _EPILOGUE.sub("", _PREAMBLE.sub("", text, count=1))) != text:
        text = bare.strip()
    return text


_KIND = (
    r"(?:question|request|instruction|variant|variation|version|option|alternative|rewrite|prompt|"
    r"query|curious|matter-of-fact|brief|polite|command|wish|remark)"
)
_LABEL = re.compile(
    r"\A(?:(?:[-*\u2022\u2013]|\(?\d{1,2}[.):]|[A-Ca-c][.)])\s+|"
    rf"(?:(?:the|my|your|a) )?(?:(?:new|final|revised|rewritten|rephrased|corrected|improved) )?"
    rf"{_KIND}(?:,? {_KIND})?(?: ?#?\d{{1,2}}| [A-C])?\s?[:\u2013\u2014-]\s+|"
    rf"[(\[]{_KIND}[)\]]\s*|{_WILLING}[!.:]\s+)",
    re.IGNORECASE,
)
_LABEL_AFTER = re.compile(rf"\s*[(\[]{_KIND}[)\]]\s*\Z", re.IGNORECASE)
_ANNOUNCED = re.compile(
    r":\s*\Z|\A(?:here|below|these) (?:are|is) (?:my|the|some|a few|\d+|two|three|four|five)\b"
    rf"[^?]*\b(?:{_KIND}s?|ways|rewordings?)\b[^?]*\Z",
    re.IGNORECASE,
)


def request_of(text: str) -> str:
    """A request without number and label. Raises Unusable (empty) for what only announces one."""
    text = _EMPHASIS.sub(_plain, " ".join(text.split()))
    if _ANNOUNCED.search(text):
        raise Unusable("empty", "it announces a request and is none", text)
    while (bare := _LABEL_AFTER.sub("", _LABEL.sub("", text, count=1))) != text:
        text = bare.strip()
    return text[:1].upper() + text[1:]
