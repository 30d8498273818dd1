"""What the rules know of two pictures of a document: how they are related, and why."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from PIL.Image import Image

from vqva_crawl.agents.base import AgentContext
from vqva_crawl.agents.rules.captions import Shown, shown
from vqva_crawl.agents.rules.likeness import Likeness
from vqva_crawl.agents.rules.look import Look, look
from vqva_crawl.records import Document, Relation


@dataclass(frozen=True)
class Finding:
    """A relation between a question and an answer picture.

    `asks` are full instructions (no placeholder left), any of which would do; `shows` completes
    "The answer shows it ..."; `keeps` names what stays; `evidence` is a sentence for a reader.
    """

    family: str
    relation: Relation
    asks: tuple[str, ...]
    shows: str
    keeps: str
    evidence: str
    strength: float
    cues: dict[str, str] = field(default_factory=dict)
    before: str = ""  # what the question picture shows, in a clause, where its text says it


# The agents of a chain ask for the same pictures one after the other. A look depends on the bytes
# alone, so that keeping some changes no result.
_LOOKS: OrderedDict[str, Look] = OrderedDict()
_KEPT = 256


def _measured(sha256: str, picture: Callable[[str], Image]) -> Look:
    if sha256 in _LOOKS:
        _LOOKS.move_to_end(sha256)
    else:
        _LOOKS[sha256] = look(picture(sha256))
        if len(_LOOKS) > _KEPT:
            _LOOKS.popitem(last=False)
    return _LOOKS[sha256]


class Material:
    """A document's pictures with their texts and looks, each measured once."""

    def __init__(self, document: Document, picture: Callable[[str], Image]) -> None:
        self.document = document
        self.pictures = shown(document)
        self._open = picture
        self._looks: dict[str, Look] = {}
        self._likes: dict[tuple[str, str], Likeness] = {}

    def look(self, sha256: str) -> Look:
        if sha256 not in self._looks:
            self._looks[sha256] = _measured(sha256, self._open)
        return self._looks[sha256]

    def like(self, question: Shown, answer: Shown) -> Likeness:
        key = (question.sha256, answer.sha256)
        if key not in self._likes:
            self._likes[key] = Likeness(self.look(key[0]), self.look(key[1]))
        return self._likes[key]

    def at(self, item: int) -> Shown:
        """The picture that stands at this item; KeyError when there is none."""
        for picture in self.pictures:
            if picture.item == item:
                return picture
        raise KeyError(item)


def material(context: AgentContext) -> Material:
    """From what an agent is given; ValueError when document or pictures are missing."""
    if context.document is None or context.picture is None:
        raise ValueError("the rules need the document and its pictures")
    return Material(context.document, context.picture)
