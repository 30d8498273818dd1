"""A model that declines or says what it is, anywhere in a text; people who think aloud do not."""

from __future__ import annotations

import pytest

from vqva_crawl.clients.model import guards
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
    ],
)
def test_a_person_who_thinks_aloud_is_no_model_that_declines(said):
    guards.prose(said)
    guards.prose(BEFORE + said + AFTER)
    guards.answered(said, "stop")


def test_an_answer_that_begins_with_a_refusal_is_one_and_a_record_is_none():
    with pytest.raises(Unusable, match="refusal"):
        guards.answered("There is no image attached. Please upload it again.", "stop")
    guards.answered('{"analysis": "I cannot see the picture at all", "score": 0}', "stop")
    guards.answered(BEFORE * 8 + "I cannot see the picture.", "stop")
