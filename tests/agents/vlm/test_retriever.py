"""What the retriever shows to its model, and what it leaves out to keep the price down."""

from __future__ import annotations

import hashlib
import json

from PIL import Image

from vqva_crawl.agents.base import AgentContext
from vqva_crawl.agents.vlm.retriever import retriever
from vqva_crawl.clients.fakes import ScriptedModel
from vqva_crawl.clients.model.pictures import Encoder
from vqva_crawl.records import Document, ImageItem, Target, TextItem
from webpages import photo, png

NOTHING = json.dumps({"analysis": "", "pairs": []})


def page(*pictures: tuple[Image.Image, int]) -> tuple[Document, AgentContext, ScriptedModel]:
    """A page with pictures, each in a figure (-1: in none), with four texts after each."""
    opened, items = {}, [TextItem(text="All about it", role="heading", level=1)]
    for n, (picture, figure) in enumerate(pictures):
        sha256 = hashlib.sha256(png(picture)).hexdigest()
        opened[sha256] = picture
        image = ImageItem(url=f"http://a.test/{n}.png", sha256=sha256, figure=figure)
        told = [TextItem(text=f"Text {m} after picture {n}.") for m in range(4)]
        items += [TextItem(text=f"Part {n}", role="heading", level=2), image, *told]
    target = Target(key="http://a.test/p", url="http://a.test/p")
    made = Document(url="http://a.test/p", items=tuple(items), target=target)
    model = ScriptedModel([NOTHING])
    encoder = Encoder(opened.__getitem__, 1024, 90)
    context = AgentContext(document=made, picture=opened.__getitem__, model=model, jpeg=encoder)
    return made, context, model


def seen(model: ScriptedModel) -> str:
    return model.asked[0].messages[-1].text if model.asked else ""


async def asked(*pictures: tuple[Image.Image, int], **options: object) -> str:
    made, context, model = page(*pictures)
    await retriever(made, AgentContext(**{**vars(context), "options": options}))
    return seen(model)


async def test_likely_pictures_share_a_figure_or_a_motif_and_a_page_without_any_costs_nothing():
    text = await asked((photo(1), 0), (photo(2), 0), (photo(3), -1), prefilter="likely")
    assert "has 2 numbered pictures" in text
    paler = Image.blend(photo(4), Image.new("RGB", photo(4).size, "white"), 0.4)
    text = await asked((photo(4), -1), (paler, -1), (photo(5), -1), prefilter="likely")
    assert "has 2 numbered pictures" in text
    assert not await asked((photo(1), -1), (photo(2), -1), prefilter="likely")


async def test_within_reach_are_headings_and_the_texts_around_a_picture():
    text = await asked((photo(1), 0), (photo(2), 0), reach=1)
    for kept in ("All about it", "Part 1", "Text 0 after picture 0.", "Text 0 after picture 1."):
        assert kept in text
    assert "Text 2 after picture 0." not in text
    assert "Text 2 after picture 0." in await asked((photo(1), 0), (photo(2), 0))
