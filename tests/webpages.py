"""Small real web sites on loopback, and pages with pictures to put on them."""

from __future__ import annotations

import random
import threading
from collections import Counter
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO

from PIL import Image, ImageDraw, ImageFilter

from vqva_crawl.clients.reservations import AI_TXT, TDMREP

OPT_OUTS = (AI_TXT, TDMREP)


class Site:
    """A web site on a loopback port. `files` maps paths to (content type, body).

    `requests` counts what was asked for, the files of opt-outs apart.
    """

    def __init__(self, files: dict[str, tuple[str, bytes]]) -> None:
        self.files = files
        self.requests: Counter[str] = Counter()
        self.failing: set[str] = set()  # paths that are answered with 503
        self.resting: dict[str, int] = {}  # path -> Retry-After of a 429 that it gives once
        self.moved: dict[str, str] = {}  # path -> where a 302 leads
        self.refreshing: dict[str, str] = {}  # path -> its Refresh header
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle(self) -> None:
                with suppress(ConnectionError):  # who asked may have been killed
                    super().handle()

            def do_GET(self) -> None:
                if self.path not in OPT_OUTS:
                    site.requests[self.path] += 1
                kind, body = site.files.get(self.path, ("text/plain", b""))
                found = 200 if self.path in site.files else 404
                rest = site.resting.pop(self.path, None)
                if rest is not None:
                    self.send_response(429)
                    self.send_header("Retry-After", str(rest))
                elif self.path in site.moved:
                    self.send_response(302)
                    self.send_header("Location", site.moved[self.path])
                else:
                    self.send_response(503 if self.path in site.failing else found)
                if self.path in site.refreshing:
                    self.send_header("Refresh", site.refreshing[self.path])
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def photo(seed: int, side: int = 240) -> Image.Image:
    """A picture with shapes and shades of its own for each seed."""
    rng = random.Random(seed)
    low = Image.new("RGB", (6, 6))
    low.putdata([tuple(rng.randrange(40, 230) for _ in range(3)) for _ in range(36)])
    image = low.resize((side, side), Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(image)
    for _ in range(7):
        x, y, r = rng.randrange(side), rng.randrange(side), rng.randrange(12, 50)
        draw.ellipse((x - r, y - r, x + r, y + r), fill=tuple(rng.randrange(256) for _ in range(3)))
    return image


def png(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


EFFECTS = {
    "Emboss": (
        ImageFilter.EMBOSS,
        "This filter stamps and carves the picture, giving it relief with bumps and hollows. "
        "Bright areas are raised and dark ones are carved.",
    ),
    "Gaussian Blur": (
        ImageFilter.GaussianBlur(6),
        "This filter blurs the picture strongly, so that edges become soft and fine detail "
        "disappears. Large shapes and their colours stay where they are.",
    ),
    "Find Edges": (
        ImageFilter.FIND_EDGES,
        "This filter finds the edges of the picture and draws them as bright lines on a dark "
        "ground. Flat areas become black.",
    ),
}


def gallery(pages: int, first: int = 0) -> dict[str, tuple[str, bytes]]:
    """A site in the manner of a manual: each page applies one filter to one picture."""
    files: dict[str, tuple[str, bytes]] = {}
    names = list(EFFECTS)
    for n in range(first, first + pages):
        name = names[n % len(names)]
        effect, text = EFFECTS[name]
        before = photo(n)
        files[f"/pictures/{n}.png"] = ("image/png", png(before))
        files[f"/pictures/{n}-after.png"] = ("image/png", png(before.filter(effect)))
        body = f"""<!doctype html><html lang="en"><head><title>{name}, example {n}</title>
        <link rel="license" href="https://creativecommons.org/licenses/by/4.0/"></head><body><main>
        <h1>{name}, example number {n}</h1>
        <figure><div><img src="/pictures/{n}.png" alt="Original image of example {n}">
        <p class="caption">Original image</p></div>
        <div><img src="/pictures/{n}-after.png" alt="Filter {name} applied">
        <p class="caption">Filter {name} applied</p></div></figure>
        <p>{text} Word{n}a word{n}b word{n}c word{n}d word{n}e word{n}f tell this example of the
        {name} filter from word{n}g word{n}h word{n}i word{n}j word{n}k all the other ones.</p>
        </main></body></html>"""
        files[f"/page-{n}.html"] = ("text/html; charset=utf-8", body.encode())
    links = "".join(
        f'<li><a href="/page-{n}.html">example {n}</a></li>' for n in range(first, first + pages)
    )
    files["/"] = (
        "text/html",
        f"<html><body><h1>Examples</h1><ul>{links}</ul></body></html>".encode(),
    )
    return files
