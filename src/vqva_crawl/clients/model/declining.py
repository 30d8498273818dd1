"""What a model says that will not or cannot do its task.

A request is made of somebody, and is about a picture. A refusal is about its writer: "I", "me" or
"my", unable or unwilling, and a task in general words ("help", "this", "your request"); or it opens
with an apology and asks for nothing. "I cannot see the far side of this house; show it" is neither.
"""

from __future__ import annotations


def any_of(*forms: str) -> str:
    return f"(?:{'|'.join(forms)})"


ALMOST = r"(?: (?:actually|directly|really|currently|physically|even|yet|been|be able to|have))*"
AM = r"(?: am| was| were|['\u2019]m)"
NOT = r"(?: not|n['\u2019]?t)"
CANNOT = (
    rf"\b(?:i|we)(?:{AM})? (?:\w+ )?"
    + any_of(
        r"can(?:no|['\u2019])?t|can not|could(?: not|n['\u2019]t)|unable to|not able to",
        r"incapable of|not (?:allowed|permitted|going|willing) to|do(?: not|n['\u2019]t)",
        r"did(?: not|n['\u2019]t)|won['\u2019]t|will not|have no way (?:to|of)",
    )
    + ALMOST
)
MAKE = r"(?:create|generate|edit|draw|produce|modify|manipulate|render)"
# What is asked of a model, and what of a tool or an arm is not: "I cannot lift it".
_DO = any_of(
    "accommodate|answer|assist|carry out|comment|complete|comply|continue|create|describe|discuss",
    r"do|draw|edit|engage|fulfil+|generate|help|make|modify|oblige|offer|paint|proceed|process",
    "produce|provide|render|respond|satisfy|write",
)
_IT = any_of("this|that|it|so|these|those|them|such|anything|you", r"(?:the|your) \w+")
_MAY = (
    r"(?:can|could|will|would|may|am|feel)(?: (?:able|allowed|comfortable|permitted|prepared|"
    r"willing))?"
)
_SIGHS = (
    r"(?:(?:ah|but|hm+|no|nope|oh|sorry|unfortunately|well|afraid|i am|i['\u2019]m|that),? ){0,12}"
)
_SORRY = r"(?:sorry|(?:my |many |sincere )*apologies|forgive me|pardon me)"
_ASKS = (
    r"[^?]*(?:\?|[,;:.!] (?:(?:and|but|just|now|please|so|then) )*(?:add|blur|change|close|"
    r"crop|cut|draw|fill|fix|flip|fold|give|keep|let|light|look|make|mirror|move|open|paint|put|"
    r"remove|render|replace|rotate|sharpen|show|swap|take|turn|undo|use|zoom|"
    r"i(?:['\u2019]d| would) like|i want|i meant?)\b)"
)
_NEGATED = (
    r"(?:no|not|never|nothing|cannot|unable|(?:im|not )possible|outside|beyond|decline|against)\b"
    r"|\w+n['\u2019]t\b"
)
_QUESTION = r"(?:question|request|instruction|relation(?:ship)?|connection)"
DECLINED = (
    rf"{CANNOT} (?:help(?= (?:with|you)|[.,;]|$)|assist\b|comply|fulfil+ |do (?:this|that)[.,;]|"
    r"(?:complete|do|answer|respond to|process) (?:this|that|your) "
    r"(?:request|task|question|prompt)|"
    r"(?:provide|write|generate|create|give you) (?:(?:this|that|a|an|the|such|any|your) )?"
    r"(?:\w+ )?(?:question|answer|response|reasoning|description|analysis|instruction|request)\b|"
    rf"(?:formulate|form|phrase|come up with|determine|find|establish|see) (?:an?|any|the) "
    rf"(?:\w+ )?{_QUESTION}\b(?! marks?)|"
    r"(?:identify|recogni[sz]e|name) (?:who\b|(?:real |the |this |these )?(?:people|individuals?|"
    r"persons?)\b))",
    rf"\bno (?:\w+ )?{_QUESTION} (?:can|could|may) be (?:\w+ed|found|drawn|written|made)\b",
    rf"\b(?:not possible|impossible) to (?:write|form|formulate|make|ask|find) (?:an?|any|the) "
    rf"(?:\w+ )?{_QUESTION}\b",
    r"\bi (?:must|have to|need to)(?: \w+ly)? (?:decline|refuse)\b",
    r"\bi(?: am|['\u2019]m) not comfortable\b|\bi do(?: not|n['\u2019]t) feel comfortable\b",
    r"\b(?:against|violat(?:es?|ing|ion of)) (?:[\w'\u2019]+ ){0,4}?(?:guidelines|polic(?:y|ies)|"
    r"terms of (?:use|service))\b",
    r"\bi(?: am|['\u2019]m) (?:\w+ )?sorry,? (?:but|i|as|for (?:the|any) (?:confusion|inconveni))",
    r"(?:^|[.!?] )(?:(?:very |so )?sorry|my apologies|i apologi[sz]e|unfortunately),? "
    r"(?:but )?i(?: (?:can(?:no|['\u2019])?t|can not|am (?:un|not )able|do not|don['\u2019]t|won|"
    r"will not|must)|['\u2019]m (?:un|not )able)",
    r"\bi apologi[sz]e,? (?:but|for (?:the|any|my))\b",
    r"^i(?: am|['\u2019]m) (?:very |so )?sorry[.,;]|^i apologi[sz]e(?! for (?:bother|asking))",
    # an apology that asks for nothing, before or behind what is not done
    rf"^{_SIGHS}{_SORRY}(?:[.!]*$|(?:[,.!;:]| [\u2013\u2014-]| but\b)(?!{_ASKS})(?=.{{0,120}}?\b"
    rf"(?:{_NEGATED})))",
    rf"{CANNOT}\b[^.?!;]{{0,80}}, (?:i(?:['\u2019]m| am) )?(?:so |very )?{_SORRY}(?=[.!;,]|$)",
    r"\bi(?:['\u2019]m| am) (?:so |very )?sorry to (?:inform|say|tell)\b",
    r"\bi regret (?:that (?:i|we)|to (?:inform|say|tell))\b",
    # the task is not for me
    rf"{CANNOT} {_DO}\b[^.?!;,]{{0,40}} for you"
    r"(?=[.,;!]|$| (?:as|because|here|now|since|today)\b)",
    rf"^{_SIGHS}{CANNOT} {_DO}(?: (?:to|with))?(?: {_IT})?"
    r"(?: (?!so\b|but\b)[\w'\u2019]+){0,4}[.!]*$",
    rf"^{_SIGHS}{_IT}(?: is| was|['\u2019]s)(?:{NOT} | im)possible(?: for me)?[.!]*$",
    r"(?:\bnot |n['\u2019]t |\bim)possible for me to (?:be of|give|have|"
    rf"{_DO})(?= (?:help|an?|any|{_IT}|with)\b|[.,;!]|$)",
    r"(?:\bnot|n['\u2019]t) (?:something|anything|one|an? (?:\w+ )?(?:question|request|"
    r"subject|task|thing|topic)) "
    rf"(?:(?:that|which) )?i (?:{_MAY}(?: to)? {_DO}\b|do(?=[.,;!]|$))",
    r"(?:\bnot|n['\u2019]t) (?:something|anything|one) (?:(?:that|which) )?i['\u2019]m "
    rf"(?:\w+ to {_DO}|comfortable|\w+ \w+ing)\b",
    r"\b(?:outside|beyond|exceeds?|not within)(?: of)? (?:the (?:\w+ of )?)?(?:my (?:\w+ )?(?:"
    r"abilit|capabilit|capacity|competence|expertise|guidelines|programming|remit|scope)|"
    rf"what i(?:['\u2019]m| am)? (?:able to|allowed to|can|could|may|will)(?= {_DO}\b|[.,;!]|$))",
    r"\bno can do\b|\bnothing (?:that )?i can do(?: here| for you)?(?=[.,;!]|$)",
    r"\bi (?:do not|don['\u2019]t) (?:think|believe) (?:that )?i(?: can| could|['\u2019]m able to|"
    r" am able to) (?:help|assist|comply|do (?:this|that|it)\b)",
    rf"\bi lack the \w+ to (?:{_DO}|see|view)\b",
    r"\b(?:this|your|the) (?:request|task|prompt|question) (?:can ?not|can['\u2019]t|could not) be "
    r"(?:answered|carried out|completed|done|fulfil+ed|processed)\b",
    rf"\bnot in (?:my power|a position) to {_DO}\b|\bmy limitations\b",
    r"\bi(?: am|['\u2019]m) not (?:built|designed|made|meant|programmed|trained) (?:for|to)\b",
    r"\bi can only (?:handle|process|read|understand|work with) text\b",
    # I will not
    r"\bi (?:have been|was|am) (?:instructed|told|trained) not to\b",
    r"\bagainst what i(?: am|['\u2019]m)\b",
    rf"\bi(?: would|['\u2019]d) (?:rather|prefer) not(?=(?: to)?(?:[.,;!]|$)| (?:to )?{_DO}\b)",
    rf"\bi (?:choose|opt|prefer) not to {_DO}\b",
    rf"\bi(?: must| have to|['\u2019]ll have to)? (?:decline|refuse)(?=[.,;!]|$| to {_DO}\b)",
    r"\bi (?:must|have to|will|['\u2019]ll) pass on (?:(?:this|that) (?:one|request|task)|it)\b",
    rf"^{_SIGHS}(?:unable|cannot|can['\u2019]t|not able)(?: to)? "
    r"(?:answer|assist|comply|do (?:this|that|it)(?=[.,;!]|$)|fulfil+|help|process)\b",
    r"^es tut mir leid|^(?:je suis )?d\u00e9sol\u00e9|^lo siento|^mi dispiace|^\u5bf9\u4e0d\u8d77|"
    "^\u62b1\u6b49|^\u5f88\u62b1\u6b49",
)
