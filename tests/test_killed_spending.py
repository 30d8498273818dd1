"""What was under way when a run was killed is counted, and its caps decide as if nothing was."""

from __future__ import annotations

import json
import random
import time
import zlib
from collections import defaultdict
from pathlib import Path

import pyarrow.parquet as pq

import runs
import scripted_model
from vqva_crawl.clients.fake_model import ChatRequest, FakeModelServer
from vqva_crawl.storage.spend_lines import Spend, read
from vqva_crawl.storage.spending import spent, whole
from webpages import gallery

PAGES = 6
WORDS = "calm cold deep dull fair fine firm flat full hard high kind late lean long loud".split()


def reply(request: ChatRequest) -> str:
    """Every page gets words of its own, so that no two calls are equal, and some take longer."""
    answer = json.loads(scripted_model.reply(request))
    digest = zlib.crc32(b"".join(request.images) or request.text.encode())
    if "question" in answer:
        word, other = WORDS[digest % 16], WORDS[digest // 16 % 16]
        answer["question"] = f"What does this {word} and {other} picture look like once treated?"
    if "analysis" in answer:
        more = random.Random(digest).choices(WORDS, k=digest % 97)
        answer["analysis"] = f"It is {' '.join((*more, 'and sound'))}."
    return json.dumps(answer)


def configured(folder: Path, origin: str, server: FakeModelServer, **model: object) -> Path:
    folder.mkdir()
    return runs.with_model(folder, origin, server, concurrency=2, **model)


def call(path: Path) -> runs.Done:
    return runs.call("run", "--config", str(path), "--quiet", cwd=path.parent)


def killed(path: Path, server: FakeModelServer, calls: int) -> None:
    """Once so many more calls have come, in the middle of one."""
    before = server.calls
    process = runs.start_to_kill("run", "--config", str(path), "--quiet", cwd=path.parent)
    while server.calls < before + calls and process.poll() is None:
        time.sleep(0.01)
    process.kill()


def lines_of(journal: Path) -> list[Spend]:
    return [spend for line in journal.read_bytes().split(b"\n") if (spend := read(line))]


def needs(journal: Path) -> list[int]:
    """What each document's cap has to be at the least, for all its calls to have room."""
    took: dict[str, list[Spend]] = defaultdict(list)
    for line in lines_of(journal):
        took[line.document].append(line)
    return sorted(max(map(sum, _loads(lines))) for lines in took.values())


def _loads(lines: list[Spend]) -> list[list[int]]:
    """At each call: what those before it took, and the most that it may take."""
    settled = [line.tokens for line in lines if line.settled]
    return [
        [*settled[:n], line.tokens]
        for n, line in enumerate(line for line in lines if not line.settled)
    ]


def outcome(path: Path) -> tuple[list[str], list[tuple[str, str, str]]]:
    """(samples, what was rejected and why)."""
    run = path.parent / "runs/run"
    parts = run.glob("parts/annotate-*/rejected.parquet")
    rows = [row for part in parts for row in pq.read_table(part).to_pylist()]
    return sorted(runs.ids(run)), sorted((r["stage"], r["id"], r["reason"]) for r in rows)


def test_killed_at_random_a_cap_of_documents_refuses_the_same_records(tmp_path, serve):
    site = serve(gallery(PAGES))
    with FakeModelServer(reply, latency=0.05) as server:
        free = configured(tmp_path / "free", site.origin, server)
        assert call(free).returncode == 0
        assert len({json.dumps(request.raw) for request in server.requests}) == server.calls
        wanted = needs(free.parent / "runs/run/spend.jsonl")
        caps = {"document_tokens": wanted[PAGES // 2] - 1}
        whole_run = configured(tmp_path / "whole", site.origin, server, caps=caps)
        assert call(whole_run).returncode == 0
        samples, rejected = outcome(whole_run)
        assert 0 < len(samples) < PAGES
        assert "budget" in [reason for _, _, reason in rejected]
        broken = configured(tmp_path / "broken", site.origin, server, caps=caps)
        for calls in (1, 3, 2, 3):
            killed(broken, server, calls)
        assert call(broken).returncode == 0
    assert outcome(broken) == (samples, rejected)


def test_what_was_under_way_at_a_kill_counts_in_full_after_it(tmp_path, serve):
    site = serve(gallery(PAGES))
    with FakeModelServer(reply, latency=0.3) as server:
        path = configured(tmp_path / "run", site.origin, server)
        killed(path, server, 4)
        journal = path.parent / "runs/run/spend.jsonl"
        lines = lines_of(journal)
        lost = [line for line in {line.id: line for line in lines}.values() if not line.settled]
        total = whole(spent(journal))
        assert 1 <= total.failed == len(lost) <= 2
        assert total.tokens >= sum(line.tokens for line in lost) > 0
        full = ("--set", f"model.caps.run_tokens={total.tokens}")
        done = runs.call("run", "--config", str(path), "--quiet", *full, cwd=path.parent)
        assert done.returncode == 5, done.stderr
        assert call(path).returncode == 0
        shown = runs.call("status", "run", cwd=path.parent).stdout
    after = whole(spent(journal))
    assert after.failed == len(lost)
    assert f"{after.prompt:,}" in shown
