"""Screens of pictures: whom they refuse, what becomes of the picture, what goes wrong with them."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Any

import numpy as np
import pytest
from drawn_pages import form, page
from drawn_pictures import THEN, URL, diagram, encoded, photo, plot
from PIL import Image, ImageDraw
from skimage import data
from test_images import FakeFetcher, Here, Memory, image, run
from test_images import page as document_of

from vqva_crawl import config, masking, registry
from vqva_crawl.clients.journaled import Journaled
from vqva_crawl.clients.workers import Workers
from vqva_crawl.errors import ConfigError
from vqva_crawl.records import Rejected
from vqva_crawl.stages.images import CheckedPicture, Decoded, Images, Refusal, check
from vqva_crawl.stages.images.screens import check_screens, opening, screens_of
from vqva_crawl.storage.journal import Journal

PLAIN, OTHER = encoded(photo(seed=1), "PNG"), encoded(photo(seed=2), "PNG")
KEY = "canary-key-9876543210"


@pytest.fixture(autouse=True)
def own_registry() -> Iterator[None]:
    """What a test registers is gone after it."""
    opening._all.cache_clear()
    before = dict(registry._registry), dict(registry._options)
    yield
    for now, then in zip((registry._registry, registry._options), before, strict=True):
        now.clear()
        now.update(then)


def astronaut() -> Image.Image:
    return Image.fromarray(data.astronaut())


def looked_at(picture: Image.Image | bytes, *screens: Any) -> CheckedPicture | Refusal:
    images = config.Images(screens=screens)
    check_screens(images)
    body = picture if isinstance(picture, bytes) else encoded(picture, "PNG")
    return check(body, URL, THEN, images, screens_of(images, ()))


def stage(
    files: dict[str, bytes], *screens: Any, cpu: Any = None, plugins: tuple[str, ...] = ()
) -> tuple[Images, FakeFetcher, Memory, list[str]]:
    """(the stage, who serves, what is stored, what the cache was told to forget)."""
    images = config.Images(screens=screens)
    served, stored, forgotten = FakeFetcher(files), Memory(), list[str]()
    given = (cpu or Here(), stored, {}.get, images, screens_of(images, plugins), forgotten.append)
    return Images(served, *given), served, stored, forgotten


# The built-in ones ----------------------------------------------------------------------------


def test_a_face_is_refused_where_that_is_asked_for() -> None:
    refused = looked_at(astronaut(), "faces")
    assert isinstance(refused, Refusal)
    assert (refused.reason, refused.another_day) == ("faces", False)
    assert isinstance(looked_at(astronaut()), CheckedPicture)


def test_a_face_smaller_than_the_least_share_does_not_count() -> None:
    large = {"name": "faces", "options": {"min_share": 0.6}}
    assert isinstance(looked_at(astronaut(), large), CheckedPicture)


def test_a_face_in_a_wide_picture_is_found_where_it_stands() -> None:
    wide = photo(1600, 512)
    wide.paste(astronaut(), (900, 0))
    refused = looked_at(wide, "faces")
    assert isinstance(refused, Refusal)
    width, height, left, top = map(int, re.findall(r"\d+", refused.detail)[1:])
    assert 900 + 150 < left < left + width < 900 + 300
    assert 30 < top < top + height < 230


@pytest.mark.parametrize("picture", [photo(), diagram(), plot()])
def test_pictures_of_other_things_pass(picture: Image.Image) -> None:
    assert isinstance(looked_at(picture, "faces", "documents"), CheckedPicture)


@pytest.mark.parametrize("turned", [0, 2])
@pytest.mark.parametrize("drawn", [page(), form()], ids=["page", "form"])
def test_a_page_of_text_is_refused(drawn: Image.Image, turned: int) -> None:
    refused = looked_at(drawn.rotate(turned, fillcolor="white"), "documents")
    assert isinstance(refused, Refusal)
    assert refused.reason == "documents"


def test_a_page_that_is_half_text_and_half_picture_passes() -> None:
    sheet = page()
    sheet.paste(photo(sheet.width, sheet.height * 6 // 10), (0, 0))
    assert isinstance(looked_at(sheet, "documents"), CheckedPicture)


def rows(pitches: Iterable[int], ground: int = 250, ink: int = 30, gap: int = 4) -> Image.Image:
    """Bars as high as a line of text, at these distances, with gaps as between words."""
    sheet = Image.new("RGB", (600, 800), (ground,) * 3)
    draw = ImageDraw.Draw(sheet)
    for y in accumulate(pitches):
        for x in range(0, 600, 8):
            draw.rectangle((x, y, x + 7 - gap, y + 9), (ink,) * 3)
    return sheet


def test_even_rows_alone_on_light_ground_are_text() -> None:
    def passes(drawn: Image.Image) -> bool:
        return isinstance(looked_at(drawn, "documents"), CheckedPicture)

    assert not passes(rows([25] * 30))
    assert passes(rows([20, 38] * 13))
    assert passes(rows([25] * 30, ground=90, ink=0))
    assert passes(rows([25] * 30, gap=0)), "ruled lines"


# Anybody's ------------------------------------------------------------------------------------


def test_what_a_screen_does_to_the_pixels_nobody_else_sees() -> None:
    def shrink(found: Decoded) -> str:
        found.pixels.thumbnail((16, 16))
        found.grey.close()
        return ""

    registry.register("picture_screen", "shrinks", lambda options: shrink)
    assert looked_at(page(), "shrinks", "documents") == looked_at(page(), "documents")
    assert looked_at(photo(), "shrinks") == looked_at(photo())


@pytest.mark.parametrize("raised", [KeyboardInterrupt, GeneratorExit, SystemExit])
def test_a_screen_cannot_end_the_run(raised: type[BaseException]) -> None:
    def stop(found: Decoded) -> str:
        raise raised

    registry.register("picture_screen", "stops", lambda options: stop)
    refused = looked_at(photo(), "stops")
    assert isinstance(refused, Refusal)
    assert refused.reason == "screen_failed"


def test_an_async_screen_is_refused_before_a_run_begins() -> None:
    async def late(found: Decoded) -> str:
        return "face"

    class Later:
        __call__ = staticmethod(late)

    for name, screen in (("late", late), ("later", Later())):
        registry.register("picture_screen", name, lambda options, screen=screen: screen)
        with pytest.raises(ConfigError, match=rf"screens\.0: '{name}' gives an async function"):
            looked_at(photo(), name)


def test_a_screen_sees_pixels_and_the_bytes_that_were_sent_and_those_to_be_stored() -> None:
    seen: list[Decoded] = []
    registry.register("picture_screen", "looks", lambda options: lambda f: seen.append(f) or "")
    body = encoded(photo(), "JPEG", comment=b"at home")
    assert isinstance(looked_at(body, "looks"), CheckedPicture)
    (found,) = seen
    assert found.sent == body
    assert found.picture.sha256 == hashlib.sha256(found.body).hexdigest()
    assert b"at home" not in found.body
    assert np.asarray(found.pixels).shape == (240, 320, 3)


def test_where_a_screen_cannot_be_opened_no_picture_passes() -> None:
    opened = iter([lambda found: ""])  # once, to see whether the config is good
    registry.register("picture_screen", "fickle", lambda options: next(opened))
    said = "'fickle' could not be opened: StopIteration"
    assert looked_at(PLAIN, "fickle") == Refusal("screen_failed", said)


def test_a_screen_that_runs_out_of_memory_is_no_screen_that_failed() -> None:
    def eat(found: Decoded) -> str:
        raise MemoryError

    registry.register("picture_screen", "eats", lambda options: eat)
    with pytest.raises(MemoryError):
        looked_at(PLAIN, "eats")


def test_of_a_screen_that_says_much_one_line_is_kept() -> None:
    registry.register("picture_screen", "talks", lambda options: lambda found: "No. " * 9999)
    refused = looked_at(PLAIN, "talks")
    assert isinstance(refused, Refusal)
    assert refused.detail == ("No. " * 50)


def test_the_first_that_refuses_gives_the_reason() -> None:
    for name in ("one", "two"):
        registry.register("picture_screen", name, lambda options: lambda found: options["says"])
    choices = [{"name": n, "options": {"says": s}} for n, s in (("one", ""), ("two", "a\nb"))]
    assert looked_at(PLAIN, *choices) == Refusal("two", "a b")


def raising(found: Decoded) -> str:
    raise SystemExit(f"no model for {found.picture.format}")


@pytest.mark.parametrize(
    ("screen", "said"),
    [
        (raising, "broken: RuntimeError: screen broken tried to end the program"),
        (lambda found: None, "broken gave NoneType, not text"),
        (lambda found: 1 / 0, "broken: ZeroDivisionError: division by zero"),
    ],
)
async def test_what_a_screen_that_fails_should_have_seen_is_not_kept(
    screen: Any, said: str
) -> None:
    registry.register("picture_screen", "broken", lambda options: screen)
    images, _, stored, forgotten = stage({"a.png": PLAIN}, "broken")
    _, rejected = await run(images, document_of(image("a.png")))
    assert rejected == {"a.png": "screen_failed"}
    assert not stored
    assert len(forgotten) == 1
    assert looked_at(PLAIN, "broken") == Refusal("screen_failed", said)


@pytest.mark.parametrize(
    ("screen", "said"),
    [
        (lambda found: {}[f"Bearer {KEY}"], "asks: KeyError: 'Bearer ***'"),
        (lambda found: f"said to {KEY}", "said to ***"),
    ],
)
async def test_what_a_screen_raises_or_says_is_told_without_the_keys_in_use(
    screen: Any, said: str
) -> None:
    masking.secret(KEY)
    registry.register("picture_screen", "asks", lambda options: screen)
    images, *_ = stage({"a.png": PLAIN}, "asks")
    _, lost = await images(document_of(image("a.png")))
    assert isinstance(lost, Rejected)
    assert lost.detail == said


async def test_a_refused_picture_is_tried_in_no_other_size_and_asked_for_once() -> None:
    files = {"large.png": encoded(astronaut(), "PNG"), "small.png": PLAIN, "b.png": OTHER}
    images, served, stored, forgotten = stage(files, "faces")
    shown = document_of(image("small.png", full="large.png"), image("b.png"))
    for _ in range(2):  # it stands on two pages
        document, rejected = await run(images, shown)
        assert rejected == {"small.png": "faces"}
        assert len(document.pictures) == len(stored) == 1
    assert served.asked["large.png"] == 1
    assert served.asked["small.png"] == 0
    assert forgotten == ["http://site.test/large.png"]


async def test_without_screens_refused_pictures_stay_in_the_cache() -> None:
    images, _, _, forgotten = stage({"a.png": PLAIN[:-3000]})
    _, rejected = await run(images, document_of(image("a.png")))
    assert rejected == {"a.png": "truncated"}
    assert forgotten == []


async def test_of_a_refused_picture_no_damaged_size_is_kept_either() -> None:
    face = encoded(astronaut(), "PNG")
    images, _, _, forgotten = stage({"large.png": face[:-3000], "small.png": face}, "faces")
    _, rejected = await run(images, document_of(image("small.png", full="large.png")))
    assert rejected == {"small.png": "faces"}
    assert forgotten == ["http://site.test/large.png", "http://site.test/small.png"]


@pytest.mark.parametrize("left", ["os._exit(9)", "raise ValueError('odd')"])
async def test_in_a_child_process_a_users_screen_costs_no_other_picture(
    tmp_path, monkeypatch: pytest.MonkeyPatch, left: str
) -> None:
    code = f"""
import os
import vqva_crawl as vc

@vc.picture_screen("narrow")
def narrow(options):
    def screen(found):
        if found.picture.width < found.picture.height:
            {left}
        return "wide" if found.picture.width > options["most"] else ""
    return screen
"""
    (tmp_path / "my_narrow_screen.py").write_text(code)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "my_narrow_screen", raising=False)
    registry.load_plugins(("my_narrow_screen",))
    workers = Workers(1)
    journal = Journal(tmp_path / "journal")
    try:
        files = {
            "tall.png": encoded(photo(200, 240), "PNG"),
            "wide.png": encoded(photo(500, 240), "PNG"),
            "good.png": encoded(photo(320, 240), "PNG"),
        }
        choice = {"name": "narrow", "options": {"most": 400}}
        images, _, stored, forgotten = stage(files, choice, cpu=Journaled(workers, journal))
        document, rejected = await run(images, document_of(*map(image, files)))
    finally:
        journal.close()
        await workers.aclose()
    died = "poison" if "exit" in left else "screen_failed"
    assert rejected == {"tall.png": died, "wide.png": "narrow"}
    assert len(document.pictures) == len(stored) == 1
    assert {os.path.basename(url) for url in forgotten} == {"tall.png", "wide.png"}


async def test_in_a_child_process_a_plug_in_may_register_what_another_module_made(
    tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "my_making.py").write_text("def make(options):\n    return lambda found: 'no'\n")
    code = "import vqva_crawl as vc, my_making\nvc.picture_screen('made')(my_making.make)\n"
    (tmp_path / "my_naming.py").write_text(code)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "my_naming", raising=False)
    registry.load_plugins(("my_naming",))
    workers = Workers(1)
    try:
        images, *_ = stage({"a.png": PLAIN}, "made", cpu=workers, plugins=("my_naming",))
        _, rejected = await run(images, document_of(image("a.png")))
    finally:
        await workers.aclose()
    assert rejected == {"a.png": "made"}


# What a config may say ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("screens", "said"),
    [
        (["face"], "images.screens.0: no picture_screen named 'face' (known: documents, faces)"),
        (
            ["faces", {"name": "documents", "options": {"share": 1}}],
            "images.screens.1.options.share: unknown key; picture_screen 'documents' takes min_s",
        ),
        ([{"name": "faces", "options": {"min_share": 2}}], "images.screens.0.options.min_share: "),
    ],
)
def test_a_wrong_screen_is_named_before_a_run(screens: list[Any], said: str) -> None:
    with pytest.raises(ConfigError) as raised:
        check_screens(config.Images(screens=screens))
    assert str(raised.value).startswith(said)


def test_without_the_extra_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "skimage.feature", None)
    with pytest.raises(
        ConfigError, match=r"^images.screens.0: .*pip install 'vqva-crawl\[faces\]'$"
    ):
        check_screens(config.Images(screens=["faces"]))


def test_a_screen_that_cannot_be_opened_ends_it_before_a_run() -> None:
    registry.register("picture_screen", "lost", lambda options: options["list"])
    with pytest.raises(
        ConfigError, match=r"^images.screens.0: 'lost' could not be opened: KeyError"
    ):
        check_screens(config.Images(screens=["lost"]))


def test_a_screen_of_the_script_itself_is_refused() -> None:
    def mine(options: object) -> object:
        return lambda found: ""

    mine.__module__ = "__main__"
    registry.register("picture_screen", "mine", mine)
    with pytest.raises(ConfigError, match="put it into a module and name that in plugins"):
        check_screens(config.Images(screens=["mine"]))
