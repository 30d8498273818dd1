"""Pictures per second from a server on loopback, start-up and Parquet included.

    python scripts/bench/images.py --img2dataset peer/bin/python

The peer is img2dataset 1.47 in an environment of its own, and is left out without it:

    python -m venv peer && peer/bin/pip install img2dataset==1.47.0

It runs in its fastest mode (`disable_all_reencoding`: it neither decodes nor reads robots.txt),
with the number of threads that proves best here. Ours runs three times: as far as that, with
robots.txt, all opt-outs and a look at each header (`checked`); decoded in child processes and with
pHash as well (`decoded`); and as the stage of a run, with all other checks and a journal
(`staged`). A bare aiohttp client fetches and hashes the same. All alternate, each in a fresh
process; medians are printed, a JSON object a line. Needs nginx.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import io
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from costs import Cost, cost
from rows import report
from serving import nginx

if TYPE_CHECKING:
    from vqva_crawl.records import Picture

COUNT = 4_000
AT_ONCE = 64
PART = 500  # pictures of one Parquet file, ours and the peer's
THREADS = (16, 32, 64, 128)
PEER = """
import sys
from img2dataset import download
urls, folder, threads = sys.argv[1:]
download(
    url_list=urls, output_folder=folder, input_format="txt", output_format="parquet",
    processes_count=2, thread_count=int(threads), number_sample_per_shard={part},
    disable_all_reencoding=True, enable_wandb=False,
)
"""


# the pictures ---------------------------------------------------------------------------------


def draw(place: tuple[Path, int]) -> None:
    """A picture of its own that looks like a photograph to a coder: about 49 KB at 640 x 480."""
    import numpy as np
    from PIL import Image

    folder, number = place
    random = np.random.default_rng(number)
    coarse = Image.fromarray(random.integers(0, 256, (48, 64, 3), np.uint8))
    smooth = np.asarray(coarse.resize((640, 480), Image.Resampling.BICUBIC), np.int16)
    grain = random.integers(-3, 4, (480, 640, 1), np.int16)
    picture = Image.fromarray(np.clip(smooth + grain, 0, 255).astype(np.uint8))
    picture.save(folder / f"{number:05d}.jpg", quality=QUALITY)


QUALITY = 75


def draw_all(folder: Path, count: int) -> None:
    with ProcessPoolExecutor() as pool:
        list(pool.map(draw, [(folder, n) for n in range(count)], chunksize=50))


class WithoutPandas:
    """As with our own dependencies alone: pyarrow loads pandas (1 s) where that is installed."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(name)


# the ways to fetch them, each in a process of its own -----------------------------------------


def bare(urls: Sequence[str], folder: Path) -> None:
    """aiohttp: bytes and their hash."""
    import aiohttp

    async def run() -> None:
        waiting = iter(urls)
        connector = aiohttp.TCPConnector(limit=AT_ONCE)
        async with aiohttp.ClientSession(connector=connector) as session:

            async def work() -> None:
                for url in waiting:
                    async with session.get(url) as response:
                        hashlib.sha256(await response.read()).hexdigest()

            await asyncio.gather(*(work() for _ in range(AT_ONCE)))

    asyncio.run(run())


def checked(urls: Sequence[str], folder: Path) -> None:
    """Our fetcher, a look at each picture's header, its hash, Parquet."""
    from PIL import Image

    from vqva_crawl.clients.base import Response
    from vqva_crawl.stages.images.check import sniff
    from vqva_crawl.storage.parts import IMAGE_GROUP, IMAGES, PartStore

    def row(response: Response) -> dict[str, object]:
        body = response.body
        format = sniff(body)
        width, height = Image.open(io.BytesIO(body), formats=[str(format)]).size
        sha256, size = hashlib.sha256(body).hexdigest(), len(body)
        told = {"id": sha256, "url": response.url, "format": format, "phash": ""}
        seen = {"fetched_at": response.fetched_at, "size": size, "bytes": body}
        return {**told, **seen, "width": width, "height": height}

    async def run() -> None:
        parts = PartStore(str(folder))
        fetcher = fetcher_for(urls)
        writing: list[asyncio.Future[int]] = []
        for n, some in enumerate(slices(urls)):
            answers = await asyncio.gather(*(fetcher.get(url, "image") for url in some))
            told = (f"collect-0001-{n:016x}", "images", IMAGES, map(row, answers), IMAGE_GROUP)
            writing.append(asyncio.ensure_future(asyncio.to_thread(parts.write, *told)))
        await asyncio.gather(*writing)
        await fetcher.aclose()

    asyncio.run(run())


def hashed(body: bytes, url: str, fetched_at: str) -> tuple[Picture, bytes]:
    """The first half of the stage's check, which a child process does for `decoded`."""
    from vqva_crawl import config
    from vqva_crawl.stages.images.check import Refusal, decode

    found = decode(body, url, fetched_at, config.Images())
    if isinstance(found, Refusal):
        raise SystemExit(f"{url}: {found}")
    return found.picture, found.body


def decoded(urls: Sequence[str], folder: Path) -> None:
    """Our fetcher; decoded, cleaned and hashed in child processes; Parquet."""
    import images  # this file, by the name under which a child process finds it

    from vqva_crawl.clients.workers import Workers
    from vqva_crawl.storage.parts import IMAGE_GROUP, IMAGES, PartStore, image_row

    async def run() -> None:
        parts, workers, fetcher = PartStore(str(folder)), Workers(), fetcher_for(urls)

        async def one(url: str) -> tuple[Picture, bytes]:
            seen = await fetcher.get(url, "image")
            told = (seen.body, seen.url, seen.fetched_at)
            return await workers.call(images.hashed, *told, timeout=30)

        writing: list[asyncio.Future[int]] = []
        for n, some in enumerate(slices(urls)):
            found = await asyncio.gather(*map(one, some))
            rows = (image_row(*pair) for pair in found)
            told = (f"collect-0001-{n:016x}", "images", IMAGES, rows, IMAGE_GROUP)
            writing.append(asyncio.ensure_future(asyncio.to_thread(parts.write, *told)))
        await asyncio.gather(*writing)
        await fetcher.aclose()
        await workers.aclose()

    asyncio.run(run())


def staged(urls: Sequence[str], folder: Path) -> None:
    """The images stage as a run has it: decoded in child processes, noted in a journal."""
    from vqva_crawl import config
    from vqva_crawl.clients.journaled import Journaled
    from vqva_crawl.clients.workers import Workers
    from vqva_crawl.records import Document, ImageItem, Target
    from vqva_crawl.stages.images import Images
    from vqva_crawl.storage.cache import Blobs
    from vqva_crawl.storage.journal import Journal
    from vqva_crawl.storage.parts import IMAGE_GROUP, IMAGES, PartStore, image_row

    def document(number: int, some: Sequence[str]) -> Document:
        page = f"http://page.example/{number}"
        return Document(
            target=Target(key=page, url=page),
            url=page,
            fetched_at="2025-01-01T00:00:00+00:00",
            items=tuple(ImageItem(url=url) for url in some),
        )

    async def run() -> None:
        parts, blobs, workers = PartStore(str(folder)), Blobs(folder / "spool"), Workers()
        fetcher = fetcher_for(urls)
        for n, some in enumerate(slices(urls)):
            journal = Journal(folder / f"journal-{n}")
            cpu = Journaled(workers, journal)
            stage = Images(fetcher, cpu, blobs, lambda url: None, config.Images())
            documents = [document(i, few) for i, few in enumerate(slices(some, 20))]
            found = [r for out in await asyncio.gather(*map(stage, documents)) for r in out]
            pictures = [p for r in found if isinstance(r, Document) for p in r.pictures]
            if len(pictures) != len(some):
                raise SystemExit(f"{len(pictures)} of {len(some)} pictures: {found[-1]}")
            rows = (image_row(picture, blobs.get(picture.sha256)) for picture in pictures)
            parts.write(f"collect-0001-{n:016x}", "images", IMAGES, rows, IMAGE_GROUP)
            journal.close()
        await fetcher.aclose()
        await workers.aclose()

    asyncio.run(run())


def fetcher_for(urls: Sequence[str]):  # type: ignore[no-untyped-def]
    """Everything on, but for the delay between requests to one host."""
    from vqva_crawl.clients.http import http_fetcher
    from vqva_crawl.clients.limiter import local_limiter
    from vqva_crawl.config import Fetch
    from vqva_crawl.urls import origin

    room = {"concurrency": AT_ONCE}
    fetch = Fetch(
        allow_origins=(origin(urls[0]),),
        per_host={**room, "delay": 0},
        per_domain=room,
        concurrency=AT_ONCE,
    )
    return http_fetcher(fetch, local_limiter(fetch))


def slices(urls: Sequence[str], size: int = PART) -> Iterator[Sequence[str]]:
    return (urls[start : start + size] for start in range(0, len(urls), size))


WAYS: dict[str, Callable[[Sequence[str], Path], None]] = {
    "bare": bare,
    "checked": checked,
    "decoded": decoded,
    "staged": staged,
}


# the comparison -------------------------------------------------------------------------------


class Peer:
    def __init__(self, python: Path, urls: Path) -> None:
        self._python, self._urls = python, urls
        self.threads = THREADS[0]

    def run(self, threads: int | None = None) -> Cost:
        """Raises RuntimeError when it missed a picture."""
        quiet = {"NO_ALBUMENTATIONS_UPDATE": "1"}
        with tempfile.TemporaryDirectory() as folder:
            told = [str(self._urls), f"{folder}/out", str(threads or self.threads)]
            command = [str(self._python), "-c", PEER.format(part=PART), *told]
            spent = cost(command, quiet)
            size = sum(file.stat().st_size for file in Path(folder).rglob("*.parquet"))
        if size < 0.9 * len(self._urls.read_text().splitlines()) * 45_000:
            raise RuntimeError(f"img2dataset stored {size} bytes only")
        return spent

    def tune(self) -> None:
        """Takes the number of threads that is fastest."""
        walls = {threads: self.run(threads).wall for threads in THREADS}
        self.threads = min(walls, key=walls.__getitem__)
        told = ", ".join(f"{threads}: {wall:.1f} s" for threads, wall in walls.items())
        print(f"img2dataset by threads: {told}", file=sys.stderr)


def ours(way: str, urls: Path) -> Cost:
    with tempfile.TemporaryDirectory() as folder:
        return cost([sys.executable, __file__, "--way", way, str(urls), folder])


def say(way: str, count: int, mine: Cost, other: str, their: Cost, target: float | None) -> None:
    note = f"CPU {mine.cpu:.1f} s, the peer's {their.cpu:.1f} s, for {count} pictures"
    ratio = their.wall / mine.wall
    report("images", way, count / mine.wall, "1/s", other, count / their.wall, ratio, target, note)


def compare(urls: Path, peer: Peer | None, rounds: int) -> None:
    spent: dict[str, list[Cost]] = {name: [] for name in (*WAYS, "peer")}
    for _ in range(rounds):
        for way in WAYS:
            spent[way].append(ours(way, urls))
            if peer and way != "bare":
                spent["peer"].append(peer.run())
    middle = {name: Cost.middle(costs) for name, costs in spent.items() if costs}
    count = len(urls.read_text().splitlines())
    if peer:
        name = f"img2dataset, {peer.threads} threads"
        say("checked", count, middle["checked"], name, middle["peer"], 2.0)
        say("decoded", count, middle["decoded"], name, middle["peer"], 1.0)
        say("staged", count, middle["staged"], name, middle["peer"], 1.0)
    for way in ("checked", "decoded", "staged"):
        say(f"{way}_to_bare", count, middle[way], "aiohttp, fetch only", middle["bare"], None)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--img2dataset", type=Path, help="the python that has it installed")
    parser.add_argument("--threads", type=int, help="of the peer, instead of trying")
    parser.add_argument("--images", type=int, default=COUNT)
    parser.add_argument("--rounds", type=int, default=3, help="how often")
    parser.add_argument("--way", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way:
        sys.meta_path.insert(0, WithoutPandas())
        way, listed, folder = options.way
        WAYS[way](Path(listed).read_text().split(), Path(folder))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        draw_all(folder, options.images)
        with nginx(folder) as origin:
            urls = folder / "urls.txt"
            urls.write_text("".join(f"{origin}/{n:05d}.jpg\n" for n in range(options.images)))
            peer = Peer(options.img2dataset, urls) if options.img2dataset else None
            if peer is None:
                print("no --img2dataset: that peer is left out", file=sys.stderr)
            elif options.threads:
                peer.threads = options.threads
            else:
                peer.tune()
            compare(urls, peer, options.rounds)


if __name__ == "__main__":
    main()
