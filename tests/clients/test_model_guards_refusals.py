"""A model that declines or says what it is, anywhere in a text; people who think aloud do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vqva_crawl.clients.model import guards
from vqva_crawl.clients.model.refusals import refusal
from vqva_crawl.errors import Unusable

BEFORE = "The request wants to see this seedling some days later. Light lets the leaves unfold. "
AFTER = " The finished picture shows the same pot with an upright stem and two open leaves."


@pytest.mark.parametrize(
    "said",
    [
        "I'm unable to view images directly, so I assume it shows soft shapes.",
        "I’m unable to see the picture, so I will assume that it shows a shoot.",
        "As an AI language model, I can't see the picture, but it grows.",
        "As a language model I can not see pictures, so I guess.",
        "I am just an AI and have no eyes.",
        "As a multimodal AI model, I describe what I am given.",
        "There is no image provided. I assume it is a bean.",
        "There is no image attached to this conversation, so please upload one.",
        "I'm unable to view the two images, please upload them again.",
        "Unfortunately, I cannot access the images you have shared.",
        "I do not have access to the pictures.",
        "I don't have the ability to look at photos.",
        "No images were provided with the request.",
        "The images you mentioned were not uploaded.",
        "The second file did not load; please re-upload it.",
        "Please provide the image again so I can help.",
        "Sorry, but I cannot write this question for you today.",
        "I'm sorry, but I can't assist with that.",
        "I cannot generate images, but the stem would be longer.",
        "I can't help with this request.",
        "I must decline to describe the person.",
        "My apologies, I am not able to identify it.",
        "I apologize for the confusion in the sentence before.",
        "Without seeing the image, I can only guess.",
        "The picture seems to be missing, so I describe a bean in general.",
        "Being an AI, I have no eyes.",
        "Based on my training data, a bean grows upright.",
        "If you could provide the image, I would be able to help.",
        "You haven't provided any image.",
        "I don't see any pictures in your message.",
        "I won't be able to help with that.",
        "The images are not visible to me.",
        "I can't draw this for you, sorry.",
        "This picture is not something I can assist with.",
        "It is not possible for me to comply.",
        "It isn\u2019t possible for me to draw it.",
        "I cannot help [/x] with that.",
        "I cannot, sadly, help with that.",
        "This request falls outside what I can do.",
        "It is beyond my capabilities.",
        "I would rather not describe it.",
        "I prefer not to write about people.",
        "I refuse to answer.",
        "I am sorry to say that it is not done.",
        "I don't think I can help with this.",
        "I lack the means to edit pictures.",
        "There is nothing I can do here.",
        "This isn't something I'm comfortable with.",
        "This request cannot be fulfilled.",
        "It is not in my power to help with it.",
        "I have been told not to answer this.",
        "I am not designed for this kind of task.",
    ],
)
def test_a_refusal_is_told_wherever_it_stands(said):
    for text in (said, BEFORE + said, BEFORE + said + AFTER):
        with pytest.raises(Unusable) as caught:
            guards.prose(text)
        assert caught.value.reason == "refusal", text


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("Als KI-Sprachmodell kann ich dazu leider nichts sagen.", "de"),
        ("Ich kann die Bilder leider nicht sehen, sie fehlen in der Nachricht.", "de"),
        ("En tant que modèle de langage, je ne vois rien de la plante.", "fr"),
        ("Como modelo de lenguaje, no tengo ojos para ver la planta.", "es"),
        ("作为一个人工智能语言模型，我无法看到这张图片。", "zh"),
    ],
)
def test_refusals_in_other_languages(said, language):
    with pytest.raises(Unusable, match="refusal"):
        guards.prose(said, language)


@pytest.mark.parametrize(
    "said",
    [
        "I cannot see the far side of the object, so I work it out from its symmetry.",
        "I can't see the picture's lower edge, but the pot must stand on something.",
        "I cannot see the picture changing without a source of light.",
        "I am unable to tell from the shadow alone how high it is.",
        "I see no image on the screen of the laptop, so it is switched off.",
        "There is no picture on the wall behind it.",
        "The image formed by the lens is not visible on the left.",
        "I can't open the lid any further, because the hinge stops it.",
        "I do not see any image in the mirror; it is turned away.",
        "I cannot answer that from the colour, but the shape tells it.",
        "It was painted as an AI portrait of a dancer would be.",
        "As an assistant holds the rope, the climber goes on.",
        "A model of the language of bees stands beside it.",
        "Please provide a picture of this plant a year later.",
        "Could you show me this picture after the lid is closed?",
        "Sorry to bother you, but how does this object look once it is open?",
        "I'm sorry to see it go, but the leaf has to fall.",
        "No picture hangs there, and the wall is bare.",
        "The image is not sharp at its edge, so the lens was moved.",
        "Please attach the handle to this cup and show me the result.",
        "Unfortunately, the petals fall after a week.",
        "I don't have to guess the colour, as the stem gives it away.",
        "I could not see the picture clearly, can you make it sharper?",
        "I don't have the ability to fold this; what would it look like?",
        "I cannot draw; could you turn this photo into a pencil sketch?",
        "I'd like to see the image in black and white.",
        "I'm sorry for the bird, but its nest is gone.",
        "Could you send this drawing back in colour?",
        "I do not think that the image could load the scale any further.",
        "I can't draw this myself; show it as a pencil sketch.",
        "I'd rather have this in blue, and would rather not see the wall.",
        "It is not possible for me to reach the lid; what is under it?",
        "This picture is not something I can hang yet; add a frame.",
        "This is not a knot I can make, so show me each loop.",
        "This vase is beyond what I can repair; show it whole.",
        "There is nothing I can see in the dark; light it.",
        "Nothing I can do here helps, so repair this cup.",
        "I cannot make out the letters. Make them larger.",
        "I could not complete the puzzle, so show it complete.",
        "I don't like this wall. Paint it green.",
        "Show me the gate that I have to pass on this map.",
        "The door refuses to open. Show it open.",
        "Sorry, I dropped it: show this vase in pieces.",
        "Sorry, this is not the right side. Flip it.",
        "My apologies to the cat, but what does this room look like without it?",
    ],
)
def test_a_person_who_thinks_aloud_is_no_model_that_declines(said):
    guards.prose(said)
    guards.prose(BEFORE + said + AFTER)
    guards.answered(said, "stop")


@pytest.mark.parametrize(
    "said",
    [
        "Sorry, no can do.",
        "Sorry!",
        "Oh, sorry, that is not something I do.",
        "My apologies, but this request falls outside what is done here, not within it.",
        "Sorry. That isn't possible.",
        "I am afraid that is not possible.",
        "I'm afraid I can't do that.",
        "Nope, can't help here.",
        "Unable to comply.",
        "I cannot write this.",
    ],
)
def test_a_text_that_asks_for_nothing_and_does_nothing_is_a_refusal(said):
    with pytest.raises(Unusable, match="refusal"):
        guards.prose(said)


_SCRAPS = st.text("abc/= 1", max_size=12).flatmap(
    lambda text: st.sampled_from([f"[{text}]", f"({text})", f"<{text}>", "**", "...", "\u2026"])
)


@given(
    st.sampled_from(["I cannot help with that.", "As an AI model, I am blind.", "I must decline."]),
    st.integers(0, 6),
    _SCRAPS,
)
def test_a_scrap_between_two_words_hides_no_refusal(said, place, scrap):
    words = said.split()
    words.insert(place, scrap)
    assert refusal(" ".join(words))


def test_an_answer_that_begins_with_a_refusal_is_one_and_a_record_is_none():
    with pytest.raises(Unusable, match="refusal"):
        guards.answered("There is no image attached. Please upload it again.", "stop")
    guards.answered('{"analysis": "I cannot see the picture at all", "score": 0}', "stop")
    guards.answered(BEFORE * 8 + "I cannot see the picture.", "stop")
