"""A whole run over one site on loopback: time, memory, requests, samples.

    python scripts/bench/run_site.py --site gimp-help-en/usr/share/gimp/2.0/help --start /en/

The peer is a bare aiohttp client that fetches the same pages and pictures from the same server, 8
at a time, and does nothing with them: what the run adds to that is robots, opt-outs, extraction,
decoding, hashing, five agents and Parquet. The two alternate; medians are printed, a JSON object
a line.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import aiohttp
import yaml


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The origin of a static server in a process of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen([*command, "--protocol", "HTTP/1.1", "-d", str(folder)], **quiet)
    try:
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", port), 0.1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def write_config(folder: Path, origin: str, start: str) -> Path:
    config = {
        "name": "bench",
        "limits": {"rounds": 1},
        "search": {
            "backends": [{"kind": "site", "options": {"start": [origin + start], "exhaust": True}}]
        },
        "fetch": {"allow_origins": [origin], "per_host": {"concurrency": 8, "delay": 0}},
        "storage": {"root": str(folder)},
    }
    path = folder / "bench.yaml"
    path.write_text(yaml.safe_dump(config))
    return path


def run(config: Path) -> tuple[float, float, float]:
    """(wall seconds, CPU seconds, peak MiB of the largest process) of a whole run."""
    code = (
        f"import resource, json, vqva_crawl as vc; vc.run({str(config)!r}); "
        "u = [resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]; "
        "print(json.dumps([sum(x.ru_utime + x.ru_stime for x in u), max(x.ru_maxrss for x in u)]))"
    )
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, env=os.environ
    )
    wall = time.monotonic() - began
    cpu, peak = json.loads(done.stdout.splitlines()[-1])
    return wall, cpu, peak / 1024


def fetched(run_folder: Path) -> list[str]:
    """The pages and pictures that a run took."""
    ledger = sqlite3.connect(run_folder / "ledger.sqlite")
    pages = [url for (url,) in ledger.execute("SELECT url FROM urls")]
    pictures = [url for (url,) in ledger.execute("SELECT url FROM image_urls")]
    ledger.close()
    return pages + pictures


async def bare(urls: list[str]) -> None:
    waiting = iter(urls)
    connector = aiohttp.TCPConnector(limit=8)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def work() -> None:
            for url in waiting:
                async with session.get(url) as response:
                    await response.read()

        await asyncio.gather(*(work() for _ in range(8)))


def timed_bare(urls: list[str]) -> tuple[float, float]:
    """(wall, CPU) seconds."""
    began, used = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF)
    asyncio.run(bare(urls))
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime
    return time.monotonic() - began, cpu


def say(
    metric: str, value: float, unit: str, peer_value: float | None = None, note: str = ""
) -> None:
    line = {
        "bench": "run_site",
        "metric": metric,
        "value": round(value, 2),
        "unit": unit,
        "peer": "aiohttp, fetch only" if peer_value is not None else None,
        "peer_value": round(peer_value, 2) if peer_value is not None else None,
        "ratio": round(peer_value / value, 3) if peer_value is not None else None,
        "target": None,
        "note": note,
    }
    print(json.dumps(line), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--site", type=Path, required=True, help="the folder to serve")
    parser.add_argument("--start", default="/", help="the path to start at")
    parser.add_argument("--rounds", type=int, default=3, help="how often")
    options = parser.parse_args()
    ours: list[tuple[float, float, float]] = []
    peer: list[tuple[float, float]] = []
    with served(options.site) as origin:
        for _ in range(options.rounds):
            with tempfile.TemporaryDirectory() as folder:
                ours.append(run(write_config(Path(folder), origin, options.start)))
                run_folder = Path(folder) / "bench"
                urls = fetched(run_folder)
                ledger = sqlite3.connect(run_folder / "ledger.sqlite")
                requests = ledger.execute("SELECT sum(requests) FROM units").fetchone()[0]
                count = "SELECT count(*) FROM samples WHERE state = 'accepted'"
                samples = ledger.execute(count).fetchone()[0]
                ledger.close()
            peer.append(timed_bare(urls))
    wall, cpu, peak = (median(column) for column in zip(*ours, strict=True))
    peer_wall, peer_cpu = (median(column) for column in zip(*peer, strict=True))
    note = f"the peer fetched {len(urls)} URLs"
    say("wall", wall, "s", peer_wall, note)
    say("cpu", cpu, "s", peer_cpu, note)
    say("peak_memory", peak, "MiB", note="largest process")
    say("requests", requests, "requests", note="pages and pictures, refused ones too")
    say("samples", samples, "samples")


if __name__ == "__main__":
    main()
