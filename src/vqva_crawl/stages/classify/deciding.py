"""What the screen stage asks of a trained classifier: does this document go on?"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass

from vqva_crawl.agents.base import AgentContext
from vqva_crawl.clients.base import ChatModel
from vqva_crawl.config import Screen
from vqva_crawl.errors import ConfigError, Unusable
from vqva_crawl.records import Document, Rejected, Topic
from vqva_crawl.registry import check_options, lookup
from vqva_crawl.stages.classify.labellers import Labeller
from vqva_crawl.stages.classify.model import Classifier, loaded
from vqva_crawl.stages.classify.reading import captions_of, text_of


@dataclass(frozen=True)
class ByClass:
    """Document -> Document | Rejected (class).

    The wanted classes' probabilities together have to reach `screen.min_probability`; inside the
    band of `screen.refine` the labeller decides instead, where it has a usable answer.
    """

    classifier: Classifier
    screen: Screen
    labeller: Labeller | None = None

    async def __call__(self, document: Document) -> Document | Rejected:
        text = text_of(document)
        # In a thread: the first call imports scikit-learn, which takes a second or two.
        [row] = await asyncio.to_thread(self.classifier.probabilities, [text])
        chances = dict(zip(self.classifier.classes, map(float, row), strict=True))
        wanted = sum(chances.get(name, 0.0) for name in self.screen.classes)
        keep = wanted >= self.screen.min_probability
        likeliest = max(chances, key=lambda name: chances[name])
        detail = (
            f"likeliest {likeliest} ({chances[likeliest]:.2f}); the wanted classes have "
            f"{wanted:.2f}, asked for {self.screen.min_probability:.2f}"
        )
        if said := await self._second_opinion(document, text, wanted):
            name, reason = said
            keep = name in self.screen.classes
            detail = f"{name}, says the labeller ({reason}); the classifier: {detail}"
        return document if keep else _rejected(document, detail, chances)

    async def _second_opinion(
        self, document: Document, text: str, wanted: float
    ) -> tuple[str, str] | None:
        """(class, reason) of a borderline document; None when nobody is to be asked."""
        band = self.screen.refine
        if self.labeller is None or band is None or not band[0] <= wanted < band[1]:
            return None
        try:
            return await self.labeller(text, document.title, captions_of(document))
        except Unusable:  # one answer that cannot be used: the classifier's own verdict stands
            return None


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
    screen: Screen, topics: tuple[Topic, ...], seed: int, model: ChatModel | None = None
) -> ByClass | None:
    """The classifier that a config names, with the labeller of its band; None without one."""
    if screen.classifier is None:
        return None
    labeller: Labeller | None = None
    if screen.refine is not None:
        choice = screen.labeller
        context = AgentContext(options=choice.options, topics=topics, model=model, seed=seed)
        labeller = lookup("labeller", choice.name)(context)
    return ByClass(loaded(screen.classifier), screen, labeller)


def check_screen(screen: Screen) -> None:
    """ConfigError for a classifier that a run could not use. For before a run begins."""
    if screen.classifier is None:
        return
    classes = loaded(screen.classifier).classes
    if not set(screen.classes) & set(classes):
        raise ConfigError(
            f"screen.classes: {', '.join(screen.classes)}: the classifier knows none of them "
            f"(it knows {', '.join(classes)})"
        )
    if screen.refine is not None:
        check_options(
            "labeller", screen.labeller.name, screen.labeller.options, "screen.labeller.options"
        )
