"""A whole run with a model, killed again and again, beside one that was left alone.

    python scripts/bench/kill_model_run.py --gimp DIR [--kills 12] [--seed 0]

The 60 pages of the GIMP help (data/README.md) are on loopback; all agents ask a scripted model that
answers from the verdicts. `vqva-crawl run` goes through them undisturbed, then in another folder
under SIGKILL: each kill falls into a share of the way of its own, at random, and the same command
goes on.

Prints one JSON object a line; where the peer is "promised", its value is the most that there may
be. Ends with 1 if

- a sample is missing, is one too many, or differs in anything but the time of its fetch
- a stored answer is asked for again, or a kill costs more calls than may be in flight
- a page or picture of a committed unit is fetched again, or a kill costs more fetches than may be
  in flight
"""

from __future__ import annotations

import argparse
import mimetypes
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

import rows
from gimp_documents import collected
from verdicts import Verdicts, documents

from vqva_crawl.clients.fake_model import ChatRequest, FakeModelServer
from vqva_crawl.storage.parts import PartStore

sys.path.append(str(Path(__file__).parents[2] / "tests"))
from watched import Marking, Watched

import runs
from webpages import Site

report = partial(rows.report, "kill_model_run")

LATENCY = 0.05  # seconds that an answer takes
SLOTS = 8  # calls in flight at the most
AT_ONCE = 4  # requests to the site in flight at the most
LINGER = 0.5  # seconds at the most between a point of the way and its kill
FEWEST = 10  # kills
Points = list[tuple[float, float]]


def site_of(root: Path) -> Site:
    files = [path for path in root.rglob("*") if path.is_file()]
    return Site({f"/{path.relative_to(root).as_posix()}": served(path) for path in files})


def served(path: Path) -> tuple[str, bytes]:
    return mimetypes.guess_type(path.name)[0] or "text/plain", path.read_bytes()


def answering(run: Path, root: Path, base: str) -> Callable[[ChatRequest], str]:
    """The scripted model; it looks at the documents of a run when it is first asked about one."""

    @cache
    def verdicts() -> Verdicts:
        found = collected(PartStore(str(run / "parts")), root, base)
        return Verdicts(found, found.jpegs(), recall=1.0)

    return lambda request: verdicts()(request)


def configured(folder: Path, origin: str, url: str) -> Path:
    """The config of a run over the 60 pages and nothing else of the site."""
    start = [f"{origin}/{told['page']}" for told in documents()]
    options = {"start": start, "max_depth": 0, "sitemap": False, "exhaust": True}
    return runs.config(
        folder,
        [origin],
        search={"backends": [{"kind": "site", "options": options}]},
        fetch={"allow_origins": [origin], "per_host": {"concurrency": AT_ONCE, "delay": 0}},
        units={"collect_urls": 12, "annotate_documents": 6},
        agents={role: {"name": "vlm"} for role in runs.ROLES},
        model={"base_url": url, "name": "fake", "api_key_env": None, "concurrency": SLOTS},
        plugins=[],
    )


def played(folder: Path, root: Path, site: Site, points: Points) -> Watched:
    """A run in a folder of its own, with a cache of its own, killed at each of these points."""
    folder.mkdir()
    site.requests = Counter()
    model = Marking(answering(folder / "runs/run", root, f"{site.origin}/"))
    with FakeModelServer(model, latency=LATENCY, keep_requests=False) as server:
        config = configured(folder, site.origin, server.base_url)
        run = Watched(config, model, site.requests)
        for point, linger in points:
            run.killed_at(point, linger)
        run.to_its_end()
    return run


def drawn(kills: int, way: int, seed: int) -> Points:
    """As many points as kills, each in a share of the way of its own, and how long after each."""
    rng = random.Random(seed)
    share = way / kills
    return [(rng.uniform(n, n + 1) * share, rng.uniform(0, LINGER)) for n in range(kills)]


def compared(whole: Watched, broken: Watched) -> bool:
    """Prints what came of both runs; returns whether everything promised was kept."""
    pace = f"{LATENCY * 1000:.0f} ms a call, {SLOTS} at once"
    report("kills", broken.kills, "kills")
    report("samples", len(broken.samples()), "samples", "undisturbed", len(whole.samples()))
    report("calls", broken.calls, "calls", "undisturbed", whole.calls)
    report("wall", broken.seconds, "s", "undisturbed", whole.seconds, note=pace)
    missing = 2 * len(documents()) - whole.documents() - broken.documents()
    unlike = whole.samples() ^ broken.samples()
    others = whole.model.distinct ^ broken.model.distinct
    again = broken.calls - len(broken.model.distinct)
    each = ", ".join(map(str, broken.lost))
    kept = [
        promised("documents_missing", missing, "documents", 0),
        promised("samples_unlike", len(unlike), "samples", 0),
        promised("calls_unlike", len(others), "calls", 0),
        promised("stored_asked_again", whole.stored_again + broken.stored_again, "calls", 0),
        promised("not_stored_at_the_end", whole.lost[-1] + broken.lost[-1], "calls", 0),
        promised("lost_by_one_kill", max(broken.lost), "calls", SLOTS, f"by process: {each}"),
        promised("asked_again", again, "calls", SLOTS * broken.kills),
        promised("committed_fetched_again", broken.committed_again, "requests", 0),
        promised("fetched_again", broken.fetched_again, "requests", AT_ONCE * broken.kills),
    ]
    return all(kept) and broken.kills >= FEWEST


def promised(metric: str, value: int, unit: str, most: int, note: str = "") -> bool:
    ratio = 1.0 if value <= most else most / value
    report(metric, value, unit, "promised", most, ratio, 1.0, note)
    return value <= most


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--gimp", type=Path, required=True, help="the site's root")
    parser.add_argument("--kills", type=int, default=12, help=f"at least {FEWEST}")
    parser.add_argument("--seed", type=int, default=0, help="of the kills")
    options = parser.parse_args()
    site = site_of(options.gimp)
    try:
        with tempfile.TemporaryDirectory() as folder:
            whole = played(Path(folder) / "whole", options.gimp, site, [])
            points = drawn(options.kills, whole.way, options.seed)
            broken = played(Path(folder) / "broken", options.gimp, site, points)
            return 0 if compared(whole, broken) else 1
    finally:
        site.close()


if __name__ == "__main__":
    sys.exit(main())
