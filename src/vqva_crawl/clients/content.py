"""What is asked for and accepted, for each kind of content."""

from __future__ import annotations

import re
from collections.abc import Mapping

from vqva_crawl.clients.base import Kind
from vqva_crawl.errors import Refused

ACCEPT: dict[Kind, str] = {
    "page": "text/html, application/xhtml+xml;q=0.9",
    "image": "image/jpeg, image/png, image/webp, image/gif, image/*;q=0.1",
    "text": "text/plain, application/xml, text/xml, application/json, */*;q=0.1",
    "asset": "*/*",
}
UNSAID = ("", "application/octet-stream", "binary/octet-stream", "application/unknown")
TEXTUAL = ("application/xml", "application/json", "application/x-ndjson", "application/yaml")
CODE = ("application/javascript", "application/x-javascript", "application/ecmascript")
BINARY = ("application/wasm", "application/protobuf", "application/x-protobuf")
SEPARATOR = re.compile("[;,]")
GZIPPED = ("application/gzip", "application/x-gzip")  # sitemap.xml.gz

HTML_STARTS = (b"<!doctype html", b"<html", b"<head", b"<body", b"<!--", b"<title", b"<meta")
IMAGE_STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")


def media_type(headers: Mapping[str, str]) -> str:
    """The media type in lower case, without parameters; "" when there is none.

    Of a header that was sent twice (and joined by a comma) the first counts.
    """
    return SEPARATOR.split(headers.get("content-type", ""), maxsplit=1)[0].strip().lower()


def check_type(url: str, headers: Mapping[str, str], kind: Kind) -> None:
    """Refused (wrong_type) when the declared type is not of this kind; unsaid types pass."""
    said = media_type(headers)
    if said not in UNSAID and not _accepts(kind, said):
        raise Refused("wrong_type", url, f"'{said}' is not {_article(kind)}")


def _accepts(kind: Kind, said: str) -> bool:
    if kind == "page":
        return said in ("text/html", "application/xhtml+xml")
    if kind == "image":
        return said.startswith("image/")
    if kind == "text":
        return said.startswith("text/") or said.endswith("+xml") or said in (*TEXTUAL, *GZIPPED)
    known = said in (*TEXTUAL, *CODE, *BINARY)
    return known or said.startswith("text/") or said.endswith(("+xml", "+json"))


def check_content(url: str, headers: Mapping[str, str], body: bytes, kind: Kind) -> None:
    """Refused (wrong_type) when the type was not said and the bytes do not look like the kind."""
    if media_type(headers) in UNSAID and not looks_like(body, kind):
        raise Refused("wrong_type", url, f"no declared type, and not {_article(kind)} by its bytes")


def looks_like(body: bytes, kind: Kind) -> bool:
    """A guess from the first bytes, as browsers make it (WHATWG MIME sniffing, shortened)."""
    if kind == "page":
        return body[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(HTML_STARTS)
    if kind == "image":
        return body.startswith(IMAGE_STARTS) or (body[:4] == b"RIFF" and body[8:12] == b"WEBP")
    return kind == "asset" or b"\x00" not in body[:1024]


def _article(kind: Kind) -> str:
    names = {"page": "an HTML page", "image": "a picture", "text": "text", "asset": "code or data"}
    return names[kind]
