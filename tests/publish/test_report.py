import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image

from vqva_crawl.publish.report import licence_name, web_address, write_report
from vqva_crawl.publish.summary import Summary, Triple
from vqva_crawl.publish.thumbnails import thumbnail
from vqva_crawl.records import Credit, Rejected

Triples = Callable[[int], list[Triple]]


class Text(HTMLParser):
    """The text and the attributes of a page."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.text = ""
        self.attributes: list[tuple[str, str, str | None]] = []
        self.feed(page.read_text("utf-8"))
        self.text = " ".join(self.text.split())

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value) for name, value in attrs]


def rejects(count: int) -> Iterator[Rejected]:
    for n in range(count):
        yield Rejected(
            id=f"{n:032x}",
            stage="filter" if n % 2 else "fetch",
            reason="context_score" if n % 2 else "http_404",
            detail=f"detail {n}",
            url=f"https://example.org/{n}",
        )


def test_the_page_says_everything_about_a_triple(
    tmp_path: Path, summary: Summary, triples: Triples
) -> None:
    sample, *_ = (one,) = triples(1)
    page = Text(write_report(tmp_path, summary, [one], []))
    sample = one.sample
    for said in (
        sample.instruction, *sample.variants, sample.reasoning, "World knowledge", "Temporal",
        sample.topic, sample.page_title, sample.page_url, sample.question.url, sample.query,
        sample.id, "it points at the picture", "320 × 240", "Licence unknown", "retriever:rules",
    ):  # fmt: skip
        assert said in page.text, said
    for said in ("12 triples", "limits.rounds reached", "http 404", "context score", "seed 0"):
        assert said in page.text, said


def test_each_picture_says_whose_it_is_and_where_that_was_stated(
    tmp_path: Path, summary: Summary, triple: Callable[..., Triple]
) -> None:
    by = "https://creativecommons.org/licenses/by/4.0/"
    file = "https://wiki.example.org/wiki/File:Frog.jpg"
    credits = {
        "question_credit": Credit(licence=by, author="Ann <Bee>", evidence=file),
        "answer_credit": Credit(licence="Public domain", author="Example Museum"),
    }
    path = write_report(tmp_path, summary, [triple(0, **credits)], [])
    said = " ".join(Text(path).text.split())
    assert f"CC BY 4.0 from {file} by Ann <Bee>" in said
    assert "Public domain by Example Museum" in said
    assert f'href="{file}"' in path.read_text()


def test_pictures_are_small_jpegs_named_by_hash(
    tmp_path: Path, summary: Summary, triples: Triples
) -> None:
    shown = triples(2)
    write_report(tmp_path, summary, shown, [])
    files = {path.name: path for path in (tmp_path / "pictures").iterdir()}
    assert set(files) == {
        f"{picture.sha256}.jpg" for t in shown for picture in (t.sample.question, t.sample.answer)
    }
    for path in files.values():
        with Image.open(path) as image:
            assert image.format == "JPEG"
            assert max(image.size) <= 420


def test_pictures_of_an_earlier_report_go(
    tmp_path: Path, summary: Summary, triples: Triples
) -> None:
    write_report(tmp_path, summary, triples(3), [])
    write_report(tmp_path, summary, triples(1), [])
    assert len(list((tmp_path / "pictures").iterdir())) == 2


def test_the_same_report_has_the_same_bytes(
    tmp_path: Path, summary: Summary, triples: Triples
) -> None:
    one = write_report(tmp_path / "a", summary, triples(4), rejects(9)).read_bytes()
    assert one == write_report(tmp_path / "b", summary, triples(4), rejects(9)).read_bytes()


def test_rejects_are_drawn_from_every_reason(tmp_path: Path, summary: Summary) -> None:
    many = [*rejects(5000), Rejected(id="f" * 32, stage="screen", reason="language", detail="la")]
    page = Text(write_report(tmp_path, summary, [], many))
    assert "240 dropped records" in page.text
    assert "Screen1 shown" in page.text
    assert "language" in page.text


def test_a_damaged_picture_is_said_so(tmp_path: Path, summary: Summary, triples: Triples) -> None:
    (one,) = triples(1)
    page = Text(write_report(tmp_path, summary, [one._replace(answer=b"GIF89a nonsense")], []))
    assert "This picture could not be drawn" in page.text
    assert [p.suffix for p in (tmp_path / "pictures").iterdir()] == [".jpg"]


def test_an_empty_run_has_a_report(tmp_path: Path) -> None:
    empty = Summary("r", "0.1", 0, 1, 0, 0, 0, "2026-01-02T03:04:05Z", "c")
    page = Text(write_report(tmp_path, empty, [], []))
    assert "Nothing was accepted yet" in page.text
    assert "Nothing was rejected" in page.text


def test_bars_stay_within_their_width(tmp_path: Path, summary: Summary) -> None:
    page = Text(write_report(tmp_path, replace(summary, topics={"a": 3, "b": 9}), [], []))
    widths = [v for tag, name, v in page.attributes if (tag, name) == ("rect", "width")]
    assert widths
    assert all(0 <= float(w.rstrip("%")) <= 100 for w in widths if w)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)", " \x01javascript:x",
        "data:text/html,<script>alert(1)</script>", "vbscript:x", "file:///etc/passwd", "//evil",
        "blob:https://x/1", "example.org", "", "http://", "view-source:http://x", "https://[::1",
    ],
)  # fmt: skip
def test_only_web_addresses_are_followed(url: str) -> None:
    assert web_address(url) == ""


def test_web_addresses_keep_their_meaning() -> None:
    assert web_address("https://example.org/a b?q=1#x") == "https://example.org/a%20b?q=1#x"


@pytest.mark.parametrize(
    ("licence", "name"),
    [
        ("https://creativecommons.org/licenses/by-sa/4.0/", "CC BY-SA 4.0"),
        ("http://creativecommons.org/licenses/by/3.0/us/", "CC BY 3.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0 1.0"),
        ("https://creativecommons.org/publicdomain/mark/1.0/", "Public domain"),
        ("GFDL-1.2", "GFDL-1.2"),
        ("", ""),
    ],
)
def test_licence_names(licence: str, name: str) -> None:
    assert licence_name(licence) == name


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA"])
def test_thumbnails_of_all_modes_are_flat_on_white(mode: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (900, 300)).save(out, "PNG")
    with Image.open(io.BytesIO(thumbnail(out.getvalue()))) as small:
        assert (small.mode, small.size) == ("RGB", (420, 140))
        clear = mode in ("LA", "RGBA")
        assert small.getpixel((9, 9)) == ((255,) * 3 if clear else (0,) * 3)


def test_a_picture_of_too_many_pixels_is_refused() -> None:
    out = io.BytesIO()
    Image.new("1", (8000, 8000)).save(out, "PNG")
    with pytest.raises(ValueError, match="too many"):
        thumbnail(out.getvalue())
