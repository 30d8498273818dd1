"""Words that refer to a page, to one picture of the pair, or to what the model was told.

Who is given two pictures writes "Image 2" and "the edited image"; who is told a right answer writes
"this matches the answer". A reader of the dataset has one picture in hand, and another to make. The
picture may hold panels, halves and pictures of its own: "the left panel", "the second picture in
the row", "the website in the browser window" speak of it, and pass.
"""

from __future__ import annotations

import re

from vqva_crawl.agents.vlm.told import OF_THE_TASK, PICTURE

_THE = r"(?:the|this|that|an?|its|your)"
# A picture that is somewhere, or of something, is a thing in the picture.
_SHOWN = r"(?! (?:of|in|on|from|inside|within|formed|that (?:hangs?|comes?))\b)"
_ROW = r"(?! (?:in|of|from) (?:the|this) (?:\w+ )?(?:row|column|strip|grid|film|collage)\b)"
_SHOWS = (
    r"(?:shows?|depicts?|displays?|contains?|has|have|is|are|was|were|looks?|becomes?|confirms?|"
    r"represents?|illustrates?|differs?)"
)

_NUMBERED = (
    # "Image 2", but not "in this picture 3 bees sit".
    r"\b(?:Image|Picture|Photo|IMAGE|Img)s? ?(?:#|No\. ?)?[1-9]\b(?![.,]\d|[%\u00b0])",
    rf"\b(?i:{PICTURE}) #[1-9]\b",
    rf"\b(?i:{PICTURE}) (?:#|(?:no\.|number) ?)?[1-9]\b"
    rf"(?=\s*(?:[,.;:!?)](?!\d)|$)|['\u2019]s| (?:{_SHOWS}|and|to|into|from|with|by|but|while|"
    r"where|which|that)\b)",
    rf"\b(?i:{PICTURE}) [A-D]\b(?!['\u2019.-]\w)(?! [a-z]+ (?:is|are|sits|stands)\b)",
    rf"(?i:\b{PICTURE} number (?:one|two|three|four|five|six|seven|eight|nine|ten)\b)",
    rf"(?i:\b{PICTURE}) (?:one|two) (?:shows?|depicts?|displays?|contains?|looks?|becomes)\b",
)
# Parts that a picture has only where there are two.
_ROLE = (
    r"(?:question|answer|target|ground[- ]truth|input|output|source|edited|modified|transformed|"
    r"latter|former|initial|starting|reference|before|after|before[- ]and[- ]after|expected)"
)
_ONE_OF_TWO = (
    rf"\b(?:question|answer|target|ground[- ]truth)(?:['\u2019]s)? {PICTURE}\b",
    rf"\b{_THE} (?:\w+ )?{_ROLE} {PICTURE}\b{_SHOWN}",
    rf"\b(?:compar(?:e|es|ing)|between|of|in|from) (?:the two|both|these two|the 2) {PICTURE}\b"
    r"(?! (?:on|in|hang|inside|within)\b)",
    rf"\bthe other (?:image|picture|photo)\b{_SHOWN}",
    rf"\bbetween (?:the|these) (?:images|pictures|photos)\b{_SHOWN}",
    rf"\bboth (?:of the )?(?:given |provided )?(?:images|pictures|photos)\b{_SHOWN}",
    rf"\b(?:the two|these two) (?:given |provided )?{PICTURE} (?:show|depict|share|differ|are|"
    r"have)\b",
    r"\b(?:the|these) (?:images|pictures|photos) (?:both|do not|don['\u2019]t|appear|seem|show|"
    r"depict|differ|share|are (?:un)?related)\b",
    rf"\b(?:provided|given|supplied|attached|uploaded) (?:images|pictures|photos|pair\b(?! of "
    rf"(?!{PICTURE})))",
    r"\b(?:images|pictures|photos) (?:(?:that )?you|provided|supplied|attached|uploaded)\b",
    rf"\bthe pair of {PICTURE}\b|\b(?:the|this) before[- ]and[- ]after (?:pair|shots?)\b",
)
# Each by itself may be the picture in hand or the one to be made; two of one text are a pair.
_OTHERS = tuple(
    re.compile(rf"\b(?:the|a) (?:{names}) {PICTURE}\b{_SHOWN}", re.IGNORECASE)
    for names in ("left|left[- ]hand|first|original|earlier", "right|right[- ]hand|second|final|"
                  "resulting|result|new|later|processed")
)  # fmt: skip
_TEXT = (
    r"(?:passage|text|document|page|article|paragraph|section|chapter|caption|source text|"
    r"reading|context|tutorial|author|web ?site|manual|description)"
)
_LESSON = r"(?:walk-?through|guide|tutorial|how-to|lesson|recipe)"
_NUMERAL = r"(?:\d|[IVX]+\b|(?:one|two|three|four|five|six|seven|eight|nine|ten)\b)"
# What both a question and a reasoning may not say of a page.
_SOURCE = (
    r"\b(?:according to|based on|per|as (?:\w+ )?(?:stated|described|mentioned|explained|noted|"
    r"said|shown|seen|discussed|illustrated|given|outlined|indicated)(?: in| by| on)?|as) "
    rf"(?:the|this) (?:\w+ )?{_TEXT}\b(?! (?:on|in|at|above|below|beside|under|next|field|bubble|"
    r"box|bar|window|written|printed)\b)",
    rf"\bthe (?:page|article|tutorial|document|passage)['\u2019]s (?:\w+ )?(?:figure|diagram|"
    rf"{PICTURE}|text|caption|table|section|author)\b",
    rf"\b(?:figure|diagram|{PICTURE})s? (?:\w+ ){{0,4}}?(?:of|on|in) (?:the|this) "
    r"(?:web ?)?page\b",
    r"\bthe (?:passage|document|article|paragraph) (?:says|states|tells|explains|describes)\b",
    rf"\bchapter {_NUMERAL}",
    r"\bas (?:shown|illustrated|depicted|drawn|described|explained|mentioned) (?:above|below)\b"
    r"(?! (?:the|it|its|this|that|an?)\b)",
    r"\bthe (?:\w+ )?(?:experiment|process|procedure|method|example|exercise) (?:described|"
    r"mentioned|discussed|explained)\b(?! by\b)",
    r"\b(?:surrounding|accompanying) (?:text|context|page)\b",
    r"\bfigs?\.? (?:above|below)\b(?! (?:the|it|its|this|that|an?)\b)",
    rf"\b(?:{PICTURE}|screenshots?|figures?|diagrams?) (?:that|which) follows?(?= *(?:[.?!,;]|$))",
    rf"\b(?:steps?|stages?)(?: {_NUMERAL})? (?:of|in) (?:the|this) {_LESSON}\b",
    r"\bslides? (?:of|in) (?:the|this) (?:deck|presentation|lecture|talk)\b",
    rf"\b(?:as )?the (?:{_LESSON}|handout|worksheet) (?:says|explains|states|tells|describes|"
    r"mentions|notes)\b|\bas the (?:lesson|handout) (?:does|shows)\b",
)
_END = r"(?= *(?:[.?!,;]|$))"
# Of two things that a question does not name, or of an answer, that can only be the pair's.
_UNNAMED = (
    rf"\b(?:differs?|differences?|compare|changes?|changed) (?:\w+ )?between (?:the two|a and b)"
    rf"(?: here)?{_END}",
    rf"\bchange[sd]? from the first to the second{_END}",
    r"\bthe one on the (?:left|right) (?:becomes?|(?:turns?|changes?) into) the one on the "
    r"(?:left|right)\b",
    rf"\b(?:turn|change|transform|convert)\w* into the other one{_END}",
    rf"\b(?:describe|draw|show|give|depict|produce|reveal) (?:me )?the (?:right |correct )?answer"
    rf"{_END}",
    r"\bhow (?:does|would|will) the (?:answer|reference) look\b",
    rf"\bhow (?:does|would|will) the solution look(?: for this(?: one)?)?{_END}",
    rf"\bthe results? shown(?: here)?{_END}",
)
_GARMENT = r"(?! of (?:clothing|furniture|jewel\w+|dress|apparel|footwear|luggage|faith))"
# Narrower than for a question: a reasoning is long, and speaks of tables and sections of things.
_IN_A_REASONING = (
    r"(?<!\b[Aa] )\b(?i:figures?|figs?\.?|pages?|chapters?|listings?|equations?) ?(?:\d|[A-HJ-Z]\b)"
    r"(?! (?:knot|shape|loop|pattern|track|bend|coil))",
    r"(?i:(?<![\w-])[\w-]{1,80}\.(?:jpe?g|png|gif|webp|svg|bmp|tiff?|xcf|pdf|html?)\b|"
    r"\b(?:the|its|this|their) captions?\b|\bcaptions? (?:says?|reads?|tells?|states?)\b|"
    r"\b(?:page|article|tutorial|author|section|website) "
    r"(?:says?|states?|explains?|mentions?|tells?|describes?)\b|"
    r"\b(?:the|this) (?:web ?page|website|tutorial)\b|"
    rf"\bthis article\b{_GARMENT}|\b(?:from|in|by|per|to) the article\b{_GARMENT}|"
    r"\b(?:figures?|images?|pictures?|diagrams?|photos?|drawings?|illustrations?) "
    r"(?:above|below)\b(?! (?:the|it|its|this|that|an?)\b)|"
    r"\b(?:the|an?) (?:above|below|previous|preceding|following) "
    r"(?:figure|image|picture|diagram|photo|section|paragraph|page|article)s?\b|"
    r"\b(?:first|second|third|fourth|the other) (?:(?:provided|given|supplied|attached) )?"
    rf"(?:image|picture|photo|figure|diagram)s?\b{_ROW}|\bsee also\b)",
)
# Of the picture, not of a page: "this section through a leaf", "open at page 12".
_OF_THE_PICTURE = re.compile(
    r"\bthis example of an?\b(?! (?:page|section|chapter|figure|article|tutorial))|"
    r"\bthis section (?:of|through) "
    r"(?!(?:the|this|our) (?:page|text|book|chapter|article|tutorial))|"
    r"\b(?:first|second|third|last) (?:pictures?|images?|photos?) (?:in|of|on) (?:the|this) "
    r"(?:\w+ )?(?:row|column|strip|grid|wall|shelf)\b|"
    r"\bopen(?:ed)? (?:at|to|on) pages? \d+\b|"
    rf"\b(?:the|a) (?-i:figure) 8\b(?! (?:{_SHOWS}|on|above|below|of)\b)|"
    r"\b(?:the|a) (?-i:figure) 8(?= (?:on|above|below) (?:the|its|this) (?!page|text))|"
    r"\b(?:the|a|its|this) caption (?:field|bubble|box|bar|line|button|area)s?\b|"
    r"\b(?:the|a|this) (?:web ?site|web ?page) (?:in|on) (?:the|its|this) (?:browser|screen|window|"
    r"monitor|laptop|phone|tablet|display)\b|"
    r"\b(?:the|a|this) tutorial (?:window|level|screen|box|message|hint|mode|bubble)s?\b|"
    r"\bfirst (?:picture|image) that comes to mind\b",
    re.IGNORECASE,
)


def _compiled(*groups: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?i:{form})" for group in groups for form in group))


_PAIR = re.compile(
    "|".join((*_NUMBERED, *(f"(?i:{form})" for form in (*_ONE_OF_TWO, *OF_THE_TASK))))
)
_EITHER = _compiled(_SOURCE)
_QUESTION = _compiled(_SOURCE, _UNNAMED)
_PAGE = re.compile("|".join(_IN_A_REASONING))


def of_the_pair(text: str) -> str:
    """The words by which a text tells that its writer saw two pictures, or an answer, or ""."""
    text = without_the_picture(text)
    if found := _PAIR.search(text):
        return found[0]
    pair = [other.search(text) for other in _OTHERS]
    return " ... ".join(found[0] for found in pair if found) if all(pair) else ""


def of_a_page(text: str) -> str:
    """The words by which a reasoning refers to a page, or ""."""
    text = without_the_picture(text)
    found = _EITHER.search(text) or _PAGE.search(text)
    return found[0] if found else ""


def of_a_source(question: str) -> str:
    """The words by which a question refers to a text or an answer, or ""; the rules know others."""
    found = _QUESTION.search(without_the_picture(question))
    return found[0] if found else ""


def without_the_picture(question: str) -> str:
    """The text without words that only look like a reference to a page."""
    return _OF_THE_PICTURE.sub(" ", question)
