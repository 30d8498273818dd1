"""Texts in another language or script than their page's, short ones too."""

from __future__ import annotations

import pytest

from vqva_crawl.clients.model import guards
from vqva_crawl.errors import Unusable

QUESTIONS = {
    "de": [
        "Wie sieht dieses Objekt aus, nachdem es vollständig geöffnet worden ist?",
        "Drehe dieses Bild nach links, bitte.",
        "Zeige einen Querschnitt durch den Stamm in diesem Bild.",
    ],
    "fr": [
        "À quoi ressemble cet objet une fois entièrement ouvert ?",
        "Montre cette plante après deux semaines de croissance.",
    ],
    "es": [
        "¿Cómo se ve este objeto después de abrirlo por completo?",
        "Muestra esta planta dos semanas más tarde.",
    ],
    "it": ["Come appare questo oggetto dopo essere stato aperto del tutto?"],
    "pt": ["Como fica este objeto depois de ser aberto por completo?"],
    "nl": ["Hoe ziet dit voorwerp eruit nadat het helemaal geopend is?"],
    "pl": ["Jak wygląda ten przedmiot po całkowitym otwarciu?"],
    "tr": ["Bu nesne tamamen açıldıktan sonra nasıl görünür?"],
    "nb": ["Hvordan ser denne gjenstanden ut når den er helt åpnet?"],
    "ru": ["Как выглядит этот предмет после того, как его полностью открыли?"],
    "zh": ["这个物体完全打开以后是什么样子？"],
    "en": [
        "How does this object look once it has been pulled open to its full height?",
        "Rotate this picture by 90 degrees.",
        "Show this cell after mitosis.",
        "Cut this trunk open; what does its cross-section show?",
        "Redraw this Art Nouveau poster in the style of the Bauhaus.",
        "Show the angle α of this triangle after ΔT = 40 K, in μm.",
        "Show this Ångström curve with a Fresnel lens beside it.",
    ],
}
EVERY = [(language, text) for language, texts in QUESTIONS.items() for text in texts]


@pytest.mark.parametrize(("language", "text"), EVERY)
def test_a_question_passes_on_a_page_of_its_language_alone(language, text):
    guards.in_language(text, language)
    for other in ("en", "de", "zh"):
        if other != language:
            with pytest.raises(Unusable) as caught:
                guards.in_language(text, other)
            assert caught.value.reason == "language"


def test_a_german_reasoning_on_an_english_page_is_refused_however_short():
    said = (
        "Die Anfrage will wissen, wie diese Pflanze nach einer Woche aussieht. "
        "Das Bild zeigt einen blassen Spross."
    )
    with pytest.raises(Unusable, match="language"):
        guards.prose(said)
    guards.prose(said, "de")


def test_one_sentence_of_another_language_is_language_mixing():
    said = (
        "The request asks how this plant looks after a week. "
        "Das Licht lässt die Blätter aufgehen, weil die Zellen Wasser aufnehmen. "
        "The finished picture shows the same plant, taller, with two flat green leaves."
    )
    with pytest.raises(Unusable, match="Das Licht"):
        guards.prose(said)


@pytest.mark.parametrize(
    "text",
    [
        "How does this object look 打开 once it is opened fully up?",
        "The leaf opens because её клетки take up water.",
        "The stem is longer, and the نبات stands upright.",
        "The word φωτοσύνθεση explains why the leaf is green.",
    ],
)
def test_one_word_of_another_script_is_language_mixing(text):
    with pytest.raises(Unusable, match="another script"):
        guards.in_language(text, "en")


ENGLISH = "The picture shows a folded body with a dark rim. The straps pull on it evenly."


@pytest.mark.parametrize(
    "more",
    [
        "La tapa se abre. El borde gira afuera. Las correas tiran bien.",
        "Das Bild zeigt eine offene Klappe.",
        "Bitte zeig es mir ganz genau.",
        "(这张图片显示了变化之后的样子)",
        "«这张图片显示了变化之后的样子»",
        "(Крышка открыта, и край повёрнут наружу.)",
        "«Кафе на углу у моря» «Кафе на углу у вокзала» «Кафе у моря и у порта»",
        "(η λέξη αυτή είναι ελληνική και μένει)",
    ],
)
def test_short_sentences_and_sentences_in_brackets_are_language_mixing(more):
    guards.in_language(ENGLISH, "en")
    with pytest.raises(Unusable, match="language"):
        guards.in_language(f"{ENGLISH} {more}", "en")


@pytest.mark.parametrize(
    "text",
    ["Muestra esta planta.", "Zeig dieses Bild.", "Ouvre cet objet.", "Mostra questa pianta."],
)
def test_three_words_tell_another_language_where_it_is_certain(text):
    with pytest.raises(Unusable, match="language"):
        guards.in_language(text, "en")


@pytest.mark.parametrize(
    "text",
    [
        "The signs «Кафе», «Бар» and «Кафе» stay, as does «Кафе» above.",
        "The characters (日), (月), (火), (水) and (木) stand in a row.",
        "Click on it. Turn the knob. Select “Datei öffnen”. Close it.",
        "Rotate it left.",
        "A cell of Homo sapiens (Plasmodium vivax, P. ovale, P. malariae) stays.",
        "The sign over the door reads «Кафе» and stays lit.",
        "Show this scroll with the character “水” written in running script.",
        "A dot turns the character (大) into the one for a dog.",
        'The poster says "Willkommen in unserem kleinen Dorf am See" in red.',
        "The capacitance is 5 μF and the wave length λ about 500 nm, ℵ₀ times.",
        "The Hawaiʻian coast is 2ª in the row.",
    ],
)
def test_what_is_quoted_from_the_picture_and_formulas_may_be_of_another_script(text):
    guards.in_language(text, "en")


def test_a_language_that_nobody_knows_is_not_checked():
    guards.in_language("How does this object look once it is open?", "tlh")
    guards.in_language("n/a", "de")
