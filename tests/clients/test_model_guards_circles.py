"""Circular reasoning that never says the same words in the same order."""

from __future__ import annotations

import pytest

from vqva_crawl.clients.model.loops import loops
from vqva_crawl.errors import Unusable


@pytest.mark.parametrize(
    "text",
    [
        "The wax melts since the flame is hot, and the flame is hot since the wax melts and burns. "
        "Because the flame is hot the wax melts, and because the wax melts the flame is hot. That "
        "the wax melts is due to the hot flame, and that the flame is hot is due to the melting "
        "wax. The hot flame melts the wax, the melting wax feeds the hot flame, and so it melts.",
        "The leaf unfolds because light reaches it. Light can reach the leaf because it is "
        "unfolded. Since the leaf is unfolded, light reaches it, and that is why it unfolds. The "
        "reason for the unfolded leaf is the light, which reaches it as the leaf is unfolded.",
    ],
)
def test_a_circle_is_a_loop(text):
    with pytest.raises(Unusable, match="loop"):
        loops(text)


def test_a_reasoning_that_comes_back_to_its_subject_is_none():
    loops(
        "A flame melts the wax beneath it. The molten wax climbs in the wick, where the flame "
        "turns it into vapour. That vapour is what burns. The candle gets shorter as its wax goes "
        "up the wick, while some wax runs down the side and sets. The stand stays. The finished "
        "picture shows a shorter candle with wax on its side."
    )
