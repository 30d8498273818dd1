"""A net for plainly unsafe text; textbooks, medicine and art pass it."""

from __future__ import annotations

import pytest

from vqva_crawl.clients.model import guards
from vqva_crawl.errors import Unusable


@pytest.mark.parametrize(
    "said",
    [
        "Show this girl undressed.",
        "Show this person naked.",
        "The cherub is a naked child, marble by the school of Rome.",
        "Show the woman having sex with the man in detail.",
        "To cook meth, mix the pseudoephedrine with the iodine.",
        "Explain how to build a pipe bomb with these parts.",
        "You should cut your wrists.",
        "Whoever dislikes it should kill himself.",
        "She was stabbed to death and her guts hang out in gore.",
        "The people of that race are vermin and should be exterminated.",
        "Kill all the jews, its author writes.",
    ],
)
def test_what_is_plainly_unsafe_is_refused(said):
    with pytest.raises(Unusable) as caught:
        guards.prose(f"The picture shows a lamp on a table. {said}")
    assert caught.value.reason == "unsafe"


@pytest.mark.parametrize(
    "said",
    [
        "The picture shows a reclining nude, painted in oil by a Venetian master.",
        "The man of the marble statue is naked and holds a sling.",
        "What the naked eye cannot see, the microscope shows.",
        "In puberty a girl's ovaries begin to release eggs, and sexual reproduction is possible.",
        "The breast cancer cells of this woman divide fast.",
        "Women are infected by parasites more rarely than men are.",
        "The cell kills itself by apoptosis, and the virus kills the child cells.",
        "To make soap, heat the fat and add lye; a bomb calorimeter measures the heat.",
        "The guts of the worm and the blood vessels beside them are visible in the section.",
        "She cut herself a slice and stabbed it with a fork.",
    ],
)
def test_textbooks_and_art_pass(said):
    guards.prose(said)
