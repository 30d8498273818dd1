"""The common operations of image processing, as data: how to name, ask for and verify each."""

from __future__ import annotations

from vqva_crawl.agents.rules.effects import blur, edges, overlays, shape, style, tone
from vqva_crawl.agents.rules.effects.base import Effect
from vqva_crawl.agents.rules.likeness import Likeness

# Specific before general: the first that a text names and the pictures confirm is taken.
EFFECTS: tuple[Effect, ...] = (
    *style.EFFECTS,
    *overlays.EFFECTS,
    *edges.EFFECTS,
    *shape.EFFECTS,
    *blur.EFFECTS,
    *tone.EFFECTS,
)


def named(text: str) -> list[Effect]:
    """The effects a text names, in order of first mention."""
    return [effect for effect in EFFECTS if effect.found_in(text)]


def recognise(texts: tuple[str, ...], like: Likeness, own: int = 99) -> Effect | None:
    """The effect that the texts name (most telling first) and the pictures confirm.

    A special case wins over the general one: 'Blur applied' under 'The Zoom Blur filter' is a zoom
    blur. The first `own` texts are the picture's own, the others only stand near it. A text that
    names only effects which the pictures deny ends the search.
    """
    for at, text in enumerate(texts):
        known = [effect for effect in named(text) if at < own or not effect.loose]
        confirmed = [effect for effect in known if effect.check(like)]
        if confirmed:
            return _special(confirmed[0], " ".join(texts[at:]), like)
        if known:
            return None
    return None


def _special(effect: Effect, text: str, like: Likeness) -> Effect:
    """An effect of the same name with more words in it (`zoom blur` for `blur`)."""
    for other in EFFECTS:
        if other.refines == effect.name and other.found_in(text) and other.check(like):
            return other
    return effect


__all__ = ["EFFECTS", "Effect", "named", "recognise"]
