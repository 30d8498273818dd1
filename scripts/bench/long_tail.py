"""Twenty hosts, one of which answers one byte a second: how much longer the run takes for it.

    python scripts/bench/long_tail.py

Each host is an address of 127.0.0.0/8 with pages and pictures; the slow one sends everything,
robots.txt too, byte by byte. The run is as shipped: every rule on, a second between two requests to
a host. Runs with nineteen hosts and with the slow one as well alternate; medians are printed.
`--headers` drips the headers as well as the bodies.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import os
import random
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

import yaml
from costs import Cost, cost
from PIL import Image
from rows import report
from serving import free_port, wait_for

HOSTS = 20
SLOW = "127.0.0.7"
ALLOWED = 1.1  # times as long

WORDS = (
    "the of a cell leaf water light and it plant into growth carbon from this sugar by is".split()
)


def address(number: int) -> str:
    return f"127.0.0.{number + 1}"


def picture(seed: str) -> bytes:
    random.seed(seed)
    pixels = Image.frombytes("RGB", (20, 15), random.randbytes(20 * 15 * 3))
    out = io.BytesIO()
    pixels.resize((320, 240), Image.Resampling.BICUBIC).save(out, "JPEG")
    return out.getvalue()


def page(host: str, number: int, pages: int) -> bytes:
    """Two pictures, some prose, and links to the next pages."""
    random.seed(f"{host}{number}")
    prose = " ".join(random.choices(WORDS, k=120))
    links = "".join(f'<a href="/{n}.html">on</a> ' for n in range(pages))
    figures = "".join(
        f'<figure><img src="/{number}-{side}.jpg"><figcaption>Figure {side}: the leaf '
        f"{side} of the change {number}</figcaption></figure>"
        for side in ("before", "after")
    )
    title = f"Leaf {number} of {host}"
    return f"<title>{title}</title><h1>{title}</h1><p>{prose}</p>{figures}{links}".encode()


def answer(host: str, path: str, pages: int) -> tuple[bytes, bytes]:
    """(head, body)."""
    status, kind, body = "200 OK", "text/html", b""
    if path.endswith(".jpg"):
        kind, body = "image/jpeg", picture(host + path)
    elif path.endswith(".html") or path == "/":
        body = page(host, int(path.strip("/").removesuffix(".html") or 0), pages)
    elif path == "/robots.txt":
        kind, body = "text/plain", b"User-agent: *\nDisallow: /private/\n"
    else:
        status = "404 Not Found"
    length = f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
    return f"HTTP/1.1 {status}\r\ncontent-type: {kind}\r\n{length}".encode(), body


def serve(port: int, pages: int, drip_headers: bool) -> None:
    """All hosts, until the process is ended."""

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host = writer.get_extra_info("sockname")[0]
        try:
            asked = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1].decode()
            head, body = answer(host, asked, pages)
            fast, slow = (b"", head + body) if drip_headers else (head, body)
            if host != SLOW:
                fast, slow = head + body, b""
            writer.write(fast)
            for byte in slow:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(1)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def run() -> None:
        places = [address(n) for n in range(HOSTS)]
        server = await asyncio.start_server(one, places, port)
        await server.serve_forever()

    asyncio.run(run())


@contextmanager
def served(pages: int, drip_headers: bool) -> Iterator[int]:
    port = free_port()
    process = get_context("spawn").Process(target=serve, args=(port, pages, drip_headers))
    process.start()
    try:
        wait_for(port)
        yield port
    finally:
        process.terminate()
        process.join()


def run(port: int, slow: bool) -> Cost:
    hosts = [address(n) for n in range(HOSTS) if slow or address(n) != SLOW]
    origins = [f"http://{host}:{port}" for host in hosts]
    start = [f"{origin}/" for origin in origins]
    with tempfile.TemporaryDirectory() as folder:
        config = {
            "name": "bench",
            "limits": {"rounds": 1},
            "search": {"backends": [{"kind": "site", "options": {"start": start}}]},
            "fetch": {"allow_origins": origins},
            "storage": {"root": folder},
        }
        path = Path(folder) / "bench.yaml"
        path.write_text(yaml.safe_dump(config))
        code = f"import vqva_crawl as vc; vc.run({str(path)!r})"
        return cost([sys.executable, "-c", code], dict(os.environ))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pages", type=int, default=40, help="of each host")
    parser.add_argument("--rounds", type=int, default=3, help="how often")
    parser.add_argument("--headers", action="store_true", help="drip the headers too")
    options = parser.parse_args()
    with_it: list[Cost] = []
    without: list[Cost] = []
    with served(options.pages, options.headers) as port:
        for _ in range(options.rounds):
            without.append(run(port, slow=False))
            with_it.append(run(port, slow=True))
    ours, alone = Cost.middle(with_it), Cost.middle(without)
    note = f"{HOSTS} hosts of {options.pages} pages; CPU {ours.cpu:.1f} s and {alone.cpu:.1f} s"
    ratio, target = alone.wall / ours.wall, 1 / ALLOWED
    report("long_tail", "wall", ours.wall, "s", "without it", alone.wall, ratio, target, note)


if __name__ == "__main__":
    main()
