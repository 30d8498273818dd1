"""From a picture's own sentences to what can be seen in it, in words that fit into a request."""

from __future__ import annotations

import re
from collections.abc import Iterable

from vqva_crawl.agents.rules.text import lower_first, sentences

MOST = 34  # words
LEAST = 3

# What only the page's author or reader knows, or nobody sees.
_CHATTER = re.compile(
    r"\b(?:I|I'\w+|me|my|mine|we|us|our|ours|let's|you|your|yours|nobody|somebody|believe|"
    r"think|thought|hope|remember|please|try|predict|notice|note|compare|imagine|recall|"
    r"figures?|fig|(?:shown|as|see) (?:above|below)|panel|caption|page|next time|previous|"
    r"scale|millimetres|centimetres|meaning|therefore|hence|thus|example|called|known as|"
    r"known|named|illustration|illustrates|photos?|photographs?|micrographs?|depicts?|"
    r"(?:is|are) (?:shown|illustrated)|times|counts|may|might|could|would|should|can|"
    r"must|used|often|usually|generally|typically|"
    r"copyright|licen[cs]e|cc by|courtesy|credit|click|mouse|menu|dialog|button|layer|option)\b",
)
_MARKS = re.compile(r"[\"?!<>{}|\\=\[\]/]|https?:|\d{4,}|\w_\w|\.\w{2,4}\b|→")
_TAIL = re.compile(
    r",? (?:so that|so (?:we|you|it|the|that)|because|since|as if|as though|which is why|"
    r"in order to|thanks to|due to|to hold|to wait)\b.*$|, for (?!example)[^,:;]*$"
)
_SEE = re.compile(r"^(?:you|we|one) (?:can )?(?:now )?(?:see|have)\b (?!how|that|what|why)", re.I)
_ADVERB = re.compile(
    r"^(?:now|then|here|next|finally|at last|soon|instead|again|at first|later|afterwards|"
    r"eventually|meanwhile|and|but|so|first(?=,)|in this (?:picture|image|photo|drawing|figure|"
    r"illustration)),? (?=\S)",
    re.IGNORECASE,
)
_UNITS = r"(?:second|minute|hour|day|night|week|month|year|decade|centur(?:y|ie))s?"
_TIME = re.compile(
    rf"^(?:(?:by|on|at|in|around|just (?:before|after)) )?(?:"
    rf"(?:the )?(?:end|beginning|start|middle) of \w+|(?:day|week|month|year|hour|night|minute) "
    rf"\w+|midnight|noon|dawn|dusk|night|\w+ o'clock|(?:early |late )?(?:january|february|march|"
    rf"april|may|june|july|august|september|october|november|december|spring|summer|autumn|"
    rf"winter)|(?:about |some |only |just )?[\w-]+ {_UNITS} (?:later|on|after(?:wards)?))\b"
    rf"[,:]? (?=\S)",
    re.IGNORECASE,
)
_HOUR = re.compile(r"^at (?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) ", re.I)
_LABEL = re.compile(
    r"^(?:(?:day|step|stage|phase|week|month|year|hour) [\w.]+|before|after|spring|summer|"
    r"autumn|winter|noon|dusk|dawn|night|morning|evening|result|final|finished|starting position)"
    r" ?[.:,;] ",
    re.IGNORECASE,
)
_ONLY_TIME = re.compile(
    rf"^(?:[\w' -]{{0,30}},? )?(?:[\w-]+ {_UNITS} (?:later|on)|day \w+|noon|dusk|night)\.?$", re.I
)
_SAME = re.compile(
    r"\bthe (?:very )?same\b(?! (?:as|time|way|size|kind|number|\w+ as|at|in|on|to|for|with)\b)",
    re.I,
)
_ASIDE = re.compile(
    r" for [^:;,.]*(?=:)|^(?:[Tt]he )?(?:[Dd]iagram|[Dd]rawing) (?:seen|viewed)[^:;,]*: |"
    r"\bof the (?:\w+ )?(?:state|version|set)\b ?|"
    r"(?<=[a-z]),? (?:about |some )?[\w-]+ "
    r"(?:second|minute|hour|day|night|week|month|year|decade)s? later(?=[,:]|$)"
)
_LAST_BITS = re.compile(r"\s+(?:instead|now|again|too|either|here|of course)(?=[.,;:]|$)")
_PROPER = re.compile(
    r"(?<=[a-z,] )(?!(?:January|February|March|April|May|June|July|August|September|October|"
    r"November|December|Earth|Sun|Moon)\b)[A-Z][a-z]"
)
_IMPERATIVE = re.compile(
    r"^(?:do not|don't|add|attach|bend|bring|carry|close|connect|cover|cut|drag|draw|drive|fill|"
    r"fold|glue|hang|heat|hold|insert|join|keep|lay|leave|let|lift|light|make|mark|mix|move|open|"
    r"place|pour|press|pull|push|put|remove|repeat|roll|screw|sand|set|slide|spread|start|stir|swap|"
    r"take|tie|tip|turn|unfold|unscrew|use|wait|wrap)\b(?! (?:is|are|was|has|of)\b)",
    re.IGNORECASE,
)
_NO_START = re.compile(
    r"^(?:is|are|was|were|has|have|it|its|they|their|he|she|his|her|this|that|these|those|just|for|"
    r"both of|each of|one of|what|why|how|when|where|if|unless|to|like|such)\b",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|stands?|hangs?|sits?|lies?|swims?|goes|go|grows?|shows?|"
    r"looks?|comes?|runs?|fills?|forms?|becomes?|points?|breaks?|glows?|shines?|remains?|stays?|"
    r"makes?|turns?|opens?|moves?|rises?|falls?|drops?|bends?|spreads?|leads?|explains?|meets?|"
    r"covers?|darkens?|swells?|closes?|disappears?|appears?|emerges?|splits?|merges?)\b"
)


def clauses(texts: Iterable[str]) -> list[str]:
    """The visual clauses of some texts, without final stop, fit to stand after a colon."""
    found: list[str] = []
    for text in texts:
        for sentence in sentences(text):
            one = clause(sentence)
            if one and one not in found:
                found.append(one)
    return found


def clause(sentence: str) -> str:
    """What one sentence says of the picture, "" when it holds nothing that could be drawn."""
    text = _stripped(sentence.strip())
    text = _ASIDE.sub("", re.sub(r"\s*\([^()]*\)", "", text))
    text = _SAME.sub("the", _LAST_BITS.sub("", text))
    text = _TAIL.sub("", text).strip(" .,;:")
    if _CHATTER.search(text) or _MARKS.search(text):
        text = _sound_part(text)
    if not text or len(text.split()) < LEAST or _ONLY_TIME.match(text) or _name(text):
        return ""
    return lower_first(_short(text))


def _stripped(text: str) -> str:
    """Without the adverbs, labels and points of time with which a caption opens."""
    for _ in range(4):
        shorter = _LABEL.sub("", text)
        shorter = _TIME.sub("", shorter)
        shorter = _HOUR.sub("", shorter)
        shorter = _SEE.sub("", shorter)
        shorter = _ADVERB.sub("", shorter)
        if shorter == text:
            return text
        text = shorter
    return text


def _sound_part(text: str) -> str:
    """The first of the parts between colons and semicolons that is free of chatter."""
    for part in re.split(r"[:;] ", text):
        if not _CHATTER.search(part) and not _MARKS.search(part) and len(part.split()) > LEAST:
            return part
    return ""


def _name(text: str) -> bool:
    """A person or place is named: a capital in mid-sentence, months and days aside."""
    return _PROPER.search(text) is not None


def _short(text: str) -> str:
    """Cut at a comma or semicolon when it is too long, "" when there is none to cut at."""
    if len(text.split()) <= MOST:
        return text
    kept = ""
    for end in re.finditer(r"[;:,]", text):
        if len(text[: end.start()].split()) > MOST:
            break
        kept = text[: end.start()]
    return kept if len(kept.split()) >= LEAST else ""


def imperative(text: str) -> bool:
    """The clause tells somebody to do something."""
    return _IMPERATIVE.match(text) is not None


def opens_well(text: str) -> bool:
    """The clause can stand first: its subject is no pronoun that leans on another sentence."""
    return _NO_START.match(text) is None and not re.match(r"\w+ \w+ \w+ (?:it|they)\b", text)


def verbs(text: str) -> int:
    """How many verbs a clause holds, as far as they are known here."""
    return len(re.findall(r"\b(?:has|have|had) (?=\w)", text)) + len(
        re.findall(rf"(?<!has )(?<!have )(?:{_VERB.pattern})", text)
    )


def finite(text: str) -> bool:
    """The clause holds a verb: it can follow 'when'."""
    return _VERB.search(text) is not None
