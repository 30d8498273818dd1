"""What a model says when it will not or cannot do what was asked, wherever in its text it does.

A person who thinks aloud says "I cannot see the far side of the object" or "I'm sorry to see it
go", too; so each pattern holds what only a model says: that it is one, that pictures are missing or
out of its reach, that it does not do this task.
"""

from __future__ import annotations

import re

_NOT = (
    r"\bi(?: (?:am|was)|['\u2019]?m)? (?:\w+ )?"
    r"(?:can(?:no|['\u2019])?t|can not|could(?: not|n['\u2019]t)|unable to|not able to|"
    r"incapable of|do(?: not|n['\u2019]t)|did(?: not|n['\u2019]t)|won['\u2019]t|will not|"
    r"have no way (?:to|of))(?: be able to)?"
    r"(?: (?:actually|directly|really|currently|physically|even))*"
)
_PICTURES = r"(?:images?|pictures?|photos?|photographs?|attachments?|files?)\b(?!['\u2019]s)"
_THE = (
    r"(?:(?:the|any|an?|this|that|these|those|both|either|your|two|actual|attached|provided|given|"
    r"uploaded|shared|visual|question|answer|or|and|contents?|of) )*"
)
_LOOK = (
    r"(?:view|see|access|open|load|display|process|analy[sz]e|interpret|perceive|receive|examine|"
    r"inspect|look at|viewing|seeing|accessing|processing|analy[sz]ing)"
)
_MAKE = r"(?:create|generate|edit|draw|produce|modify|manipulate|render)"
_AI = (
    r"(?:an? (?:\w+[- ]){0,3}?(?:language|vision|multimodal|ai) model|an ai(?: assistant| system)?|"
    r"an? (?:virtual|digital|text-based) (?:assistant|model|ai)|(?:chat)?gpt[\w.-]*|qwen[\w.-]*|"
    r"(?:a|an ai) (?:chat)?bot)"
)
_MISSING = r"(?:attached|provided|uploaded|included|supplied|shared|loaded|given to me|sent)"

_A_MODEL = (
    rf"\b(?:as|being) {_AI}(?=\W*(?:$|[,;.]|\bi\b|that|with(?:out)?\b))",
    rf"\bi(?: am|['\u2019]m) (?:just |only |simply |merely )?{_AI}\b",
    r"\bmy (?:training data|(?:knowledge|training) cut-?off|programming)\b",
    r"\b(?:als (?:ein )?(?:gro\u00dfes )?(?:ki\b|ki-|sprachmodell)|en tant qu(?:e mod\u00e8le de "
    r"lang|['\u2019]ia\b)|como (?:un )?modelo de lenguaje|come modello linguistico)",
    "\u4f5c\u4e3a(?:\u4e00\u4e2a|\u4e00\u6b3e)?(?:ai|\u4eba\u5de5\u667a\u80fd|"
    "\u8bed\u8a00\u6a21\u578b)|\u6211\u65e0\u6cd5(?:\u67e5\u770b|\u770b\u5230)",
)
_NO_PICTURES = (
    # "I cannot see the picture changing" is a thought.
    rf"{_NOT} {_LOOK}(?: or {_LOOK})? {_THE}{_PICTURES}"
    r"(?! (?:changing|becoming|being|losing|gaining|beyond|as|from|in|on|of|behind|clearly|well)"
    r"\b)",
    rf"{_NOT} (?:see|find) {_THE}{_PICTURES} in (?:your|this|the|our) "
    r"(?:message|request|conversation|prompt|chat|input)\b",
    rf"{_NOT} (?:access|open|browse|visit) (?:any |external |the )*(?:links?|urls?|web ?sites?|"
    r"internet)\b",
    rf"{_NOT} (?:identify|recogni[sz]e) (?:real )?(?:people|individuals|persons) "
    rf"(?:in|from) {_THE}{_PICTURES}",
    rf"\bwithout (?:seeing|viewing|access to|being able to (?:see|view)) {_THE}{_PICTURES}",
    rf"\bi(?:['\u2019]d| would)? need to (?:see|view) {_THE}{_PICTURES}",
    rf"\b(?:not possible|impossible) for me to {_LOOK} {_THE}{_PICTURES}",
    r"\bi only (?:have|see|received?) (?:the )?(?:text|words)\b",
    rf"{_NOT} {_MAKE}(?:,? (?:or )?{_MAKE})* "
    r"(?:(?:any|actual|new|visual|or) )*(?:images|pictures|photos|visuals)\b",
    r"\bi (?:do not|don['\u2019]t|cannot|can['\u2019]t) (?:currently )?have (?:any |direct )?"
    rf"access to {_THE}{_PICTURES}",
    rf"\bi (?:do not|don['\u2019]t) have the (?:ability|capability|capacity) to (?:{_LOOK}|{_MAKE})"
    rf"(?: (?:or|and) (?:{_LOOK}|{_MAKE}))? {_THE}(?:{_PICTURES}|visual)",
    rf"\bi (?:have no|lack) (?:direct )?access to {_THE}{_PICTURES}",
    r"\bi lack the (?:ability|capability) to\b",
    rf"\b(?:no|neither|none of the) {_PICTURES} (?:(?:is|are|was|were|has been|have been|appears? "
    rf"to be|seems? to be) )?(?:actually )?{_MISSING}",
    r"\bthere (?:is|are|was|were|isn['\u2019]t|aren['\u2019]t) (?:no|not any|an?|any) "
    r"(?:actual )?(?:images?|pictures?|photos?|attachments?) (?:\w+ )?"
    r"(?:attached|provided|uploaded|included|(?:in|to) (?:your|this|the|our) (?:message|request|"
    r"conversation|prompt|chat|input)|for me\b)",
    rf"\b(?:the|your|both|any) {_PICTURES} (?:you \w+ )?(?:(?:is|are|was|were) not|isn['\u2019]t|"
    rf"aren['\u2019]t|wasn['\u2019]t|weren['\u2019]t|(?:has|have) not been) (?:\w+ )?{_MISSING}",
    rf"\b(?:the|your|both) {_PICTURES} (?:you \w+ )?(?:did not|didn['\u2019]t|failed to|could not|"
    r"couldn['\u2019]t|cannot|can['\u2019]t) (?:be )?(?:load|display|upload|attach|come through|"
    r"open)",
    rf"\b(?:the|your|both) {_PICTURES} "
    r"(?:(?:seems?|appears?) to be missing\b|(?:is|are) missing[.,;]|"
    r"(?:is|are) not (?:visible|available|accessible) to me\b)",
    rf"\b(?:it|they) (?:is|are|was|were) not {_MISSING}(?=[.,;]|$)",
    r"\byou (?:have not|haven['\u2019]t|did not|didn['\u2019]t|forgot to) (?:yet )?(?:provided?|"
    rf"attach(?:ed)?|upload(?:ed)?|shared?|included?|sen[dt]) {_THE}(?:second |first )?{_PICTURES}",
    rf"\bif you (?:(?:could|can|would) )?(?:please )?(?:re-?)?(?:provide|share|upload|attach|send) "
    rf"(?:me )?(?:with )?{_THE}{_PICTURES}",
    r"\b(?:please|kindly|could you|can you|try to|you (?:can|could|may|might|need to|have to)) "
    r"(?:re-?(?:upload|attach|send)|upload)\b",
    rf"\b(?:please|kindly) attach {_THE}{_PICTURES}(?! (?:to|on|onto)\b)",
    rf"\b(?:please|kindly) (?:provide|share|send|describe) (?:me )?(?:with )?{_THE}{_PICTURES}"
    r"(?=,? (?:again|first|so|and i|you(?:['\u2019]d)?)\b| (?:that )?you (?:want|would))",
    r"\b(?:ich kann|je ne peux pas|no puedo) (?:(?:das|die|leider|keine|voir|ver|las?|les?|los|"
    r"directement|directamente|beiden) ){1,4}(?:bild(?:er)?|images?|im\u00e1gene?s?)"
    r"(?! (?:der|des|de|du)\b)",
)
_DECLINED = (
    rf"{_NOT} (?:help(?= (?:with|you)|[.,;]|$)|assist\b|comply|fulfil+ |"
    r"(?:complete|do|answer|respond to|process) (?:this|that|your) "
    r"(?:request|task|question|prompt)|"
    r"(?:provide|write|generate|create|give you) (?:(?:this|that|a|an|the|such|any|your) )?"
    r"(?:\w+ )?(?:question|answer|response|reasoning|description|analysis|instruction|request)\b)",
    r"\bi (?:must|have to|need to) (?:decline|refuse)\b",
    r"\bi(?: am|['\u2019]m) (?:\w+ )?sorry,? (?:but|i|as|for (?:the|any) (?:confusion|inconveni))",
    r"(?:^|[.!?] )(?:(?:very |so )?sorry|my apologies|i apologi[sz]e|unfortunately),? "
    r"(?:but )?i(?: (?:can(?:no|['\u2019])?t|can not|am (?:un|not )able|do not|don['\u2019]t|won|"
    r"will not|must)|['\u2019]m (?:un|not )able)",
    r"\bi apologi[sz]e,? (?:but|for (?:the|any|my))\b",
    r"\bi do(?: not|n['\u2019]t) feel comfortable\b|\b(?:against|violates?) (?:my|the content) "
    r"(?:guidelines|polic)",
    r"^i(?: am|['\u2019]m) (?:very |so )?sorry[.,;]|^i apologi[sz]e(?! for (?:bother|asking))",
    r"^es tut mir leid|^(?:je suis )?d\u00e9sol\u00e9|^lo siento|^mi dispiace|^\u5bf9\u4e0d\u8d77|"
    "^\u62b1\u6b49|^\u5f88\u62b1\u6b49",
)
_REFUSAL = re.compile("|".join((*_A_MODEL, *_NO_PICTURES, *_DECLINED)), re.IGNORECASE)
_OPENING = 240  # characters in which an answer as a whole is declined


def refusal(text: str) -> str:
    """The words with which a text for the dataset declines, "" where it does not."""
    found = _REFUSAL.search(" ".join(text.split()).strip(" \"'*#"))
    return found[0] if found else ""


def declines(answer: str) -> bool:
    """An answer as a whole is a refusal: short prose that begins with one."""
    plain = not answer.lstrip(" `").startswith(("{", "[", "json"))
    return plain and len(answer) < 600 and refusal(answer[:_OPENING]) != ""
