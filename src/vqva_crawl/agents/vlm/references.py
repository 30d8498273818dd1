"""Words that refer to a page, or to one picture of the pair as a model was shown it.

Who is given two pictures writes "Image 2" and "the answer picture"; a reader of the dataset has one
picture in hand, and another to make.
"""

from __future__ import annotations

import re

_PICTURE = r"(?:images?|pictures?|pics?|photos?|photographs?)"
_ROW = r"(?! (?:in|of|from) (?:the|this) (?:\w+ )?(?:row|column|strip|grid|film|collage)\b)"
_SHOWS = (
    r"(?:shows?|depicts?|displays?|contains?|has|have|is|are|was|were|looks?|becomes?|confirms?|"
    r"represents?|illustrates?|differs?)"
)
_PAIR = re.compile(
    # "Image 2", but not "in this picture 3 bees sit".
    r"\b(?:Image|Picture|Photo|IMAGE|Img)s? ?(?:#|No\. ?)?[1-9]\b(?![.,]\d|[%\u00b0])|"
    rf"\b(?i:{_PICTURE}) #[1-9]\b|"
    rf"\b(?i:{_PICTURE}) (?:#|(?:no\.|number) ?)?[1-9]\b"
    rf"(?=\s*(?:[,.;:!?)](?!\d)|$)|['\u2019]s| (?:{_SHOWS}|and|to|into|from|with|by|but|while|"
    r"where|which|that)\b)|"
    rf"\b(?i:{_PICTURE}) [A-D]\b(?!['\u2019.-]\w)(?! [a-z]+ (?:is|are|sits|stands)\b)|"
    rf"(?i:\b{_PICTURE}) (?:one|two) (?:shows?|depicts?|displays?|contains?|looks?|becomes)\b|"
    r"(?i:"
    rf"\b(?:question|answer|target|ground[- ]truth)(?:['\u2019]s)? {_PICTURE}\b|"
    rf"\b(?:compar(?:e|es|ing)|between|of|in|from) (?:the two|both|these two|the 2) {_PICTURE}\b"
    r"(?! (?:on|in|hang|inside|within)\b)|"
    rf"\b(?:both|the two|these two) (?:given |provided )?{_PICTURE} "
    r"(?:show|depict|share|differ|are|have)\b|"
    rf"\b(?:provided|given|supplied|attached|uploaded) (?:images|pictures|photos)\b|"
    rf"\b(?:images|pictures|photos) (?:(?:that )?you|provided|supplied|attached|uploaded)\b|"
    rf"\bthe (?:before|after|before[- ]and[- ]after) {_PICTURE}\b|\bthe pair of {_PICTURE}\b|"
    r"\bthe (?:expected|given|provided|reference) answer\b|\baccording to the (?:answer|"
    r"expectation)\b)"
)
_GARMENT = r"(?! of (?:clothing|furniture|jewel\w+|dress|apparel|footwear|luggage|faith))"
# Narrower than for a question: a reasoning is long, and speaks of tables and sections of things.
_PAGE = re.compile(
    r"(?<!\b[Aa] )\b(?i:figures?|figs?\.?|pages?|chapters?|listings?|equations?) ?(?:\d|[A-HJ-Z]\b)"
    r"(?! (?:knot|shape|loop|pattern|track|bend|coil))|"
    r"(?i:"
    r"(?<![\w-])[\w-]{1,80}\.(?:jpe?g|png|gif|webp|svg|bmp|tiff?|xcf|pdf|html?)\b|"
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
    rf"(?:image|picture|photo|figure|diagram)s?\b{_ROW}|"
    r"\b(?:surrounding|accompanying) text\b|\bsee also\b)"
)
# "This example of a bridge", "this section through a leaf", "the second picture in the row": of the
# picture, not of a page.
_OF_THE_PICTURE = re.compile(
    r"\bthis example of an?\b(?! (?:page|section|chapter|figure|article|tutorial))|"
    r"\bthis section (?:of|through) "
    r"(?!(?:the|this|our) (?:page|text|book|chapter|article|tutorial))|"
    r"\b(?:first|second|third|last) (?:pictures?|images?|photos?) (?:in|of) (?:the|this) "
    r"(?:\w+ )?(?:row|column|strip|grid)\b",
    re.IGNORECASE,
)


def of_the_pair(text: str) -> str:
    """The words by which a text tells that its writer was shown two pictures, or ""."""
    found = _PAIR.search(text)
    return found[0] if found else ""


def of_a_page(text: str) -> str:
    """The words by which a reasoning refers to a page, or ""."""
    found = _PAGE.search(text)
    return found[0] if found else ""


def without_the_picture(question: str) -> str:
    """The question without words that only look like a reference to a page."""
    return _OF_THE_PICTURE.sub(" ", question)
