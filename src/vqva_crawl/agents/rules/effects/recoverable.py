"""Whether a disturbed picture still determines the clean one, measured on the two.

Thresholds were chosen on undone filters of an image editor's manual, judged by eye: a crowd smeared
to circles, a sky cropped by a frame or a wiped-out border cannot be asked back.
"""

from __future__ import annotations

from vqva_crawl.agents.rules.effects.base import Effect, palette_gap, visible
from vqva_crawl.agents.rules.likeness import Likeness
from vqva_crawl.agents.rules.remains import kept, wiped

TURNED = frozenset(
    "mirror/upside-down flip/half turn/quarter turn right/quarter turn left".split("/")
)
FRAMED = frozenset("slide/film strip/border/drop shadow/rounded corners/tiling".split("/"))
WARPED = frozenset("swirl/pinch/bulge/barrel distortion/bend/page curl/around an object".split("/"))


def recoverable(effect: Effect, like: Likeness) -> bool:
    """`like` compares the disturbed picture (question) with the clean one (answer)."""
    if effect.name in TURNED:
        return like.turn[1] > 0.9
    if effect.name in FRAMED:
        return like.crop[0] > 0.9  # the whole clean picture stands in the disturbed one
    if effect.name == "polar":
        return palette_gap(like) < 0.3
    if effect.name in WARPED:
        return palette_gap(like) < 0.3 and kept(like)[1] > 0.55
    return _in_place(like, like.answer.photographic) and _seen(like) and wiped(like) < 0.1


def _seen(like: Likeness) -> bool:
    """In colour, or in fine texture, which the small copies do not hold."""
    return visible(like) or not 0.8 < like.detail_ratio < 1.25


def _in_place(like: Likeness, photo: bool) -> bool:
    """A drawing's few lines may have moved farther than a photo's many and still be told apart."""
    share, mean = kept(like)
    if photo:
        return share > 0.85 and mean > 0.7 and abs(like.tone) > 0.6
    return share > 0.5 and mean > 0.5 and abs(like.tone) > 0.4
