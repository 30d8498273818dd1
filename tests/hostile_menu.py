"""All that a web site can do to a crawler at once (threats 1-15), beside good pages.

Each bad URL stands with the cause by which the program has to name it.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import struct
import zlib
from collections.abc import Callable
from io import BytesIO

import brotli
from PIL import Image

from hostile_server import (
    Answer,
    Origin,
    Request,
    Secret,
    body,
    drip,
    endless,
    garbage,
    head,
    header_flood,
    long_header,
    packed,
    reset,
    silence,
    status,
    to,
    too_short,
    two_lengths,
)
from vqva_crawl.clients.reservations import AI_TXT, TDMREP
from webpages import gallery, photo, png

ZEROS = gzip.compress(b"\0" * (8 << 20))
SCRIPT = b"<html><script>alert('pwned')</script></html>"

# Contents ------------------------------------------------------------------------------------


def brotli_bomb(size: int) -> bytes:
    """About a millionth of the size: 1.6 KB become 1 GB."""
    packer = brotli.Compressor(quality=5)
    piece = b"\0" * (1 << 24)
    return b"".join(packer.process(piece) for _ in range(size >> 24)) + packer.finish()


def png_of(width: int, height: int) -> bytes:
    """A PNG whose header promises so many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + checksum

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * 1000)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def gif_of(frames: int) -> bytes:
    """A GIF of 200 x 200 with so many frames of one pixel."""
    screen = b"GIF89a" + struct.pack("<HHBBB", 200, 200, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    return screen + frame * frames + b"\x3b"


def polyglot(seed: int) -> bytes:
    """A GIF that is a web page as well."""
    out = BytesIO()
    photo(seed).quantize(64).save(out, "GIF", comment=b"*/=1;" + SCRIPT + b"/*")
    return out.getvalue()


def trap(links: Callable[[str], list[str]]) -> Answer:
    """A page of a few words that leads to others, made from its own path."""

    def answer(request: Request) -> None:
        anchors = "".join(f'<a href="{link}">next</a> ' for link in links(request.path))
        body(f"<html><body><p>Nothing here.</p>{anchors}</body></html>")(request)

    return answer


def calendar(path: str) -> list[str]:
    year, month = map(int, re.findall(r"\d+", path)[:2])
    later, earlier = divmod(year * 12 + month, 12), divmod(year * 12 + month - 2, 12)
    return [f"/calendar/{y}/{m + 1}" for y, m in (later, earlier)]


def maze(path: str) -> list[str]:
    drawn = random.Random(path)
    return [f"/maze/{drawn.randrange(1 << 40):x}.html" for _ in range(5)]


def session(path: str) -> list[str]:
    fresh = random.randrange(1 << 40)
    return [f"/shop?PHPSESSID={fresh:x}", f"/shop;jsessionid={fresh:X}"]


def showing(title: str, *pictures: str) -> Answer:
    """A page of the gallery's kind with these pictures."""
    words = " ".join(f"{title}{n}" for n in range(20))
    shown = "".join(f'<figure><img src="{p}" alt="{title}"></figure>' for p in pictures)
    return body(
        f"""<html lang="en"><head><title>{title}</title></head><body><h1>{title}</h1>{shown}
        <p>This filter changes the picture, so that edges become soft and fine detail disappears
        while large shapes and their colours stay where they are: {words}.</p></body></html>"""
    )


# Half a character in what a page says of its pictures.
HALF = (
    b'<script type="application/ld+json">{"@type": "ImageObject", "contentUrl": "/pictures/0.png", '
    b'"license": "https://creativecommons.org/licenses/by/4.0/", "creditText": "x\\ud83d"}</script>'
)

# The menu ------------------------------------------------------------------------------------


class Menu:
    """All sites. `good` are the URLs of pages that have to give a triple each; `bad` and
    `bad_pictures` map URLs to causes; `starts` is where a crawl begins."""

    def __init__(self) -> None:
        self.secret = Secret()
        self.good: list[str] = []
        self.bad: dict[str, str] = {}
        self.bad_pictures: dict[str, str] = {}
        self.main = Origin()
        self.origins = [self.main]
        self._fill_main()
        self._add_origins()
        self.starts = [f"{origin.url}/" for origin in self.origins]

    def close(self) -> None:
        for origin in self.origins:
            origin.close()
        self.secret.close()

    def _fill_main(self) -> None:
        bad = bad_pages(self.secret)
        pictures = bad_pictures(self.secret)
        files = gallery(6)
        del files["/"]
        answers = self.main.answers
        answers |= {path: body(content, kind) for path, (kind, content) in files.items()}
        answers |= {path: answer for path, (answer, _) in bad.items()}
        answers |= {f"/pictures/{name}": answer for name, (answer, _) in pictures.items()}
        answers |= TRAPS
        answers["/page-0.html"] = body(HALF + files["/page-0.html"][1])
        answers["/polyglot.gif"] = body(polyglot(90), "image/gif")
        answers["/polyglot.html"] = showing("Polyglot", "/pictures/0.png", "/polyglot.gif")
        for name in pictures:
            shown = (f"/pictures/{len(name)}.png", f"/pictures/{name}")
            answers[f"/with-{name}.html"] = showing(name, *shown)
        good = [p for p in (*files, "/polyglot.html") if p.endswith(".html")]
        asked = (*good, *bad, *(f"/with-{n}.html" for n in pictures), *ENTRANCES, "file:///etc/x")
        links = "".join(f'<a href="{path}">x</a>' for path in (*asked, "javascript:alert(1)"))
        answers["/"] = body(f"<html><body>{links}</body></html>")
        answers["/robots.txt"] = body(
            f"Sitemap: {self.secret.url}/sitemap.xml\nSitemap: /bombs/gzip\n", "text/plain"
        )
        url = self.main.url
        self.good += [url + path for path in good]
        self.bad |= {url + path: reason for path, (_, reason) in bad.items()}
        self.bad_pictures |= {
            f"{url}/pictures/{name}": reason for name, (_, reason) in pictures.items()
        }

    def _add_origins(self) -> None:
        for number, (answers, reason) in enumerate(origins(self.secret)):
            files = gallery(1, first=20 + number)
            pages = {path: body(content, kind) for path, (kind, content) in files.items()}
            origin = Origin({**pages, **answers})
            self.origins.append(origin)
            if reason:
                self.bad[f"{origin.url}/"] = reason
            else:
                self.good += [origin.url + path for path in files if path.endswith(".html")]


TRAPS: dict[str, Answer] = {
    "/calendar/*": trap(calendar),
    "/maze/*": trap(maze),
    "/shop*": trap(session),
    "/again/*": trap(lambda path: ["again/", "and/again/"]),
}
ENTRANCES = ("/calendar/2026/11", "/maze/0.html", "/shop", "/again/")


def bad_pages(secret: Secret) -> dict[str, tuple[Answer, str]]:
    """Paths, what they do, and the cause that has to be named."""
    page = b"<html><p>" + bytes(range(65, 91)) * 400
    deep = "<div>" * 100_000
    return {
        # 1-3: addresses
        "/to/metadata": (to("http://169.254.169.254/latest/meta-data/"), "denied_address"),
        "/to/secret": (to(f"{secret.url}/", 307), "denied_address"),
        "/to/decimal": (to(f"http://2130706433:{secret.port}/"), "denied_address"),
        "/to/octal": (to(f"http://0177.0.0.1:{secret.port}/"), "denied_address"),
        "/to/mapped": (to(f"http://[::ffff:127.0.0.1]:{secret.port}/"), "denied_address"),
        "/to/nat64": (to("http://[64:ff9b::a9fe:a9fe]/"), "denied_address"),
        "/to/6to4": (to("http://[2002:a9fe:a9fe::1]/"), "denied_address"),
        "/to/file": (to("file:///etc/passwd"), "protocol"),
        "/to/nowhere": (to("http://"), "protocol"),
        "/to/itself": (to("/to/itself"), "redirects"),
        # 6: bombs
        "/bombs/gzip": (packed(ZEROS, "gzip"), "bomb"),
        "/bombs/brotli": (packed(brotli_bomb(1 << 27), "br"), "bomb"),
        "/bombs/nested": (packed(gzip.compress(ZEROS), "gzip, gzip"), "bomb"),
        "/bombs/three": (packed(page, "gzip, deflate, br"), "bomb"),
        "/bombs/unknown": (packed(page, "zstd"), "protocol"),
        "/bombs/none": (packed(page, "gzip"), "protocol"),
        "/bombs/half": (packed(gzip.compress(page)[:-40], "gzip"), "truncated"),
        # 10: slow, endless, broken
        "/slow/drip": (drip(), "slow"),
        "/slow/silence": (silence, "timeout"),
        "/slow/endless": (endless(), "too_large"),
        "/broken/declared": (body(b"", content_type="text/html"), "no_images"),
        "/broken/short": (too_short(), "truncated"),
        "/broken/lengths": (two_lengths, "protocol"),
        "/broken/headers": (header_flood, "protocol"),
        "/broken/header": (long_header, "protocol"),
        "/broken/reset": (reset, "connect"),
        "/broken/garbage": (garbage, "protocol"),
        "/broken/404": (status(404), "http_404"),
        "/broken/451": (status(451), "http_451"),
        "/broken/204": (status(204), "http_204"),
        "/broken/pdf": (body(b"%PDF-1.7", "application/pdf"), "wrong_type"),
        "/broken/bytes": (body(bytes(1000), "application/octet-stream"), "wrong_type"),
        "/broken/utf16": (body("<p>hello</p>".encode("utf-16-be")), "no_images"),
        "/broken/charset": (body(b"<p>\xff\xfe\x81", "text/html; charset=no-such"), "no_images"),
        # 11: HTML
        "/html/deep": (body(deep), "too_deep"),
        "/html/huge": (body(b"<p>x</p>" * 300_000), "too_large"),
        # 15: opt-outs
        "/no/header": (body("<p>x", x_robots_tag="noai"), "opt_out"),
        "/no/index": (body("<p>x", x_robots_tag="noindex, nofollow"), "opt_out"),
        "/no/tdm": (body("<p>x", tdm_reservation="1"), "opt_out"),
        "/no/usage": (body("<p>x", content_usage="train-ai=n"), "opt_out"),
        "/no/meta": (body("<meta name=robots content='noml'><p>x"), "opt_out"),
        "/no/pictures": (body("<meta name=robots content='noimageai'><p>x"), "opt_out"),
    }


def bad_pictures(secret: Secret) -> dict[str, tuple[Answer, str]]:
    """Names of pictures, what they do, and the cause that has to be named."""
    good = png(photo(80))
    frames = body(gif_of(10_000), "image/gif")
    return {
        "pixels": (body(png_of(20_000, 20_000), "image/png"), "pixel_bomb"),
        "frames": (frames, "animated"),
        "vector": (
            body("<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
            "wrong_type",
        ),
        "page": (body(SCRIPT, "image/png"), "wrong_type"),
        "postscript": (body("%!PS-Adobe-3.0 EPSF-3.0", "image/png"), "wrong_type"),
        "damaged": (body(good[:4000] + good[4100:], "image/png"), "corrupt"),
        "half": (body(good[: len(good) // 2], "image/png"), "truncated"),
        "flat": (body(png_flat(6_000), "image/png"), "blank"),
        "bomb": (packed(ZEROS, "gzip", "image/png"), "bomb"),
        "endless": (endless("image/png"), "too_large"),
        "drip": (drip("image/png"), "slow"),
        "metadata": (to("http://169.254.169.254/a.png"), "denied_address"),
        "secret": (to(f"{secret.url}/a.png"), "denied_address"),
        "noai": (body(good, "image/png", x_robots_tag="noimageai"), "opt_out"),
        "gone": (status(410), "http_410"),
    }


def png_flat(side: int) -> bytes:
    """Few bytes that are many pixels, though not too many."""
    out = BytesIO()
    Image.new("L", (side, side), 200).save(out, "PNG")
    return out.getvalue()


def origins(secret: Secret) -> list[tuple[dict[str, Answer], str]]:
    """What each of the other hosts does, and the cause for its start page; "" where it is good."""

    def robots(text: bytes | str) -> dict[str, Answer]:
        return {"/robots.txt": body(text, "text/plain")}

    def all_of_it(request: Request) -> None:
        head(request, "text/plain", content_length=str(20 << 20))
        request.wfile.write(b"User-agent: *\nDisallow: /private\n" + b"# more\n" * (20 << 20))

    reserved = json.dumps([{"location": "/", "tdm-reservation": 1}])
    elsewhere = to(f"{secret.url}/x")
    return [
        # 13-14: robots.txt
        ({"/robots.txt": status(503)}, "robots_unreachable"),
        ({"/robots.txt": status(429)}, "robots_unreachable"),
        ({"/robots.txt": reset}, "robots_unreachable"),
        ({"/robots.txt": drip("text/plain")}, "robots_unreachable"),
        ({"/robots.txt": elsewhere}, "denied_address"),
        (robots("\ufeffUser-agent: *\nDisallow: /\n"), "robots"),
        (robots("User-agent: *\nCrawl-delay: 86400\n"), "robots"),
        ({"/robots.txt": all_of_it}, ""),
        (robots(SCRIPT), ""),
        ({"/robots.txt": status(404)}, ""),
        # 15: opt-outs of a whole origin
        (robots("User-agent: *\nContent-Usage: train-ai=n\n"), "opt_out"),
        ({TDMREP: body(reserved, "application/json")}, "opt_out"),
        ({AI_TXT: body("User-Agent: *\nDisallow: /\n", "text/plain")}, "opt_out"),
        ({AI_TXT: elsewhere, TDMREP: elsewhere, "/sitemap.xml": elsewhere}, ""),
        # hosts that ask for rest
        ({"/": status(429, retry_after="86400")}, "http_429"),
        ({"/": status(503)}, "http_503"),
    ]
