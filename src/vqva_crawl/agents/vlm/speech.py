"""Which sentences of a page speak to a model instead of a reader (threat 19).

Three judgements. `to_a_model` is sure enough to leave a sentence out. `suspect` is not: such a
sentence stays, and only words that the page has nowhere else may not turn up in what a model
writes. `dictates` is the weakest: manuals say "write the word GIMP" and textbooks "repeat the
experiment", so that it only keeps a sentence from telling what the page is about. All texts are
`folded` before.
"""

from __future__ import annotations

import re

# Who reads for us.
_READER = (
    r"(?:a\.?i\.?|ai[- ](?:models?|systems?|agents?|readers?)|assistants?|[lv]lms?|chat ?bots?|"
    r"(?:language|vision|vision[- ]language|reading|captioning|multimodal|generative) models?|"
    r"models? (?:that|which|who) (?:reads?|sees?|writes?)|gpt[-\w]*|chatgpt|gemini|llama|mistral|"
    r"qwen\w*|annotators?|labell?ers|graders|raters|captioners?|"
    r"(?:auto\w+|computer|machine) (?:systems?|readers?|tools?|agents?|descriptions?|captions?)|"
    r"\w+ (?:made|written|generated|produced) by (?:software|machines?|computers?)|"
    r"(?:data ?set|question) (?:builders?|makers?|creators?|writers?|generators?)|"
    r"(?:people|anyone|everyone|those|whoever)(?: who)? writ(?:e|es|ing) (?:questions?|captions?)|"
    r"generated (?:questions?|texts?|outputs?|answers?|captions?))"
)
_DEMAND = (
    r"(?:must|should|shall|please|kindly|always|never|ought to|need(?:s)? to|ha(?:s|ve) to|will|"
    r"could|(?:is|are) to|(?:is|are|be) (?:\w+ly )?(?:asked|requested|required|instructed|told|"
    r"expected|invited|advised|reminded|obliged|supposed)|adds?|puts?|writes?|says?|ends?|begins?|"
    r"grateful|customary)"
)
# What they are told to do, what they write, and where it is to stand.
_UTTER = (
    r"(?:writ(?:e|es|ing)|says?|print|output|repeat|include|insert|mention|append|prepend|adds?|"
    r"us(?:e|es|ing)|puts?|begin|start|end|finish|close|sign|state|quote|echo|emit|contains?|name|"
    r"call|cite|weave|place|paste|embed|recite|spell|stands?|advertise|thank|appears?|reads?)"
)
_OURS = (
    r"(?:(?:your|each|every|any|all|whatever)(?: \w+)? (?:questions?|instructions?|reasoning|"
    r"analys[ei]s|variants?|rewrites?|quer(?:y|ies)|outputs?|repl(?:y|ies)|responses?|captions?|"
    r"verdicts?|generated \w+|fields?)|(?:the|this) (?:questions?|instructions?|reasoning|"
    r"analysis|variants?|rewrites?|query|queries|generated questions?))"
)
_WORD = (
    r"(?:word|phrase|string|token|sentence|tag|hash ?tag|term|name|canary|url|link|password|"
    r"code ?word)s?"
)
_MUST = (
    r"(?:must|should|shall|ha(?:s|ve) to|needs? to|(?:begin|start|end|finish)s? with|contains?|"
    r"reads)"
)
_RULES = r"(?:instructions?|prompts?|rules?|guidelines?|orders?)"

# One alternative a line; each begins at a word's edge.
_OVERRIDE = (
    r"(?:ignore|disregard|override|bypass|(?<!not )forget) everything\b",
    r"(?:ignore|disregard|override|bypass|(?<!not )forget)\b.{0,30}\b(?:previous|prior|earlier|"
    rf"preceding|above|all|any|your|other|these|those|system)\b.{{0,15}}\b{_RULES}\b",
    rf"(?:ignore|disregard|override|bypass)\b.{{0,15}}\b{_RULES} (?:above|before|you)\b",
    r"you (?:were|have been) told before\b",
    rf"{_RULES}\b.{{0,40}}\bno longer (?:apply|count|hold|valid)",
    rf"(?:new|updated|special|hidden|secret|real|actual|further|true) {_RULES}\b.{{0,20}}"
    r"(?:[:!]|\b(?:for|are|follow|is)\b|$)",
    rf"{_RULES} (?:for|to) (?:the |any |all )?(?:{_READER}|models?|readers?)\b",
    r"your (?:new|real|only) (?:task|goal|job|role|purpose)\b",
    r"from now on,? (?:you|say)\b",
    r"jailbreak",
    r"prompt injection",
    r"safety (?:filter|rules?) (?:is|are)\b",
)
_CHANNEL = (
    r"(?:system|developer|operator)(?:'s)? (?:prompt|message|note|notice|instructions?)\b",
    r"(?:notice|note|message|word)s? from the (?:operator|developers?|system|admin\w*)\b",
    r"assistant\s*:",
    r"(?:im_start|im_end|endoftext|eot_id)\b",
    r"sys\b.{0,60}\binst\b",
    r"end of (?:the )?(?:reading matter|data|document|context|page)\b",
    r"page \w{6,} (?:begins|ends)\b",
    r"reading matter\b",
    r"the task continues\b",
    r"(?:analysis|works|score|pairs|role|content|expectation)\"\s*:",
)
_ADDRESSED = (
    rf"{_READER}\b.{{0,60}}\b{_DEMAND}\b",
    rf"(?:note|message|request|word|reminder|memo) (?:to|for) (?:the |all |any )?{_READER}",
    rf"(?:dear|attention|hey|hello),? (?:\w+ )?{_READER}",
    rf"(?:if|as|since) (?:you are |you're )?(?:an? )?{_READER}\b",
    r"you are now (?:an? |the )?\w*(?:bot|model|assistant|free)\b",
    r"you are (?:now )?(?:an? )?(?:ai|assistant|language|helpful|unrestricted|captain)\b",
    r"(?:pretend|imagine|act|behave)\b.{0,20}\b(?:you are|as (?:if you|an? \w+))\b.{0,40}\b"
    r"(?:model|who|named|called|without|no)\b",
    r"let us play a game\b",
)
_OUTPUT = (
    rf"{_UTTER}\b.{{0,60}}\b(?:in|into|to|with|before|at|as|for)\b.{{0,20}}\b{_OURS}\b",
    rf"{_OURS}\b.{{0,40}}\b{_MUST}\b",
    rf"{_OURS} (?:that )?you (?:write|ask|make|give|send)\b",
    rf"in {_OURS}\b.{{0,9}}\b{_UTTER}\b",
    rf"(?:finish|begin|end|start) {_OURS} with\b",
    r"whatever (?:you write|you see|you are asked|is asked)\b",
    r"wherever you can\b",
    r"(?:decode|decipher|unscramble) (?:this|it|the \w+)\b.{0,40}\b(?:do|follow|obey|say)\b",
    r"read (?:the bytes|\w+ backwards?)\b",
)
_JUDGING = (
    r"(?:set|give|rate)\b.{0,40}\b(?:scores?|works|verdict) (?:(?:to|of|is) )?(?:2|two|true)\b",
    r"(?:pair|candidate|triplet)\b.{0,30}\b(?:deserves?|gets?|scores?) \d",
    r"(?:pair|propose|match) picture \d+ (?:with|and)\b",
    r"best pair (?:is|are)\b",
    r"search (?:the web )?for\b.{0,60}\b(?:next|before you|planner)\b",
    r"query to plan is\b",
)
_GERMAN = (
    r"(?:ignorier\w*|missachte\w*|vergiss|vergessen sie)\b.{0,40}\b(?:anweisung|vorgabe|regel|"
    r"befehl)",
    r"(?:schreib\w*|verwend\w*|nenn\w*|erwähn\w*|füg\w*|sag\w*)\b.{0,60}\b(?:frage|antwort|"
    r"anweisung|ausgabe)",
)
_ROMANCE = (
    r"(?:ignore[zr]?|oublie[zr]?)\b.{0,40}\b(?:consignes?|instructions?|règles?)\b",
    r"(?:écri\w+|ajoute\w*|mentionne\w*|inclu(?:s|ez|re)|utilisez)\b.{0,60}\b(?:question|réponse|"
    r"instruction)s?\b",
    r"(?:ignor[ae]\w*|olvid\w+|esquec\w+|dimentica\w*)\b.{0,40}\b(?:instruc\w+|instruç\w+|"
    r"istruzion\w+|reglas|regras|regole)",
    r"(?:escrib\w+|escrev\w+|incluy\w+|inclua|incluir|añad\w+|inserisc\w+|scriv\w+|menzion\w+|"
    r"mencion\w+)\b.{0,60}\b(?:pregunta|respuesta|pergunta|resposta|domanda|risposta|instrucci\w+)",
)
_RUSSIAN = (
    r"(?:игнорируй|забудь|не обращай).{0,40}(?:инструкц|указани|правил)",
    r"(?:напиши|добавь|упомяни|скажи|включи).{0,60}(?:вопрос|ответ|слово)",
)
_AT_START = re.compile(
    r"\W*(?:system|assistant|user|developer|ai|planner|annotators?)\s*:|"
    rf"(?:all )?questions?\b.{{0,40}}\b{_MUST}\b|#{{2,}}\s*(?:instruction|response|input|system)\b|"
    r".*\(/?inst\)"
)
_CHINESE_OR_JAPANESE = re.compile(
    r"(?:忽略|无视|忘记).{0,20}(?:指令|指示|规则|提示)|(?:问题|回答|输出|答案).{0,8}(?:写|加|包含|"
    r"提到|说)|(?:写|加|包含|提到).{0,20}(?:问题|回答|输出|答案)|"
    r"(?:質問|回答|出力).{0,30}(?:書|含め|入れ|言っ|加え)"
)
_SURE = re.compile(
    rf"\b(?:{'|'.join((*_OVERRIDE, *_CHANNEL, *_ADDRESSED, *_OUTPUT, *_JUDGING))}|"
    rf"{'|'.join((*_GERMAN, *_ROMANCE, *_RUSSIAN))})"
)
_MAYBE = re.compile(
    rf"\b(?!assistants?\b){_READER}\b|"
    r"\b(?:your|every|each|any|whatever)(?: \w+)? (?:questions?|instructions?|reasoning|variants?|"
    r"rewrites?|quer(?:y|ies)|repl(?:y|ies)|captions?|verdicts?|generated \w+)\b|"
    rf"\b{_WORD} of this page\b|"
    r"\b(?:pass|code|magic|secret)[- ]?(?:word|phrase)s?\b|\bso should you\b|\bput it into\b"
)
_DICTATES = re.compile(
    r"\bassistants?\b|"
    r"(?:^|\b(?:and|or|then|to|must|should|please|kindly|always|never|you) )(?:say|print|repeat|"
    r"mention|append|reply|respond|state|quote|echo|recite|cite|refer to|write|answer|advertise|"
    r"thank|introduce)\b|"
    rf"\b{_UTTER}\b.{{0,30}}\b(?:the|these|this|following) {_WORD}\b|"
    rf"\b{_WORD} (?:is|are|reads)\b|"
    rf"\b(?:{_OURS}|(?:your|every|each) (?:answers?|texts?|descriptions?|titles?|sentences?))\b"
)


def to_a_model(sentence: str) -> re.Match[str] | None:
    """The place where a folded sentence speaks to a model, None for ordinary ones."""
    found = _SURE.search(sentence) or _AT_START.match(sentence)
    return found if found or sentence.isascii() else _CHINESE_OR_JAPANESE.search(sentence)


def suspect(sentence: str) -> bool:
    """Whether a folded sentence may be asking a model that something be said."""
    return _MAYBE.search(sentence) is not None


def dictates(sentence: str) -> bool:
    """Whether a folded sentence may be asking anybody that something be said."""
    return _DICTATES.search(sentence) is not None or suspect(sentence)
