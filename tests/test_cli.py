"""Bad input gives one clear line and the right exit code; good input what it promises."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import runs
from webpages import gallery


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["run", "--config", "nowhere.yaml"], 2, "no file 'nowhere.yaml'"),
        (["run", "--config", "quickstart", "--set", "limits.x=1"], 2, "limits.x: unknown key"),
        (["run", "--config", "quickstart", "--set", "seed=abc"], 2, "seed: Input should be"),
        (
            ["run", "--config", "quickstart", "--set", "plugins=[no_such]"],
            2,
            "cannot import 'no_such'",
        ),
        (
            ["run", "--config", "quickstart", "--set", "agents.filter.name=nope"],
            2,
            "no filter named 'nope'",
        ),
        (["run", "--config", "site", "--set", "storage.root=/proc/x"], 74, "cannot be written"),
        (["run", "--config", "quickstart", "--set", "storage.ledger=foo"], 2, "storage.ledger: "),
        (["run", "--config", "quickstart", "--set", "storage.parts=foo://b"], 2, "storage.parts: "),
        (["run", "--config", "quickstart", "--set", "fetch.proxy=foo"], 2, "fetch.proxy: "),
        (
            ["run", "--config", "quickstart", "--set", "fetch.user_agent=Bö"],
            2,
            "fetch.user_agent: ",
        ),
        (
            [
                "run",
                "--config",
                "quickstart",
                "--set",
                "agents.filter.options={per_question_image: x}",
            ],
            2,
            "agents.filter.options.per_question_image: ",
        ),
        (
            [
                "run",
                "--config",
                "quickstart",
                "--dry-run",
                "--set",
                "agents.retriever.options={max_pair: 3}",
            ],
            2,
            "agents.retriever.options.max_pair: unknown key",
        ),
        (
            [
                "run",
                "--config",
                "site",
                "--dry-run",
                "--set",
                "search.backends=[{kind: site, options: {start: []}}]",
            ],
            2,
            "search.backends.0.options.start: ",
        ),
        (
            ["run", "--config", "quickstart", "--set", "plugins=[broken]"],
            2,
            "cannot import 'broken'",
        ),
        (["status", "nothing"], 2, "no run 'nothing'"),
        (["publish", "nothing"], 2, "no run 'nothing'"),
        (["init", "nothing"], 2, "no template 'nothing'"),
        (["run", "--config", "site", "--fork", "other"], 2, "there is no run 'my-site'"),
    ],
)
def test_bad_input_is_one_line_and_a_code(tmp_path, arguments, code, said):
    (tmp_path / "broken.py").write_text("1 / 0")
    done = runs.call(*arguments, cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert len(lines(done.stderr)) == 1


def test_a_wrong_config_in_a_process_of_its_own(tmp_path):
    done = runs.call_apart("run", "--config", "nowhere.yaml", cwd=tmp_path)
    assert done.returncode == 2
    assert len(lines(done.stderr)) == 1


def test_a_terminal_that_lacks_a_character_ends_no_command(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONIOENCODING", "latin-1")
    dry = ("run", "--config", "quickstart", "--dry-run", "--set", "model.name=a→b")
    done = runs.call_apart(*dry, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "name: a?b" in done.stdout


def test_version_init_and_dry_run(tmp_path):
    assert runs.call("--version", cwd=tmp_path).stdout.startswith("vqva-crawl ")
    assert runs.call("init", "site", cwd=tmp_path).returncode == 0
    again = runs.call("init", "site", cwd=tmp_path)
    assert again.returncode == 2
    assert "exists already" in again.stderr
    dry = runs.call("run", "--config", "site.yaml", "--dry-run", cwd=tmp_path)
    assert dry.returncode == 0
    assert "name: my-site" in dry.stdout
    quiet = runs.call("run", "--config", "site.yaml", "--dry-run", "--quiet", cwd=tmp_path)
    assert quiet == (0, "", "")
    assert not (tmp_path / "runs").exists()


def test_help_and_completion_wait_for_nothing_heavy():
    loads = "import sys, vqva_crawl.cli; print(*sys.modules)"
    loaded = subprocess.check_output([sys.executable, "-c", loads], text=True).split()
    assert not {"sqlalchemy", "pyarrow", "numpy", "PIL", "aiohttp", "openai"} & set(loaded)


def test_a_dead_host_collects_nothing_and_exits_3(tmp_path):
    origin = "http://127.0.0.1:9"  # the discard port: nobody listens
    config = runs.config(tmp_path, [origin], fetch={"allow_origins": [origin], "retries": 0})
    done = runs.call("run", "--config", str(config), cwd=tmp_path)
    assert done.returncode == 3
    said = lines(done.stderr)[-1]
    assert said.startswith("vqva-crawl: no document was collected: ")
    assert origin in said


def test_what_failed_for_the_day_is_asked_for_again_in_the_next_round(tmp_path, serve):
    site = serve(gallery(4))
    broken = {f"/page-{n}.html" for n in range(2)}
    site.failing |= broken
    config = runs.config(tmp_path, [site.origin], limits={"rounds": 5}, fetch=runs.hasty(site))
    command = ("run", "--config", str(config), "--quiet", "--rounds", "1")
    assert runs.call(*command, cwd=tmp_path).returncode == 0
    before = runs.ids(tmp_path / "runs/run")
    site.failing.clear()
    site.requests.clear()
    assert runs.call(*command, cwd=tmp_path).returncode == 0
    assert len(runs.ids(tmp_path / "runs/run")) == len(before) + 2
    assert {path for path in site.requests if path.endswith(".html")} == broken


CANCELS = """
import asyncio
async def failing(candidate, context):
    task = asyncio.ensure_future(asyncio.sleep(60))
    task.cancel()
    await task
"""


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("async def failing(candidate, context): return 1 / 0", "division by zero"),
        ("async def failing(candidate, context): raise SystemExit(7)", "tried to end"),
        (CANCELS, "filter 'failing' was cancelled, though not by us"),
        ("async def failing(candidate, context): return None", "gave NoneType, not Scores"),
    ],
)
def test_an_agent_that_fails_on_most_records_is_no_success(tmp_path, serve, line, said):
    (tmp_path / "failing.py").write_text(
        f"{line}\nimport vqva_crawl as vc\nvc.agent('filter', name='failing')(failing)\n"
    )
    sys.modules.pop("failing", None)
    more = {"plugins": ["simple_agents", "failing"]}
    agents = {role: {"name": "simple"} for role in runs.ROLES} | {"filter": {"name": "failing"}}
    config = runs.config(tmp_path, [serve(gallery(3)).origin], agents=agents, **more)
    done = runs.call("run", "--config", str(config), "--quiet", cwd=tmp_path)
    assert done.returncode == 3
    gate = lines(done.stderr)[-1]
    assert "filter failed on 3 of 3 records" in gate
    assert said in gate
    told = re.search(r"\(see vqva-crawl (inspect) (\S+) (\S+)\)", gate).groups()
    assert said in runs.call(*told, cwd=tmp_path).stdout


@pytest.mark.parametrize(
    "line",
    [
        "return None",
        "raise ValueError('no ideas')",
        "raise SystemExit",
        "import asyncio; raise asyncio.CancelledError",
    ],
)
def test_a_planner_that_fails_is_one_line(tmp_path, serve, line):
    (tmp_path / "planning.py").write_text(
        "import vqva_crawl as vc\n@vc.agent('planner', name='planning')\n"
        f"async def planning(state, context): {line}\n"
    )
    sys.modules.pop("planning", None)
    more = {"plugins": ["simple_agents", "planning"], "plan": {"agent": {"name": "planning"}}}
    config = runs.config(tmp_path, [serve(gallery(2)).origin], **more)
    done = runs.call("run", "--config", str(config), "--quiet", cwd=tmp_path)
    assert done.returncode == 2
    assert lines(done.stderr) == [done.stderr.strip()]
    assert "the planner 'planning' failed" in done.stderr


def test_days_without_an_answer_do_not_use_up_the_rounds(tmp_path, serve):
    site = serve(gallery(3))
    site.failing |= set(site.files)
    config = runs.config(tmp_path, [site.origin], limits={"rounds": 1}, fetch=runs.hasty(site))
    for _ in range(2):
        lost = runs.call("run", "--config", str(config), "--quiet", cwd=tmp_path)
        assert lost.returncode == 3
        assert f"{site.origin}/" in lost.stderr
        assert "asks again" in lost.stderr
    site.failing.clear()
    assert runs.call("run", "--config", str(config), "--quiet", cwd=tmp_path).returncode == 0
    assert len(runs.ids(tmp_path / "runs/run")) == 3


def test_loopback_is_refused_unless_named(tmp_path, serve):
    site = serve(gallery(2))
    config = runs.config(tmp_path, [site.origin], fetch={"per_host": {"delay": 0}})
    done = runs.call("run", "--config", str(config), "--quiet", cwd=tmp_path)
    assert done.returncode == 3
    assert "denied_address" in done.stderr
    assert not site.requests


def test_other_deciding_keys_are_refused_and_a_fork_asks_the_web_for_nothing(tmp_path, serve):
    site = serve(gallery(6))
    config = runs.config(tmp_path, [site.origin])
    assert runs.call("run", "--config", str(config), "--quiet", cwd=tmp_path).returncode == 0
    asked = sum(site.requests.values())
    change = ("--set", "agents.filter.options.per_question_image=1", "--set", "limits.samples=99")
    refused = runs.call("run", "--config", str(config), *change, cwd=tmp_path)
    assert refused.returncode == 2
    assert "agents.filter.options.per_question_image" in refused.stderr
    assert "limits.samples" not in refused.stderr
    forked = runs.call("run", "--config", str(config), *change, "--fork", "other", cwd=tmp_path)
    assert forked.returncode == 0, forked.stderr
    assert sum(site.requests.values()) == asked
    assert runs.ids(tmp_path / "runs/other") == runs.ids(tmp_path / "runs/run") != []


def test_one_bad_page_or_picture_costs_only_itself(tmp_path, serve):
    files = gallery(6)
    whole = files["/pictures/0.png"][1]
    files["/pictures/1.png"] = ("image/png", whole[: len(whole) // 2])
    files["/big.html"] = ("text/html", b"<p>" + b"x" * 30_000_000)
    files["/binary.html"] = ("application/pdf", b"%PDF-1.4")
    files["/broken.html"] = (
        "text/html",
        files["/page-2.html"][1].replace(b"Original", b"\xff\xfeO"),
    )
    extra = "".join(f'<a href="/{n}">{n}</a>' for n in ("big.html", "binary.html", "gone.html"))
    files["/"] = ("text/html", files["/"][1].replace(b"<ul>", f"<ul>{extra}".encode()))
    site = serve(files)
    config = runs.config(tmp_path, [site.origin])
    done = runs.call("run", "--config", str(config), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    fates = dict(
        runs.query(tmp_path / "runs/run", "SELECT url, reason FROM urls WHERE reason != ''")
    )
    fates = {url.removeprefix(site.origin): reason for url, reason in fates.items()}
    assert fates["/big.html"] == "too_large"
    assert fates["/binary.html"] == "wrong_type"
    assert fates["/gone.html"] == "http_404"
    assert fates["/page-1.html"] == "too_few_pictures"
    assert runs.ids(tmp_path / "runs/run")


def test_everybody_says_the_same_of_pages(tmp_path, serve):
    files = gallery(4)
    files["/few.html"] = ("text/html", b"<p>A page without a picture.</p>")
    links = "".join(f'<a href="/{n}.html">{n}</a>' for n in ("few", "gone", "private"))
    files["/"] = ("text/html", files["/"][1].replace(b"<ul>", f"<ul>{links}".encode()))
    files["/robots.txt"] = ("text/plain", b"User-agent: *\nDisallow: /private.html")
    config = runs.config(tmp_path, [serve(files).origin])
    assert runs.call("run", "--config", str(config), "--quiet", cwd=tmp_path).returncode == 0
    run = tmp_path / "runs/run"
    card, report = (run / "dataset/README.md").read_text(), (run / "report/index.html").read_text()
    status = runs.call("status", "run", cwd=tmp_path).stdout
    assert re.search(r"pages +│ 6 \(4 documents kept\)", status)
    assert "| pages fetched | 6 |" in card
    assert "<dd>6</dd><dt>Pages fetched</dt>" in report
    assert 'vqva_crawl_pages{run="run"} 6.0' in (run / "metrics.prom").read_text()
    assert len({row["source"]["page_url"] for row in runs.rows(run)}) == 4
    assert "found on 4 web pages" in card
    assert "found on 4 pages of 1 host." in report
    assert "URLs without a document" in report


def test_status_report_and_publish_of_a_finished_run(tmp_path, serve):
    site = serve(gallery(5))
    config = runs.config(tmp_path, [site.origin])
    assert runs.call("run", "--config", str(config), "--quiet", cwd=tmp_path).returncode == 0
    run = tmp_path / "runs/run"
    status = runs.call("status", "run", cwd=tmp_path)
    assert status.returncode == 0
    assert "retrieve" in status.stdout
    (run / "report/index.html").unlink()
    assert "index.html" in runs.call("report", str(run), cwd=tmp_path).stdout
    assert (run / "report/index.html").exists()
    before = runs.ids(run)
    for shard in (run / "dataset").glob("*.parquet"):
        shard.unlink()
    done = runs.call("publish", "run", cwd=tmp_path)
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 1
    assert runs.ids(run) == before != []


def test_a_domain_with_more_than_its_share_is_told(tmp_path, serve):
    site = serve(gallery(2))
    config = runs.config(tmp_path, [site.origin], publish={"domain_share": 0.5})
    said = "127.0.0.1 is 100% of the dataset, although publish.domain_share is 0.5: with 1 domain"
    assert said in runs.call("run", "--config", str(config), cwd=tmp_path).stderr
    assert said in runs.call("publish", "run", cwd=tmp_path).stdout


def test_the_readme_s_completion_hint_is_true(tmp_path):
    program = Path(sys.executable).with_name("vqva-crawl")
    words = {"COMP_WORDS": "vqva-crawl st", "COMP_CWORD": "1"}
    environment = {**os.environ, "_VQVA_CRAWL_COMPLETE": "complete_bash", **words}
    done = subprocess.run(
        [program], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert "status" in done.stdout


def test_a_ledger_that_is_gone_costs_no_part(tmp_path, serve):
    config = runs.config(tmp_path, [serve(gallery(3)).origin])
    assert runs.call("run", "--config", str(config), "--quiet", cwd=tmp_path).returncode == 0
    run = tmp_path / "runs/run"
    parts, ids = sorted(run.glob("parts/*/*")), runs.ids(run)
    for ledger in run.glob("ledger.sqlite*"):
        ledger.rename(tmp_path / ledger.name)
    for command in ("status", "publish", "report"):
        done = runs.call(command, "run", cwd=tmp_path)
        assert done.returncode == 74
        assert "ledger" in done.stderr
    done = runs.call("run", "--config", str(config), cwd=tmp_path)
    assert done.returncode == 74
    assert "the ledger knows no run" in done.stderr
    assert sorted(run.glob("parts/*/*")) == parts
    assert runs.ids(run) == ids
    elsewhere = f"storage.ledger=sqlite:///{tmp_path}/ledger.sqlite"
    assert runs.call("publish", "run", "--set", elsewhere, cwd=tmp_path).returncode == 0
    assert runs.ids(run) == ids


def test_a_ledger_in_a_file_is_of_one_run(tmp_path, serve):
    config = runs.config(tmp_path, [serve(gallery(3)).origin])
    ledger = ["--set", f"storage.ledger=sqlite:///{tmp_path}/ledger.sqlite"]
    play = ["run", "--config", str(config), "--quiet", *ledger]
    assert runs.call(*play, cwd=tmp_path).returncode == 0
    before = runs.call("status", "run", "--json", *ledger, cwd=tmp_path)
    for more in (("--set", "name=other"), ("--fork", "other")):
        done = runs.call(*play, *more, cwd=tmp_path)
        assert done.returncode == 2
        assert f"{tmp_path}/ledger.sqlite is the ledger of run 'run'" in done.stderr
    assert runs.call("status", "run", "--json", *ledger, cwd=tmp_path) == before
    assert runs.call(*play, cwd=tmp_path).returncode == 0


def written(ledger: Path) -> list[str]:
    """All that is in a ledger but for who held it."""
    with closing(sqlite3.connect(ledger)) as opened:
        return [line for line in opened.iterdump() if '"lease"' not in line]


def test_a_ledger_of_a_run_elsewhere_is_left_as_it_is(tmp_path, serve):
    config = runs.config(tmp_path, [serve(gallery(3)).origin])
    ledger = tmp_path / "ledger.sqlite"
    play = [
        "run",
        "--config",
        str(config),
        "--quiet",
        "--set",
        f"storage.ledger=sqlite:///{ledger}",
    ]
    assert runs.call(*play, cwd=tmp_path).returncode == 0
    before = written(ledger)
    for more in ((), ("--set", "limits.rounds=9", "--set", "fetch.refresh=0")):
        done = runs.call(*play, "--set", f"storage.root={tmp_path}/other", *more, cwd=tmp_path)
        assert done.returncode == 74
        assert "give this run a name or a ledger of its own" in done.stderr
    assert written(ledger) == before
    assert runs.call("publish", "run", *play[4:], cwd=tmp_path).returncode == 0


def test_a_copied_run_with_an_odd_name_is_itself(tmp_path, serve):
    config = runs.config(tmp_path, [serve(gallery(3)).origin])
    assert runs.call("run", "--config", str(config), "--quiet", cwd=tmp_path).returncode == 0
    copy = tmp_path / "a #b?x=1%41: c" / "copy"
    shutil.copytree(tmp_path / "runs/run", copy)
    shutil.rmtree(tmp_path / "runs")
    shutil.rmtree(copy / "dataset")
    assert runs.call("publish", str(copy), cwd=tmp_path).returncode == 0
    assert len(runs.ids(copy)) == 3
    assert not (tmp_path / "runs").exists()


def test_damaged_picture_bytes_are_not_published(tmp_path, serve):
    config = runs.config(tmp_path, [serve(gallery(3)).origin])
    assert runs.call("run", "--config", str(config), "--quiet", cwd=tmp_path).returncode == 0
    for part in (tmp_path / "runs/run/parts").glob("collect*/images.parquet"):
        rows = pq.read_table(part).to_pylist()
        for row in rows:
            row["bytes"] = row["bytes"][:-1]
        pq.write_table(pa.Table.from_pylist(rows, schema=pq.read_schema(part)), part)
    done = runs.call("publish", "run", cwd=tmp_path)
    assert done.returncode == 74
    assert "is damaged" in done.stderr


def test_a_mended_typo_does_not_bind_the_run(tmp_path, serve):
    origin = serve(gallery(3)).origin
    wrong = {"backends": [{"kind": "site", "options": {"strat": [origin]}}]}
    refused = runs.call(
        "run", "--config", str(runs.config(tmp_path, [origin], search=wrong)), cwd=tmp_path
    )
    assert refused.returncode == 2
    assert "strat" in refused.stderr or "start" in refused.stderr
    mended = runs.config(tmp_path, [origin])
    assert runs.call("run", "--config", str(mended), "--quiet", cwd=tmp_path).returncode == 0


def test_where_limits_pages_ends_a_run_it_says_so(tmp_path, serve):
    site = serve(gallery(5))
    limits = {"pages": 3, "rounds": 9}
    config = runs.config(tmp_path, [site.origin], limits=limits)
    done = runs.call("run", "--config", str(config), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "limits.pages reached (3)" in done.stdout
    assert len(site.requests) == 1 + 3 + 4  # robots.txt, pages, pictures of two


FAULTY_BACKENDS = """
import asyncio
from contextlib import asynccontextmanager
import vqva_crawl as vc

@vc.search_backend("closed")
@asynccontextmanager
async def closed(options, context):
    raise RuntimeError("no index here")
    yield

class Junk:
    name = "junk"
    async def search(self, query, limit):
        return ["not a hit"]

@vc.search_backend("junk")
@asynccontextmanager
async def junk(options, context):
    yield Junk()

class Gone:
    name = "gone"
    async def search(self, query, limit):
        task = asyncio.ensure_future(asyncio.sleep(60))
        task.cancel()
        await task

@vc.search_backend("gone")
@asynccontextmanager
async def gone(options, context):
    yield Gone()
"""


@pytest.mark.parametrize(
    ("kind", "code", "said"),
    [
        ("closed", 2, "search.backends.0: 'closed' could not be opened: RuntimeError"),
        ("junk", 3, "search: junk: "),
        ("gone", 3, "gone: RuntimeError: it was cancelled, though not by us"),
    ],
)
def test_a_backend_that_fails_is_named(tmp_path, kind, code, said):
    (tmp_path / "faulty.py").write_text(FAULTY_BACKENDS)
    sys.modules.pop("faulty", None)
    backends = {"search": {"backends": [{"kind": kind}]}, "plugins": ["simple_agents", "faulty"]}
    config = runs.config(tmp_path, [], **backends)
    done = runs.call("run", "--config", str(config), cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
