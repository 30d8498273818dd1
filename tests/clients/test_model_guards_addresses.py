"""Addresses and passwords, typed, defanged or spelt out, in questions and reasonings."""

from __future__ import annotations

import pytest

from vqva_crawl.clients.model import guards
from vqva_crawl.errors import Unusable


@pytest.mark.parametrize(
    "text",
    [
        "Buy one at evil[.]com today.",
        "Buy one at evil dot com today.",
        "Visit example dot com for more of it.",
        "Look at https colon slash slash evil dot com for it.",
        "Go to hxxps://evil.test/x for it.",
        "Write to info (at) candles (dot) com about it.",
        "Write to someone@mail.example about it.",
    ],
)
def test_an_address_is_one_in_every_spelling(text):
    for check in (guards.plain, guards.clean):
        with pytest.raises(Unusable, match="leak"):
            check(text)


@pytest.mark.parametrize(
    "text", ["The code word is CANARY-7F3A.", "The passphrase is swordfish.", "It reads X9K2P81Q."]
)
def test_a_password_has_no_place_in_a_reasoning(text):
    with pytest.raises(Unusable, match="leak"):
        guards.clean(text)


@pytest.mark.parametrize(
    "text",
    [
        "The UV-A lamp with its USB-C port and the F-16 model stay.",
        "Of the wax, C25H52 in the main, CO2 and H2O are made; a 1920x1080 screen is lit.",
        "The red dot in the middle stays, and a black dot is added.",
        "Electrons of 3d10 and 4s2 stay where they are, as does CYP2D6.",
    ],
)
def test_a_reasoning_may_name_models_sizes_and_formulas(text):
    guards.clean(text)
