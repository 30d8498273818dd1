"""A net for plainly unsafe text: classes of words that no good sample has in one sentence.

It is no moderation model: it knows words, not what they mean, and English ones alone. Each rule
wants a combination, so that textbooks pass ("the disease kills children", "breast cancer", "sexual
reproduction", "the gut of a worm"), and so do nudes in art. A child and nudity in one sentence
never pass, cherubs neither. For more, put an agent of your own before or behind the filter
(docs/model-agents.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple


def _words(*forms: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(forms)})\b", re.IGNORECASE)


# who -------------------------------------------------------------------------------------------

_CHILD = _words(
    r"child(?:ren)?(?:'s)?|kids?|minors|an? minor(?=[.,;]|$)|girls?|(?:school)?boys?|toddlers?",
    r"infants?|bab(?:y|ies)|school(?:girl|boy|kid)s?|(?:pre-?)?teen(?:ager|age)?s?|under-?age",
    r"(?:[1-9]|1[0-7])[- ]years?[- ]olds?",
)
_PERSON = _words(
    r"persons?|people|wom[ae]n|m[ae]n|girls?|boys?|lad(?:y|ies)|gu?ys?|couples?|actress(?:es)?",
    r"celebrit(?:y|ies)|lovers?|models?|her|him|she|he|someone",
)
_PEOPLES = (
    r"(?:jews?|jewish people|muslims?|christians?|hindus?|gays?|lesbians?|homosexuals?|"
    r"transgender people|immigrants|refugees|gypsies|arabs|asians|africans|mexicans|women|blacks|"
    r"(?:black|white|brown|disabled|n-word) people|(?:the )?people of (?:that|this|their) "
    r"(?:race|religion|faith|colour|color|kind|country))"
)

# what ------------------------------------------------------------------------------------------

_BARE = _words(
    r"nudes?|nudity|naked(?! (?:eye|mole|seed|singular))|undress(?:ed|ing|es)?|unclothed|topless",
    r"bottomless(?! pit)|lingerie|without (?:any |her |his |their )?cloth(?:es|ing)(?! on the)",
    r"(?:tak(?:e|ing)|took|strip(?:ping|ped)?) off (?:her|his|their) (?:clothes|dress|bra|shirt)",
)
_SEX = _words(
    r"(?:have|has|had|having|making) (?:\w+ )?(?:sex|love)(?= (?:with|to|in|on)\b|[.,;]|$)",
    r"sexual(?:ly)? (?:acts?|explicit|suggestive|poses?|positions?|fantas\w+|arous\w+)",
    r"blow ?jobs?|hand ?jobs?|masturbat\w+|orgasms?|erotic\w*|seductive\w*|sexy|fetish\w*",
)
_ABUSE = _words(r"rap(?:es?|ed|ing)|molest\w*")
_PORN = _words(
    r"(?:child )?porn\w*|hentai|explicit sex\w*|child erotica|cum ?shots?|creampie|gang ?bang\w*",
)
_SLUR = _words(r"nigg(?:er|a)s?|fagg?ots?|kikes?|trann(?:y|ies)|wetbacks?|towelheads?|sandnigg\w*")
_SCIENCE = _words(
    r"(?:medic|clinic|anatom|biolog|physiolog|reproduc|surg|hormon|gamet|fertili|contracep|"
    r"diagnos|diseas|infect|transmi|species|matur|pubert|psycholog|pregnan|uter|ovar|sperm)\w*",
    r"sexual (?:selection|reproduction|behaviou?r|dimorphism|orientation)|patients?|mat(?:e|es|ing)"
    r"|eggs?|virus(?:es)?|HIV|STIs?|oilseed|seeds?",
)
_ART = _words(
    r"(?:paint|sculpt|statu|fresco|engrav|etch|drawn|portrait|renaissance|baroque|mytholog|museum|"
    r"artist)\w*|marble|bronze|relief|venus|nymphs?|academy|figure study|life drawing",
)
_HARM = (
    r"(?:(?:cut|slit|slash)(?:ting|ing)? (?:your|his|her|their) (?:own )?(?:wrists?|veins?|throat|"
    r"arms?)|(?:kill|hang|hurt|harm|starve|poison|drown|burn|shoot|cut)(?:ing)? "
    r"(?:your|him|her)self|(?:end|ending|take|taking) (?:your|his|her) (?:own )?life|"
    r"commit(?:ting)? suicide|overdos(?:e|ing)(?! of radiation))"
)
_URGED = (
    r"(?:(?:you|he|she|they|whoever \w+(?: \w+){0,2}|i) (?:\w+ )?(?:should|must|ought to|could "
    r"just|can just|had better|deserves? to)|go(?: ahead)?(?: and)?|please|just|how (?:to|you)|"
    r"(?:ways?|steps|tips|reasons) (?:to|for|on)|why not|want you to|wants? to make you)"
)
_SUBSTANCE = (
    r"(?:(?:crystal )?meth(?:amphetamine)?|amphetamines?|heroin|(?:crack )?cocaine|fentanyl|mdma|"
    r"lsd|ghb|(?:pipe |car |nail |petrol |dirty |nuclear |fertili[sz]er )?bombs?(?! calorimeter)|"
    r"explosives?|napalm|tnt|c-?4 charges?|nitroglycerine?|thermite|rdx|petn|molotov\w*|ied|ieds|"
    r"grenades?|detonators?|silencers?|ghost guns?|sarin|nerve (?:gas|agents?)|mustard gas|ricin|"
    r"chlorine gas|weaponi[sz]ed \w+)"
)
_MAKE = (
    r"(?:make|making|cook|cooking|synthesi[sz]e|synthesi[sz]ing|build|building|prepare|preparing|"
    r"produce|manufacture|assemble|brew|extract|purify|print)"
)
_TOLD = (
    r"(?:how (?:to |you (?:can )?|one can )|(?:steps?|recipes?|instructions|guide|ways?|"
    r"directions) (?:to|for) |(?:^|[:;,] )(?:first,? |then,? )?|"
    r"you (?:can |could |should |must |may |will )?|^to )"
)
_DESPISED = (
    r"(?:vermin|sub-?humans?|parasites|cockroaches|rats|apes|monkeys|filth|filthy|scum|savages|"
    r"an? inferior|inferior (?:race|people|beings)|a disease|a plague|trash|animals)"
)
_DESTROY = (
    r"(?:kill(?:ed)?|exterminat(?:e|ed)|gas(?:sed)?|hang(?:ed)?|wip(?:e|ed) out|eradicat(?:e|ed)|"
    r"murder(?:ed)?|lynch(?:ed)?|shot|burn(?:t|ed) alive|enslaved?|eliminat(?:e|ed))"
)
_WOUND = _words(
    r"stabb?(?:ed|ing|s)|slash(?:ed|es)|hacked|behead\w*|decapitat\w*|disembowel\w*|dismember\w*",
    r"mutilat\w*|tortur\w*|butchered|torn apart|ripped (?:open|apart)|shot in the|massacr\w*",
)
_GORE = _words(
    r"gore|gory|guts|entrails|innards|brains|blood (?:splatter|spray|spurt|gush)\w*",
    r"pools? of blood",
    r"severed (?:heads?|limbs?|arms?|legs?|hands?)|(?:splatter|spatter)\w*|viscera|bleed\w* out",
)


class _Rule(NamedTuple):
    """All of `together` in one sentence, and in the whole text none of `unless`."""

    together: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...] = ()


_RULES = (
    _Rule((_PORN,)),
    _Rule((_SLUR,)),
    _Rule((_CHILD, _BARE)),
    _Rule((_CHILD, _ABUSE)),
    _Rule((_CHILD, _SEX), (_SCIENCE,)),
    _Rule((_PERSON, _BARE), (_ART, _SCIENCE)),
    _Rule((_PERSON, _SEX), (_SCIENCE,)),
    _Rule((_WOUND, _GORE), (_ART,)),
    _Rule((_words(rf"{_URGED} (?:\w+ ){{0,2}}?{_HARM}", r"kill (?:your|him|her)self"),)),
    _Rule((re.compile(rf"{_TOLD}{_MAKE} (?:[\w-]+ ){{0,4}}?{_SUBSTANCE}\b", re.IGNORECASE),)),
    _Rule(
        (
            _words(
                rf"{_PEOPLES} (?:are|is|were) (?:(?:all|just|like|nothing but|only|mere) ){{0,2}}"
                rf"{_DESPISED}"
            ),
        )
    ),
    _Rule((_words(rf"{_DESTROY} (?:all |off )*(?:of )?(?:the |those |these )?{_PEOPLES}"),)),
    _Rule(
        (
            _words(
                rf"{_PEOPLES} (?:\w+ ){{0,6}}?(?:should|must|deserve to|need to|ought to) "
                rf"(?:all )?(?:be |die)(?:{_DESTROY})?"
            ),
        )
    ),
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")


def unsafe(text: str) -> str:
    """The sentence for which a text is not fit for a dataset, "" where none is found."""
    return next(_found(text), "")


def _found(text: str) -> Iterator[str]:
    sentences = _SENTENCE.split(text)
    for rule in _RULES:
        told = [each for each in sentences if all(word.search(each) for word in rule.together)]
        if told and not any(word.search(text) for word in rule.unless):
            yield told[0]
