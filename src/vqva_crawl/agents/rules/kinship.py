"""Whether two pictures can be of one thing at all, whatever their texts claim."""

from __future__ import annotations

from vqva_crawl.agents.rules.captions import Shown
from vqva_crawl.agents.rules.effects.base import palette_gap
from vqva_crawl.agents.rules.likeness import Likeness
from vqva_crawl.agents.rules.subjects import subjects


def strangers(question: Shown, answer: Shown, like: Likeness) -> bool:
    """Nothing but words says that the answer continues the question picture.

    Pictures of one series have one size and one palette, or share their outlines; those of a
    chapter have neither.
    """
    if like.structure > 0.5 and like.same_shape:
        return False
    if like.same_size and question.group == answer.group >= 0:
        return False  # one figure: 'Before' and 'After'
    if like.same_size:
        return palette_gap(like) > 0.45
    return not (subjects(question) & subjects(answer) and question.section == answer.section)
