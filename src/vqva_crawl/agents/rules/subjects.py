"""What a picture is of, and how it shows it, as far as its texts tell."""

from __future__ import annotations

import re

from vqva_crawl.agents.rules.captions import Shown
from vqva_crawl.agents.rules.text import GENERIC, STOP, sentences, stem, words

# Nouns that stand for too much to tie two pictures together.
BROAD = frozenset(
    "cell plant animal human people person man woman body tissue structure part organism system "
    "life cycle "
    "type kind group member species specy stage phase process level form formation development "
    "production "
    "activity reaction event change difference comparison pathway region area surface layer side "
    "end top "
    "water air food energy light heat temperature environment world earth area site number "
    "series set pair "
    "cross section scanning electron light microscope micrograph microscopy image molecule "
    "protein acid gene "
    "pattern basic typical common main major general simple complex large small long short male "
    "female adult "
    "young mature normal red green blue yellow white black brown gray orange pink purple color "
    "model map graph "
    "chart tree table relationship evolution disease virus bacteria bacterium blood photo "
    "anatomy distribution "
    "component function mechanism effect example family class order phylum kingdom domain "
    "population community "
    "individual stage view internal external front inside outside upper lower anterior posterior "
    "dorsal ventral "
    "left right middle fish bird insect mammal joint bone section evolution organ muscle chain "
    "bond atom ring membrane unit".split()
)

_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "life cycle",
        re.compile(r"\blife ?-?cycles?\b|\balternation of generations\b", re.IGNORECASE),
    ),
    (
        "other",
        re.compile(
            r"\b(?:phylogenetic|cladogram|tree of life|family tree|graphs?|charts?|plots?|maps?|"
            r"tables?|flow ?charts?|"
            r"timeline|equations?|logo|portraits?|paintings?|poster|cartoon|collage|memorial|"
            r"stamp|book|x-?rays?|"
            r"fossils?|skeletons?|skulls?|statue|hypothesis|sequence|pyramid|tick|website|QR)\b",
            re.IGNORECASE,
        ),
    ),
    ("micrograph", re.compile(r"micrograph|microscop|magnification", re.IGNORECASE)),
    (
        "illustration",
        re.compile(
            r"\b(?:illustrations?|diagrams?|drawings?|schematics?|sketch|anatomy|"
            r"cross[- ]sections?|cutaway)\b",
            re.IGNORECASE,
        ),
    ),
    ("photo", re.compile(r"\bphoto(?:s|graphs?)?\b", re.IGNORECASE)),
)
_PANELS = re.compile(
    r"[(\[][b-f][)\]]|\b(?:part|photo|image|illustration|micrograph|panel) [b-f]\b|\b[b-f]\) ",
    re.IGNORECASE,
)


def kind(picture: Shown) -> str:
    """life cycle, micrograph, illustration, photo, other; "" when the texts do not say."""
    start = " ".join(picture.alt.split()[:9])  # "Photo shows ...", "This illustration shows ..."
    for text in (start, f"{picture.caption}. {picture.alt}"):
        for name, pattern in _KINDS:
            if pattern.search(text):
                return name
    return ""


def cycle(picture: Shown) -> bool:
    """A drawn life cycle, whatever else its texts say."""
    text = f"{picture.caption}. {picture.alt}"
    return _KINDS[0][1].search(text) is not None and not re.search(r"\bphoto", text, re.IGNORECASE)


def panels(picture: Shown) -> bool:
    """The caption counts parts (a), (b) of one file."""
    return _PANELS.search(f"{picture.caption} {picture.alt}") is not None


_LEAD = re.compile(
    r"^(?:(?:in )?(?:this|these|the|an?|shown(?: here)?(?: is| are)?|here,?|pictured (?:is|are)|"
    r"depicted (?:is|are))\s+)*"
    r"(?:(?:scanning|transmission|light|electron|false[- ]colou?r(?:ed)?|colou?red|basic|typical|"
    r"labell?ed)\s+)*"
    r"(?:photo(?:graph)?s?|image|picture|illustration|diagram|drawing|micrograph|figure|"
    r"life ?-?cycle|lifecycle|anatomy|"
    r"structure|cross[- ]section|parts)s?\b(?:\s+\(?[a-f]\)?)?(?:\s+(?:shows?|depicts?|of|is|are|"
    r"illustrates?|displays?|"
    r"represents?|for))*\s*",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|shows?|showing|shown|consists?|contains?|uses?|lives?|"
    r"grows?|growing|makes?|can|may|"
    r"undergo(?:es)?|begins?|produces?|includes?|displays?|appears?|forms?|found|called|known|"
    r"with|that|which|in|on|at|"
    r"from|by|for|to|and|or|as|inside|during|through|along|attached|containing|resembl\w+|"
    r"exhibits?|occurs?|surrounded|"
    r"seen|viewed|visualized|covered|swimming|eating|sitting|spends?)\b|[,;:(]",
    re.IGNORECASE,
)


# Endings of words that name no visible thing: adjectives, participles, processes.
_NO_THING = re.compile(r"(?:ed|ing|ally|ly|al|ous|ic|ive|tion|sion|ysis|esis|ism|ity|ness|able)$")


def subjects(picture: Shown) -> frozenset[str]:
    """Stems of the nouns that head the picture's caption and alt: what it is of."""
    found: set[str] = set()
    for text in (picture.caption, picture.alt):
        for sentence in sentences(text)[:1]:
            found |= _heads(sentence)
    return frozenset(found)


def _heads(sentence: str) -> set[str]:
    rest = sentence
    for _ in range(3):
        shorter = _LEAD.sub("", rest, count=1)
        if shorter == rest:
            break
        rest = shorter
    phrase = _VERB.split(rest.strip(), maxsplit=1)[0]
    nouns = [stem(w) for w in words(phrase) if stem(w) not in BROAD][-1:]  # the head comes last
    for genus in re.findall(r"\b([A-Z][a-z]{3,}) [a-z]{4,}\b(?=[^a-z]*[),.]|,)", sentence):
        nouns.append(stem(genus.lower()))  # a binomial: Lunularia cruciata
    return {n for n in nouns if _noun(n)}


def _noun(word: str) -> bool:
    broad = word in BROAD or word in STOP or word in GENERIC
    return len(word) > 3 and not broad and not _NO_THING.search(word)
