"""Who writes of two pictures, of what it was told or of a page; and who writes of a picture."""

from __future__ import annotations

import pytest

from vqva_crawl.agents.vlm.references import of_a_page, of_a_source, of_the_pair


@pytest.mark.parametrize(
    "text",
    [
        "In the left image the candle is tall, and in the right image it is short.",
        "The input image shows a tall candle, the output image a short one.",
        "The initial image has a tall candle.",
        "The original image and the final image differ.",
        "The latter image has a shorter candle.",
        "Looking at both images side by side, the candle is shorter.",
        "The expectation says the wick is bent.",
        "Given the expected result, the candle has to be shorter.",
        "We are told that a right answer is a shorter candle.",
        "The hint says that it gets shorter.",
        "The answer shows a shorter candle.",
        "This matches the answer.",
        "The user provided two images.",
        "I need to pretend I have not seen the answer.",
        "Transform the input image into the output image.",
        "Modify the source image to look like the edited image.",
        "How does the left image become the right image?",
        "Using the reference image, draw this object opened.",
        "How does this look in the other picture?",
        "How does picture number seven look beside this one?",
        "This equals the target that I was handed.",
        "It is open, as the pair supplied to me shows.",
        "Looking at the solution, that fits.",
        "This makes a good training sample.",
        "It is a good one for the dataset.",
    ],
)
def test_words_that_tell_of_a_pair_or_of_an_answer(text):
    assert of_the_pair(text)


@pytest.mark.parametrize(
    "text",
    [
        "According to the passage, it takes an hour.",
        "As stated in the text, the wick is bent.",
        "As described in the document, this takes an hour.",
        "How does this object change according to the text?",
        "Looking at the page's second diagram, what comes next?",
        "See chapter four: how does this look?",
        "What happens next, as illustrated below?",
        "How does this plant look in Fig above?",
        "How does this look in the screenshot that follows?",
        "How does this look after step 4 of the walkthrough?",
        "Show what the previous step of the guide looks like.",
        "What does the next slide of this deck show?",
        "As the handout explains, how does this plant look later?",
        "Treat this picture as the lesson does and show it.",
    ],
)
def test_words_that_tell_of_a_page(text):
    assert of_a_page(text)
    assert of_a_source(text)


@pytest.mark.parametrize(
    "text",
    [
        "The page of the book beside it stays open at page 12.",
        "The figure 8 on the stand stays.",
        "The caption field of the dialog stays blank.",
        "The website in the browser window stays open.",
        "The tutorial window in the game closes.",
        "The first image that comes to mind is a film strip.",
        "Please draw the caption bubble of this comic figure empty.",
        "The left half of the picture is darker, and the left panel has two bars.",
        "The left picture on the wall and the right picture on the wall stay.",
        "The output image of the camera is upside down.",
        "The final image has to show two leaves.",
        "As the text on the label says, it burns for an hour.",
        "The key matches the target value.",
        "The answer is that it gets shorter.",
        "As the instructions on the box say, it burns for four hours.",
        "Looking at the solution in the flask, it turns blue after the step.",
        "The pictures we are fond of hang beside the figs above the shelf.",
        "The guide of the saw, the slides of the microscope and the handout on the desk stay.",
        "The points of the data set and the target stay; the training of the horse follows.",
    ],
)
def test_what_a_picture_holds_is_no_reference(text):
    assert not of_the_pair(text)
    assert not of_a_page(text)


def test_a_page_number_and_a_figure_of_the_page_are_still_told():
    assert of_a_page("It is the same on page 12.")
    assert of_a_page("Figure 8 shows it.")


@pytest.mark.parametrize(
    "text",
    [
        "What is the difference between the two?",
        "What differs between A and B?",
        "What changed from the first to the second?",
        "How does the one on the left become the one on the right?",
        "How does this look when turned into the other one?",
        "Describe the answer.",
        "How does the reference look compared with this one?",
        "How does the solution look for this one?",
        "How did they get the result shown?",
    ],
)
def test_a_question_of_nothing_but_the_pair_is_told(text):
    assert of_a_source(text)


@pytest.mark.parametrize(
    "text",
    [
        "What is the difference between the two leaves on this plant?",
        "How does the line between A and B look once it is bent?",
        "How do you get from A to B on this map?",
        "Show the answer key of this piano lit up.",
        "Draw the solution of this maze in red.",
        "How does the solution look after an hour in this flask?",
        "What changes between the two halves of this object when it is opened?",
    ],
)
def test_a_question_of_two_things_in_the_picture_is_none(text):
    assert not of_a_source(text)
    assert not of_the_pair(text)
