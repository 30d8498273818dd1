"""Which picture an <img> means: its largest candidate, found behind placeholders and srcset."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from vqva_crawl.stages.extract.tree import Element

# Where lazy-loading scripts keep the real address, and where a larger file is named.
LAZY = (
    "data-src data-lazy-src data-lazy data-original data-original-src data-actualsrc data-echo "
    "data-url data-image data-img data-img-src data-srcurl data-lazyload data-cfsrc data-defer-src"
).split()
LARGER = (
    "data-hi-res data-hi-res-src data-hires data-highres data-retina data-full data-full-src "
    "data-full-url data-large data-large-file data-large-src data-orig-file data-zoom-src "
    "data-zoom-image data-2x data-src-retina"
).split()
_SIZES = {**dict.fromkeys(LARGER, 1.5), **dict.fromkeys(LAZY, 1.0), "src": 0.5}
SRCSETS = ("srcset", "data-srcset", "data-lazy-srcset", "data-original-set")
_ELSEWHERE = frozenset((*LAZY, *LARGER, *SRCSETS))  # where a picture may be beside its src

PICTURE_FILE = re.compile(r"\.(?:jpe?g|jfif|png|gif|webp)$", re.IGNORECASE)
_PLACEHOLDER = re.compile(
    r"^(?:data:|about:|blob:|javascript:|#|$)"
    r"|(?:^|[/_-])(?:"
    r"(?:pixel|trans|clear|lazy|loading|gr[ae]y|empty|dummy)(?:[_-]?\d+x\d+)?\.(?:gif|svg)"
    r"|(?:blank|spacer|transparent|lazyload|loader|spinner|1x1)(?:[_-]?\d+x\d+)?\.(?:gif|svg|png)"
    r"|placeholder(?:[_-]?\d+x\d+)?\.(?:gif|svg|png|webp|jpe?g))(?:\?|$)",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"/?\w[\w./-]*", re.ASCII)  # nothing but a path
_UNREADABLE_TYPE = re.compile(r"avif|svg|jxl|heic|jp2|tiff", re.IGNORECASE)
_ADDRESS = re.compile(r"[\s,]*(\S+)")
_DESCRIPTORS = re.compile(r"([^,]*),?")
_SIZE = re.compile(r"(?:^|\s)(\d+(?:\.\d+)?)([wx])(?:\s|$)")
_PIXELS = re.compile(r"^\s*(\d{1,5})(?:\.\d+)?\s*(?:px)?\s*$")
_STYLE_SIZE = re.compile(r"(?:^|;)\s*(width|height)\s*:\s*(\d{1,5})(?:\.\d+)?px", re.IGNORECASE)


class Candidate(NamedTuple):
    """One address of a picture and how large it is said to be; only the order of sizes counts."""

    size: float
    address: str


def is_placeholder(address: str) -> bool:
    """Whether the address stands in for a picture that a script would load later."""
    return _stands_in(address.strip()[:300])


@lru_cache(4096)
def _stands_in(address: str) -> bool:
    return _PLACEHOLDER.search(address) is not None


def best(img: Element, sources: Sequence[Element] = ()) -> str:
    """The address of the largest candidate, "" when there are only placeholders.

    `sources` are the <source> elements of a surrounding <picture>. Among equals the first wins.
    """
    if not sources and _ELSEWHERE.isdisjoint(img.attributes):
        address = img.get("src")
        return "" if is_placeholder(address) else address
    found = [c for c in _candidates(img, sources) if not is_placeholder(c.address)]
    return max(found, key=_rank).address if found else ""


def _rank(candidate: Candidate) -> tuple[bool, float]:
    return not candidate.address.lower().endswith(".svg"), candidate.size


def _candidates(img: Element, sources: Sequence[Element]) -> Iterator[Candidate]:
    for name, value in img.attributes.items():
        if not value:
            continue
        if name in SRCSETS:
            yield from srcset(value)
        elif (size := _SIZES.get(name)) and (name == "src" or _address_like(value)):
            yield Candidate(size, value)
    for source in sources:
        if not _UNREADABLE_TYPE.search(source.get("type")):
            for name in SRCSETS:
                yield from srcset(source.get(name))


def srcset(value: str) -> Iterator[Candidate]:
    """The candidates of a srcset attribute; a width in pixels counts above any density.

    Read as the HTML standard says: an address may hold commas, one at its end ends it.
    """
    place = 0
    while match := _ADDRESS.match(value, place):
        address, place = match[1], match.end()
        if address.endswith(","):
            yield Candidate(1.0, address.rstrip(","))
        elif descriptors := _DESCRIPTORS.match(value, place):
            place = descriptors.end()
            yield Candidate(_size(descriptors[1]), address)


def _size(descriptors: str) -> float:
    match = _SIZE.search(descriptors)
    if not match:
        return 1.0
    return float(match[1]) + (10 if match[2] == "w" else 0)


def _address_like(value: str) -> bool:
    return "/" in value or bool(PICTURE_FILE.search(path_of(value)))


def path_of(address: str) -> str:
    """The path of an address, percent-decoded; "" for one that is no URL."""
    if _PLAIN.fullmatch(address):
        return address
    try:
        return unquote(urlsplit(address.strip()).path)
    except ValueError:
        return ""


def leads_to_picture(href: str) -> bool:
    """Whether a link goes to a picture file, not to a page about one (wiki/File:x.jpg)."""
    path = path_of(href)
    about = ":" in path.rpartition("/")[2] or "/blob/" in path
    return bool(PICTURE_FILE.search(path)) and not about


_RENDERED = re.compile(r"\d+px-.+", re.IGNORECASE)
_ORIGINAL = re.compile(r"[^/]+\.(?:jpe?g|png|gif|webp)", re.IGNORECASE)


def original_of_thumb(url: str) -> str:
    """The full file behind a MediaWiki thumbnail (`…/thumb/a/ab/X.jpg/220px-X.jpg`), else ""."""
    original, _, rendered = url.rpartition("/")
    before, _, after = original.rpartition("/thumb/")
    name = after.rpartition("/")[2]
    is_thumb = (
        before and "/" in after and _RENDERED.fullmatch(rendered) and _ORIGINAL.fullmatch(name)
    )
    return f"{before}/{after}" if is_thumb else ""


def declared_size(img: Element) -> tuple[int, int]:
    """(width, height) in pixels from attributes or style, 0 where nothing is said."""
    size = {name: _pixels(img.get(name)) for name in ("width", "height")}
    for name, value in _STYLE_SIZE.findall(img.get("style")):
        size[name.lower()] = int(value)
    return size["width"], size["height"]


def _pixels(value: str) -> int:
    match = _PIXELS.match(value)
    return int(match[1]) if match else 0
