"""Words that tell what the model was told, or handed, which no reader of the dataset was."""

from __future__ import annotations

PICTURE = r"(?:images?|pictures?|pics?|photos?|photographs?)"
_SAYS = (
    r"(?:says?|states?|tells?|shows?|confirms?|indicates?|mentions?|describes?|suggests?|depicts?|"
    r"displays?|contains?|notes?|explains?|requires?|demands?|has (?!to\b))"
)
_TOLD = (
    # the expectation, and who speaks of it
    r"(?:expectation|expected (?:result|outcome|answer|output)|hint|(?:given|provided|right|"
    r"correct|reference|model|expected) answer|reference solution|ground[- ]truth|answer(?: key)?)"
)
OF_THE_TASK = (
    rf"\bthe {_TOLD} {_SAYS}\b",
    rf"\b(?:match(?:es|ing)?|consistent with|agrees? with|in line with|according to|given|"
    rf"confirmed by|compar(?:es?|ing|ed) (?:\w+ )?(?:with|to)|seen|know(?:ing)?) "
    rf"the (?:{_TOLD}|target|reference)\b"
    r"(?! (?:point|line|frame|value|mark|group|cell|site|audience)s?\b)",
    r"\bthe (?:expected|given|provided|reference) (?:answer|result|outcome|solution)\b",
    r"\bthe (?:answer|solution|result) (?:given|provided|supplied)\b(?! to\b)",
    r"\b(?:we|i)(?: (?:are|am|were|was|have been)|['\u2019](?:re|m|ve been)) (?:told|informed)\b"
    r"(?! (?:as|by|once|when)\b)",
    rf"\b(?:we|i)(?: (?:are|am|were|was)|['\u2019](?:re|m)) (?:given|shown) (?:(?:two|both|the two|"
    rf"these two) |a pair of ){PICTURE}\b",
    r"\bthe (?:user|system) (?:has |also |is )*(?:provided|gave|uploaded|sent|shared|asks? me|"
    r"asked me|asking me|wants? me|tells? me|told me|supplied)\b",
    r"\b(?:according to|as|following) the (?:instructions?|prompt|guidelines|task description)\b"
    r"(?! (?:on|in|of|printed|shown|that)\b)",
    r"\bthe (?:instructions|prompt|guidelines) (?:say|state|tell|ask|require|forbid)s?\b",
    r"\b(?:pretend(?:ing)?|act(?:ing)?|writ(?:e|ing)) (?:that |as (?:if|though) )i\b|"
    r"\bpretend(?:ing)? (?:i|not to)\b",
    r"\b(?:target|answer|solution|result|output|pair|pictures|images|photos) (?:that |which )?"
    r"(?:i|we)(?: (?:was|were|am|are|have been)|['\u2019](?:m|re|ve been)) (?:handed|given|shown|"
    r"supplied|provided|sent)\b",
    r"\bthe pair (?:handed|given|supplied|provided|sent) (?:to|for)\b",
    r"\b(?:looking|glancing|peeking) at the (?:solution|answer|target)(?= *(?:[.?!,;]|$))",
    r"\btraining (?:samples?|pairs?|triples?)\b",
    r"\bfor (?:the|this|our) data ?set(?= *[.?!,;])",
)
