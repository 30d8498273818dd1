import pytest

from vqva_crawl.clients.optout import forbidden_by_headers, forbidden_by_meta

ME = "vqva-crawl/0.1 (contact: a@b.example)"
FOR_ALL = ["noai", "noml"]
FOR_PAGES = ["noindex", "none", "noimageai", "noimageindex"]


@pytest.mark.parametrize("kind", ["page", "image", "asset"])
@pytest.mark.parametrize("token", FOR_ALL + FOR_PAGES)
def test_which_token_forbids_what(token: str, kind: str) -> None:
    """A page whose pictures may not be used is of no use; scripts are used and not learned from."""
    expected = "" if kind == "asset" and token in FOR_PAGES else token
    assert forbidden_by_headers([("X-Robots-Tag", token)], kind, ME) == expected
    assert forbidden_by_meta([("robots", token)], kind, ME) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("nofollow, NOAI", "noai"),
        ("vqva-crawl: noai", "noai"),
        ("VQVA-Crawl : nofollow , noai", "noai"),
        ("otherbot: noai", ""),
        ("otherbot: nofollow, noai", ""),
        ("otherbot: noai, vqva-crawl: noindex", "noindex"),
        ("*: noai", "noai"),
        ("max-snippet: 20, noai", "noai"),
        ("unavailable_after: Sat, 25 Jun 2010 15:00:00 GMT, noai", "noai"),
        ("noaiplease, all", ""),
        ("", ""),
        ("noai; noimageai", "noai"),
        ("index noai", "noai"),
        ("index;noai", "noai"),
        ("otherbot: index noai", ""),
        ("otherbot: index; noai", ""),
        ("otherbot:noai vqva-crawl:noindex", "noindex"),
        ("Other/2.0: noai", ""),
        ("unavailable_after: 25 Jun 2010 15:00:00 GMT; noai", "noai"),
        ("max-image-preview: none", ""),
        ("max-image-preview:none, max-snippet:-1", ""),
    ],
)
def test_scopes_of_the_header(value: str, expected: str) -> None:
    assert forbidden_by_headers([("x-robots-tag", value)], "page", ME) == expected


def test_each_header_line_has_its_own_scope() -> None:
    lines = [("x-robots-tag", "otherbot: nofollow"), ("x-robots-tag", "noai")]
    assert forbidden_by_headers(lines, "page", ME) == "noai"


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("ROBOTS", "NoAI, NoImageAI", "noai"),
        ("robots", "noai;noimageai", "noai"),
        ("vqva-crawl", "noindex", "noindex"),
        ("googlebot", "noindex", ""),
        ("description", "noai", ""),
        ("tdm-reservation", "1", "tdm-reservation"),
        ("tdm-reservation", "0", ""),
        ("X-Robots-Tag", "noai", "noai"),
        ("x-robots-tag", "otherbot: noai", ""),
        ("Content-Usage", "train-ai=n", "train-ai=n"),
    ],
)
def test_meta(name: str, content: str, expected: str) -> None:
    assert forbidden_by_meta([("viewport", "x"), (name, content)], "page", ME) == expected


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("TDM-Reservation", "1", "tdm-reservation"),
        ("TDM-Reservation", "0", ""),
        ("Content-Usage", "search=y, train-ai=n", "train-ai=n"),
        ("Content-Usage", "train-ai=y", ""),
    ],
)
def test_reservations_for_text_and_data_mining(name: str, value: str, expected: str) -> None:
    assert forbidden_by_headers([(name, value)], "image", ME) == expected
