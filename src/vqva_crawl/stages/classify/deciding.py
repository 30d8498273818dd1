"""What the screen stage asks of a trained classifier: does this document go on?"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vqva_crawl.agents.base import AgentContext
from vqva_crawl.clients.base import ChatModel
from vqva_crawl.clients.model.asked import Asked
from vqva_crawl.config import Screen
from vqva_crawl.errors import ConfigError, Unusable
from vqva_crawl.records import Document, Rejected, Topic
from vqva_crawl.registry import check_options, lookup
from vqva_crawl.stages.classify.labellers import Labeller
from vqva_crawl.stages.classify.labels import DOMAINS
from vqva_crawl.stages.classify.model import Classifier, loaded
from vqva_crawl.stages.classify.reading import captions_of, text_of
from vqva_crawl.storage.calls import ModelCall

LabellerFor = Callable[[Document], Labeller]
Note = Callable[[ModelCall], object]


@dataclass(frozen=True)
class ByClass:
    """Document -> Document | Rejected (class).

    The wanted classes' probabilities together have to reach `screen.min_probability`; inside the
    band of `screen.refine` the document's labeller decides instead, where it has a usable answer.
    """

    classifier: Classifier
    screen: Screen
    labeller: LabellerFor | None = None

    async def __call__(self, document: Document) -> Document | Rejected:
        text = text_of(document)
        [row] = self.classifier.probabilities([text])
        chances = dict(zip(self.classifier.classes, map(float, row), strict=True))
        wanted = sum(chances.get(name, 0.0) for name in self.screen.classes)
        keep = wanted >= self.screen.min_probability
        likeliest = max(chances, key=lambda name: chances[name])
        detail = (
            f"likeliest {likeliest} ({chances[likeliest]:.2f}); the wanted classes have "
            f"{wanted:.2f}, asked for {self.screen.min_probability:.2f}"
        )
        said = await self._second_opinion(document, text, wanted)
        if isinstance(said, Unusable):  # one answer of no use: the classifier's verdict stands
            detail += f"; the labeller gave no class: {said}"
        elif said:
            name, reason = said
            keep = name in self.screen.classes
            detail = f"{name}, says the labeller ({reason}); the classifier: {detail}"
        return document if keep else _rejected(document, detail, chances)

    async def _second_opinion(
        self, document: Document, text: str, wanted: float
    ) -> tuple[str, str] | Unusable | None:
        """(class, reason) of a borderline document; None when nobody is to be asked."""
        band = self.screen.refine
        if self.labeller is None or band is None or not band[0] <= wanted < band[1]:
            return None
        try:
            return await self.labeller(document)(text, document.title, captions_of(document))
        except Unusable as error:
            return error


def _rejected(document: Document, detail: str, chances: dict[str, float]) -> Rejected:
    rounded = {name: round(chance, 4) for name, chance in chances.items()}
    return Rejected(
        id=document.id,
        stage="screen",
        reason="class",
        detail=detail,
        url=document.url,
        payload=json.dumps({"probabilities": rounded}, sort_keys=True),
    )


def by_class(
    screen: Screen,
    topics: tuple[Topic, ...],
    seed: int,
    model: ChatModel | None = None,
    note: Note = id,
) -> ByClass | None:
    """The classifier that a config names, with the labeller of its band; None without one.

    Each answer that the labeller gets of the `model` is told to `note`.
    """
    if screen.classifier is None:
        return None
    labeller = labeller_for(screen, topics, seed, model, note) if screen.refine else None
    return ByClass(loaded(screen.classifier), screen, labeller)


def labeller_for(
    screen: Screen, topics: tuple[Topic, ...], seed: int, model: ChatModel | None, note: Note
) -> LabellerFor:
    """The config's labeller for a document, whose model then knows which one it is asked about.

    One that asks no model is the same for all documents: it may have taken long to make.
    """
    choice = screen.labeller
    make = lookup("labeller", choice.name)

    def made(asked: ChatModel | None) -> Labeller:
        context = AgentContext(options=choice.options, topics=topics, model=asked, seed=seed)
        labeller: Labeller = make(context)
        return labeller

    if model is None:
        alike = made(None)
        return lambda document: alike
    return lambda document: made(Asked(model, "labeller", document.id, document.id, note))


def check_screen(screen: Screen) -> None:
    """ConfigError for a classifier that a run could not use. For before a run begins."""
    if screen.classifier is None:
        return
    check_wanted(screen.classes, loaded(screen.classifier).classes, "screen.classes")
    if screen.refine is not None:
        check_options(
            "labeller", screen.labeller.name, screen.labeller.options, "screen.labeller.options"
        )


def check_wanted(wanted: Sequence[str], known: Sequence[str], where: str) -> None:
    """ConfigError when a classifier knows none of the wanted classes, or one is no class at all."""
    if strange := [name for name in wanted if name not in DOMAINS]:
        raise ConfigError(f"{where}: no class '{strange[0]}': choose of {', '.join(DOMAINS)}")
    if not set(wanted) & set(known):
        raise ConfigError(
            f"{where}: {', '.join(wanted)}: the classifier knows none of them "
            f"(it knows {', '.join(known)})"
        )
