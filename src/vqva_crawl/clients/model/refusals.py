"""What a model says when it will not or cannot do what was asked, wherever in its text it does.

No list of phrases knows all refusals; their structure is told instead: who (a model in the first
person, or a picture in the passive), negated, a verb of perception, possession or permission, and a
picture or the task. A person who thinks aloud says "I cannot see the far side of the object" or
"nothing can be seen behind the door", too: where the picture goes on ("the picture's edge", "the
picture on the wall"), the sentence is about what it shows.
"""

from __future__ import annotations

import re
from functools import cache

from vqva_crawl.clients.model.declining import ALMOST, CANNOT, DECLINED, MAKE, NOT, any_of

# nouns and who has them ------------------------------------------------------------------------

_THE = (
    any_of(
        "the|any|an?|this|that|these|those|both|either|your|my|no|all|two|1|2|and|or|of|other",
        "first|second|third|last|actual|attached|provided|given|uploaded|shared|visual|question",
        "answer|input|output|source|target|original|contents?",
    )
    + " "
)
_NOUN = r"(?:images?|pictures?|photos?|photographs?|attachments?|files?)\b(?!['\u2019]s)"
_PICTURE = rf"(?:{_THE})*{_NOUN}"
_CALLED_FOR = rf"{_NOUN}(?: (?:that )?(?:you|the (?:user|request)) (?:\w+ ){{1,4}}?)?"
_AI = any_of(
    r"an? (?:[\w-]+ ){0,3}?(?:language|vision|multimodal|ai|text|text-only|chat) model",
    r"an? (?:ai|artificial intelligence)(?: assistant| system| model)?",
    r"an? (?:[\w-]+ ){0,2}?(?:virtual|digital|text-based|ai) (?:assistant|model|ai)",
    r"(?:chat)?gpt[\w.-]*",
    r"qwen[\w.-]*",
    r"(?:a|an ai) (?:chat)?bot",
)

# verbs -----------------------------------------------------------------------------------------

_NOT_GIVEN = (
    rf"\b(?:i|we)(?: (?:have|had|was|were|am|did|do){NOT}|['\u2019](?:ve|m) not){ALMOST} "
    r"(?:receive|received|given|shown|sent|handed|shared|provided(?: with)?|get|got|gotten|have)"
)
_LOOK = any_of(
    "view|see|access|open|load|display|process|analy[sz]e|interpret|perceive|receive|examine",
    "inspect|look at|viewing|seeing|accessing|processing|analy[sz]ing|retrieve|find|have|get",
)
_MISSING = any_of(
    "attached|provided|uploaded|included|supplied|shared|loaded|given|sent|received",
    r"available(?=[.,;]|$| (?:to|for|here|so|and|at)\b)",
    "accessible|come through|came through",
)
_ABSENT = (
    rf"(?:(?:is|are|was|were|has|have|had|did|does|do|can|could){NOT}|(?:is|are) un|cannot"
    rf"|failed to|never){ALMOST}(?: be)?"
)
# "I cannot see the picture changing" is a thought, "the picture on the wall" is shown.
_GOES_ON = (
    r"(?! (?:changing|becoming|being|losing|gaining|beyond|as|from|in (?!(?:your|this|the|our) "
    r"(?:message|request|conversation|prompt|chat|input)\b)|on|of|behind|clearly(?! enough)|"
    r"well|at|hanging|formed|any (?:more|further|clearer))\b)"
)
_HERE = r"(?:in|to|with|from) (?:your|this|the|our) (?:message|request|conversation|prompt|chat)\b"

_A_MODEL = (
    rf"\b(?:as|being) {_AI}(?=\W*(?:$|[,;.]|\bi\b|that|with(?:out)?\b))",
    rf"\bi(?: am|['\u2019]m) (?:just |only |simply |merely )?{_AI}\b",
    r"\bi(?: am|['\u2019]m) [\w.-]+, (?:an? (?:[\w-]+ ){0,4}?(?:ai|assistant|model|chatbot)\b|"
    r"(?:created|made|trained|developed|built) by\b)",
    r"\bi(?: am|['\u2019]m|was| was) (?:designed|trained|programmed|built) (?:to|not|for|by|on)\b",
    r"\bmy (?:training data|(?:knowledge|training) cut-?off|programming|(?:\w+ )?guidelines)\b",
    r"\bi (?:have no|lack) (?:eyes|visual|vision|(?:direct )?access to|the (?:cap)?ability to)\b",
    r"\b(?:als (?:ein )?(?:gro\u00dfes )?(?:ki\b|ki-|sprachmodell)|en tant qu(?:e mod\u00e8le de "
    r"lang|['\u2019]ia\b)|como (?:un )?modelo de lenguaje|come modello linguistico)",
    "\u4f5c\u4e3a(?:\u4e00\u4e2a|\u4e00\u6b3e)?(?:ai|\u4eba\u5de5\u667a\u80fd|"
    "\u8bed\u8a00\u6a21\u578b)|\u6211\u65e0\u6cd5(?:\u67e5\u770b|\u770b\u5230)",
)
_NO_PICTURES = (
    # I, not, see or have, the picture
    rf"{CANNOT} {_LOOK}(?: or {_LOOK})? {_PICTURE}{_GOES_ON}",
    rf"{_NOT_GIVEN} {_PICTURE}{_GOES_ON}",
    rf"{CANNOT} (?:{MAKE}(?:,? (?:or )?{MAKE})*) "
    r"(?:(?:any|actual|new|visual|or) )*(?:images|pictures|photos|visuals)\b",
    rf"{CANNOT} have (?:any |direct )*access to {_PICTURE}",
    rf"{CANNOT} have the (?:ability|capability|capacity) to (?:{_LOOK}|{MAKE})"
    rf"(?: (?:or|and) (?:{_LOOK}|{MAKE}))? (?:{_PICTURE}|visual)",
    rf"{CANNOT} (?:access|open|browse|visit) (?:any |external |the )*(?:links?|urls?|web ?sites?|"
    r"internet)\b",
    rf"{CANNOT} (?:verify|confirm|determine) (?:\w+ ){{1,6}}?(?:from|in|between) {_PICTURE}",
    r"\bi only (?:have|see|received?) (?:the )?(?:text|words)\b",
    # the picture, not, there; no picture, there
    rf"\b(?:the|your|both|any|this|these) (?:\w+ )?{_CALLED_FOR} ?"
    rf"{_ABSENT} ?(?:{_MISSING}(?! for\b)|(?:visible|available|accessible) to me|(?:load|display|"
    r"upload|attach|come through|open|render)(?:ed)?)\b",
    rf"\b(?:the|your|both|these) (?:\w+ )?{_CALLED_FOR} ?(?:appears?|seems?)(?: to be)? "
    r"(?:missing|blank|corrupt\w*|broken|empty|unavailable|inaccessible)\b",
    rf"\b(?:the|your|both) {_CALLED_FOR} ?(?:is|are) (?:missing(?: from|[.,;])|too (?:blurry|small|"
    r"dark|unclear) for me\b|not (?:visible|available|accessible) to me\b)",
    rf"\b(?:no|neither|none of the) (?:\w+ )?{_NOUN} (?:(?:is|are|was|were|has been|have been|"
    rf"appears? to be|seems? to be) )?(?:actually |yet )?{_MISSING}"
    r"(?=[.,;:!?]|$| (?:to|with|by|for me|here|in (?:the|this|your) (?:message|request|prompt|chat|"
    r"conversation)|so|and|but)\b)",
    rf"\bthere (?:is|are|was|were|isn['\u2019]t|aren['\u2019]t) (?:no|not any|an?|any) "
    rf"(?:actual )?{_NOUN} (?:\w+ )?(?:attached|provided|uploaded|included|{_HERE}|for me\b)",
    rf"\b(?:it|they) (?:is|are|was|were) not {_MISSING}(?=[.,;]|$)",
    r"\b(?:not (?:available|visible|accessible)|unavailable|inaccessible) to me\b",
    rf"\b(?:not possible|impossible) for me to {_LOOK} {_PICTURE}",
    # without it; give it to me
    rf"\bwithout (?:(?:seeing|viewing|having|access to|being able to (?:see|view)) {_PICTURE}|"
    rf"(?:the|any) actual {_NOUN}|the {_NOUN},? i\b)",
    rf"\bi(?:['\u2019]d| would)? need to (?:see|view) {_PICTURE}",
    rf"\byou (?:have|did|had|forgot)(?:{NOT}| to)(?: yet)? (?:provided?|attach(?:ed)?|"
    rf"upload(?:ed)?|shared?|included?|sen[dt]) {_PICTURE}",
    rf"\bif you (?:(?:could|can|would) )?(?:please )?(?:re-?)?(?:provide|share|upload|attach|send) "
    rf"(?:me )?(?:with )?{_PICTURE}",
    r"\b(?:please|kindly|could you|can you|try to|you (?:can|could|may|might|need to|have to)) "
    r"(?:please )?(?:re-?(?:upload|attach|send)|upload)\b",
    rf"\b(?:please|kindly) attach {_PICTURE}(?! (?:to|on|onto)\b)",
    r"\b(?:(?:could|can|would|will) you (?:please |kindly )?|please |kindly )"
    rf"(?:provide|share|send|supply|describe) (?:me )?(?:with )?{_PICTURE}"
    r"(?=[?.!]|$|,? (?:again|first|so|and i|you(?:['\u2019]d)?|(?:that )?you (?:want|would))\b)",
    r"\bi(?: can| could|['\u2019]ll| will| would|['\u2019]d)?(?: only| have to| just)* "
    r"(?:guess(?! the)|speculate|ma(?:k|d)e (?:some )?assumptions)\b|\bi['\u2019]ve made assumpt",
    r"\b(?:ich kann|je ne peux pas|no puedo) (?:(?:das|die|leider|keine|voir|ver|las?|les?|los|"
    r"directement|directamente|beiden) ){1,4}(?:bild(?:er)?|images?|im\u00e1gene?s?)"
    r"(?! (?:der|des|de|du)\b)",
)
_OPENING = 240  # characters in which an answer as a whole is declined


@cache
def _refusal() -> re.Pattern[str]:
    """Compiled when it is first needed: 0.1 s, and a run without a model needs none of it."""
    return re.compile("|".join((*_A_MODEL, *_NO_PICTURES, *DECLINED)), re.IGNORECASE)


# "I cannot [/x] help", "I cannot *help*", "I cannot, sadly, help": what stands between two words.
_BETWEEN = re.compile(
    r"\[[^]]{0,24}\]|\([^)]{0,24}\)|\{[^}]{0,24}\}|<[^>]{0,24}>|[*_~|]+|\.{2,}|\u2026"
    r"|(?<=\s)[\u2013\u2014-](?=\s)|,\s\w+,(?=\s)"
)


def refusal(text: str) -> str:
    """The words with which a text for the dataset declines, "" where it does not."""
    bare = _BETWEEN.sub(" ", text)
    found = _found(text) or (_found(bare) if bare != text else None)
    return found[0] if found else ""


def _found(text: str) -> re.Match[str] | None:
    return _refusal().search(" ".join(text.split()).strip(" \"'*#"))


def declines(answer: str) -> bool:
    """An answer as a whole is a refusal: short prose that begins with one."""
    plain = not answer.lstrip(" `").startswith(("{", "[", "json"))
    return plain and len(answer) < 600 and refusal(answer[:_OPENING]) != ""
