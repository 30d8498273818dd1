"""Addresses and passwords, typed, defanged or spelt out, in questions and reasonings."""

from __future__ import annotations

import pytest

from vqva_crawl.clients.model import guards
from vqva_crawl.clients.model.leaks import without_addresses
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
        "Visit \uff45\uff56\uff49\uff4c\uff0e\uff43\uff4f\uff4d for it.",
        "Visit evil\u3002com for it.",
        "Visit evil\uff61com for it.",
        "Visit evil\u2024com for it.",
        "Visit \u4f8b\u5b50\u3002com for it.",
        "Look up [fe80::1] for it.",
        "Look up [2001:db8::1]/x for it.",
        "Look up fe80::1ff:fe23:4567:890a for it.",
        "Look up 2001:db8:0:0:1:0:0:1 for it.",
        "It looks like ![this](//evil/x) then.",
        "It looks like //evil/x then.",
        "Visit evil dot co for it.",
        "Visit evil-dot-com for it.",
        "Ask @evilbot for it.",
        "Ask (@evil_bot) for it.",
        "Call +1 555 123 4567 for it.",
        "Call +1 (555) 123-4567 for it.",
        "Call +4915112345678 for it.",
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
        "The clock shows [00:12:34], and the ratio is 1:2:4.",
        "It is +0.12345678 or +1.23456789 at +20 \u00b0C, from -5 to +10.",
        "A polka-dot cloth by a red dot co-moves // or not, at 3 @ 5 cm, and/or 1//2.",
        "The leaf opens\u3002CO\u2082 enters, 5 m\u00b2 of it\u2026 and then\u2026com.",
        "\u53f6\u5b50\u6253\u5f00\u3002DNA\u590d\u5236\u3002",
        "Electrons of 3d10 and 4s2 stay where they are, as does CYP2D6.",
    ],
)
def test_a_reasoning_may_name_models_sizes_and_formulas(text):
    guards.clean(text)


def test_other_signs_than_addresses_stay_as_they_are():
    text = "CO\u2082 and \uff36 \u3002 stay, 5 m\u00b2."
    assert without_addresses(text, "*") == text
    assert without_addresses("At evil\u3002com or @bots or fe80::1, then.", "*") == (
        "At * or * or * then."
    )
