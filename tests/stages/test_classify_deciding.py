"""The screen stage with a trained classifier."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from kinds_of_text import document, texts
from pydantic import ValidationError

from vqva_crawl import config, registry
from vqva_crawl.clients.fakes import ScriptedModel
from vqva_crawl.errors import ConfigError, ModelError, Unusable
from vqva_crawl.records import Document, Picture, Rejected
from vqva_crawl.stages.classify import ByClass, Classifier, by_class, check_screen, scripted
from vqva_crawl.stages.screen import Screen
from vqva_crawl.storage.calls import ModelCall


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("classifier") / "model"
    Classifier.train(*texts(25), seed=0).save(folder)
    return folder


def pictured(page: Document, count: int = 2) -> Document:
    facts = {"width": 300, "height": 200, "format": "png", "phash": "0" * 16, "size": 9}
    pictures = (
        Picture(sha256=f"{n:064x}", url=f"{page.url}{n}", fetched_at="", **facts)
        for n in range(count)
    )
    return page.model_copy(update={"pictures": tuple(pictures)})


def stage(model: Path, labeller=None, **more) -> Screen:
    keys = config.Screen(classifier=str(model), **more)
    made = by_class(keys, (), seed=0)
    return Screen(keys, ByClass(made.classifier, keys, labeller and (lambda page: labeller)))


async def test_documents_of_wanted_classes_go_on(model: Path):
    page = pictured(document("design_knowledge", 7))
    assert await stage(model)(page) is page


async def test_others_are_rejected_with_class_and_probability(model: Path):
    page = pictured(document("other", 7))
    verdict = await stage(model, min_probability=0.6)(page)
    assert isinstance(verdict, Rejected)
    assert (verdict.id, verdict.stage, verdict.reason) == (page.id, "screen", "class")
    assert "likeliest other (0." in verdict.detail
    assert "asked for 0.60" in verdict.detail
    chances = json.loads(verdict.payload)["probabilities"]
    assert chances["other"] > 0.5 > chances["design_knowledge"]


async def test_pictures_are_counted_first(model: Path):
    verdict = await stage(model)(pictured(document("other", 7), count=1))
    assert verdict.reason == "too_few_pictures"


async def test_only_borderline_documents_are_refined(model: Path):
    asked = []

    async def labeller(text, title, captions):
        asked.append(title)
        return "design_knowledge", "it shows how"

    page = pictured(document("other", 7))
    everything = stage(model, labeller, refine=(0.0, 1.0))
    assert await everything(page) is page
    assert asked == ["Page 7"]
    nothing = stage(model, labeller, refine=(0.5, 0.500001))
    assert (await nothing(page)).reason == "class"
    assert asked == ["Page 7"]


async def test_the_labeller_may_reject_too(model: Path):
    async def labeller(text, title, captions):
        return "other", "a shop"

    page = pictured(document("design_knowledge", 7))
    verdict = await stage(model, labeller, refine=(0.0, 1.0))(page)
    assert verdict.reason == "class"
    assert "a shop" in verdict.detail


async def test_without_a_usable_answer_the_classifier_decides(model: Path):
    async def refusing(text, title, captions):
        raise Unusable("refusal", "no")

    async def gone(text, title, captions):
        raise ModelError("no endpoint")

    page = pictured(document("design_knowledge", 7))
    assert await stage(model, refusing, refine=(0.0, 1.0))(page) is page
    with pytest.raises(ModelError):
        await stage(model, gone, refine=(0.0, 1.0))(page)
    verdict = await stage(model, refusing, refine=(0.0, 1.0), min_probability=0.99)(page)
    assert "the labeller gave no class: no (refusal)" in verdict.detail


async def test_a_model_is_asked_about_each_document_by_its_id(model: Path):
    told: list[ModelCall] = []
    said = '{"analysis": "a shop", "label": "other"}'
    keys = config.Screen(classifier=str(model), refine=(0.0, 1.0), labeller={"name": "vlm"})
    screen = Screen(keys, by_class(keys, (), 0, ScriptedModel([said, said]), told.append))
    pages = [pictured(document("design_knowledge", n)) for n in (7, 8)]
    verdicts = [await screen(page) for page in pages]
    assert [verdict.reason for verdict in verdicts] == ["class", "class"]
    assert [(c.role, c.document, c.record, c.text) for c in told] == [
        ("labeller", page.id, page.id, said) for page in pages
    ]


def test_a_labeller_that_asks_no_model_is_made_once(model: Path):
    made = []

    @registry.labeller("slow to make")
    def slow(context):
        made.append(context)
        return scripted({})

    keys = config.Screen(classifier=str(model), refine=(0, 1), labeller={"name": "slow to make"})
    decides = by_class(keys, (), seed=0)
    assert decides.labeller(document("other", 1)) is decides.labeller(document("other", 2))
    assert len(made) == 1


def test_no_classifier_no_question():
    assert by_class(config.Screen(), (), seed=0) is None
    check_screen(config.Screen())


def test_the_labeller_of_the_band_is_looked_up_by_name(model: Path):
    band = {"classifier": str(model), "refine": (0.4, 0.6)}
    assert by_class(config.Screen(**band), (), seed=0).labeller is not None
    with pytest.raises(ConfigError, match="no labeller named 'nobody'"):
        check_screen(config.Screen(**band, labeller={"name": "nobody"}))


@pytest.mark.parametrize(
    ("keys", "said"),
    [({"classifier": "nowhere"}, "nowhere"), ({"classes": ["reasoning"]}, "knows none of them")],
)
def test_a_classifier_of_no_use_is_found_before_a_run(model: Path, keys: dict, said: str):
    with pytest.raises(ConfigError, match=said):
        check_screen(config.Screen(**{"classifier": str(model), **keys}))


@pytest.mark.parametrize(
    "keys",
    [{"refine": (0.6, 0.4)}, {"refine": (0.2, 1.4)}, {"classes": ["other"]}, {"classes": []}],
)
def test_wrong_values_are_refused(keys: dict):
    with pytest.raises(ValidationError):
        config.Screen(**keys)
