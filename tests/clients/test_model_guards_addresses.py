"""Addresses and passwords, typed, defanged or spelt out, in questions and reasonings."""

from __future__ import annotations

import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vqva_crawl.clients.model import guards
from vqva_crawl.clients.model.addresses import address, without_addresses
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
        "See h t t p s : / / evil for it.",
        "See hxxp evil com for it.",
        "See magnet:?xt=urn or the like.",
        "See bitcoin:1A1z for it.",
        "See doi:10.1000/182 for it.",
        "See doi 10.1000/182 for it.",
        "See evil%2Ecom for it.",
        "See %65%76%69%6c for it.",
        "See 192[.]168[.]0[.]1 for it.",
        "See evil [dot] photography for it.",
        "See evil dot photography for it.",
        "See the way evil dot photography does it.",
        "See evil dot is slash abc for it.",
        "See evil. com for it.",
        "See t . me / abc for it.",
        "See e v i l . c o m for it.",
        "See evil.c0m/xyz for it.",
        "See localhost:8080 for it.",
        "Write to user (at) evil (dot) test about it.",
        "Write to user@evil about it.",
        "Call 555-123-4567 for it.",
        "Call (555) 123-4567 for it.",
        "Reach it by 555\u2013123\u20134567 then.",
        "Reach it by 020 7946 0958 then.",
        "Reach it by 01 23 45 67 89 then.",
        "Text us at 1234567 for it.",
    ],
)
def test_an_address_is_one_in_every_spelling(text):
    for check in (guards.plain, guards.clean):
        with pytest.raises(Unusable, match="leak"):
            check(text)


_WORD = st.text(string.ascii_lowercase, min_size=2, max_size=12)
_SIGNS = ("://", "@", "[.]", "(dot)", " (at) ", "%2E", ":8080", ".com/", " [.] ")


@given(_WORD, st.sampled_from(_SIGNS), _WORD)
def test_no_sign_of_an_address_passes_between_two_words(left, sign, right):
    right = "" if sign == ":8080" else right
    assert address(f"Show it as {left}{sign}{right} does.")


@given(_WORD, st.sampled_from(_SIGNS), _WORD)
def test_nothing_of_an_address_is_left_beside_its_blot(left, sign, right):
    right = "" if sign == ":8080" else right
    assert without_addresses(f"SO {left}{sign}{right} DOES", "*") == "SO * DOES"


@pytest.mark.parametrize("piece", ["a-", "1-", "a.", "%2", "0 ", "a dot ", "a b . ", "a[", "x@"])
def test_no_text_keeps_the_guard_busy(piece):
    begun = time.process_time()
    without_addresses(piece * 5000, "*")
    assert time.process_time() - begun < 20


_NUMBER = st.integers(1, 9999)


@given(
    _NUMBER,
    st.sampled_from((":", "-", " - ", "x", " x ", " to ", "/", ", ", " and ", "%-")),
    _NUMBER,
    st.sampled_from(("", " mm", " pixels", "%", " degrees", " people")),
)
def test_ratios_ranges_and_sizes_are_no_addresses(one, sign, other, unit):
    assert address(f"Show the same scene at {one}{sign}{other}{unit} again.") == ""


@given(st.datetimes(), st.sampled_from(("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%H:%M:%S", "%H:%M")))
def test_dates_and_times_are_no_addresses(moment, form):
    assert address(f"Show the text {moment:{form}} on it, at {moment:{form}}.") == ""


@pytest.mark.parametrize(
    "text",
    [
        "Make it 50% brighter. Come closer. Use f/2.8 and/or 100mm@f/4, 20%-30% darker.",
        "It lies at 48.8584, 2.2945, that is 48\u00b051'29\"N 2\u00b017'40\"E, scale 1:50000.",
        "Move it from x:100, y:200 to ISO:100, the text 10 000 000 or 255 255 255.",
        "Trees dot the hill; turn red dot by red dot blue, or a polka dot dress.",
        "The small black dot grows, and the dot product of dot patterns is drawn.",
        "It waits . . . then opens. Networks of roots grow; the phone of 1080 x 2400 stays.",
    ],
)
def test_ordinary_requests_hold_no_address(text):
    assert address(text) == ""


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
