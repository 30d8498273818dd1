"""doctor finds what a run would stumble over, says what to do, and ends in good time."""

from __future__ import annotations

import asyncio
import json
import time
from email.utils import formatdate
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import runs
import test_json
from vqva_crawl.clients.fake_model import ChatRequest, FakeModelServer, faults
from vqva_crawl.config.models import Render
from vqva_crawl.doctor import disk, machine, web
from vqva_crawl.doctor.finding import Check, Finding, apart, looked
from webpages import Site, gallery


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch):
    for name in machine.BUNDLES:
        monkeypatch.delenv(name, raising=False)


def doctor(folder: Path, *more: str) -> tuple[int, dict[str, dict[str, Any]]]:
    """The exit code, and the findings by name."""
    done = runs.call("doctor", "--json", *more, cwd=folder)
    found = json.loads(done.stdout)
    assert done.returncode == found["exit_code"]
    return done.returncode, {check["name"]: check for check in found["checks"]}


def asking(folder: Path, *origins: str, **more: object) -> tuple[int, dict[str, dict[str, Any]]]:
    return doctor(folder, "--config", str(runs.config(folder, list(origins), **more)))


def answering(request: ChatRequest) -> str:
    return '{"reachable": true}' if request.schema else "grey"


# the whole ------------------------------------------------------------------------------------


def test_the_embedded_default_needs_no_network(tmp_path):
    done = runs.call("doctor", cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    states = [line.split()[0] for line in done.stdout.splitlines()]
    assert set(states) <= {"ok", "warning", "skipped"}
    assert "search demo   answers; 3 hits for 'water'" in done.stdout
    assert not list(tmp_path.iterdir()), "nothing is left behind"


def test_offline_asks_nobody(tmp_path, serve):
    site = serve(gallery(1))
    with FakeModelServer(answering) as server:
        config = runs.with_model(tmp_path, site.origin, server)
        code, found = doctor(tmp_path, "--config", str(config), "--offline")
        assert not server.calls
    assert code == 0
    assert not site.requests
    assert found["search site"]["state"] == found["model fake"]["state"] == "skipped"
    assert found["processes"]["state"] == found["folder"]["state"] == "ok"


def test_the_documented_keys_are_there(tmp_path):
    done = runs.call("doctor", "--offline", "--json", cwd=tmp_path)
    found = json.loads(done.stdout)
    assert found.keys() == test_json.promised("`vqva-crawl doctor --json`")
    [row] = [row for row in test_json.PAGE.splitlines() if row.startswith("| `checks`")]
    assert all(f"`{key}`" in row for key in found["checks"][0])
    names = {check["name"].split()[0] for check in found["checks"]}
    table = test_json.PAGE.split("| check |")[1].split("\n\n")[0]
    assert all(f"`{name}" in table for name in names)


@pytest.mark.parametrize(
    ("more", "code", "check", "said"),
    [
        (["--config", "nowhere.yaml"], 2, "config", "no file"),
        (["--set", "agents.filter.name=nope"], 2, "config", "no filter named 'nope'"),
        (["--set", "storage.root=/proc/x"], 74, "folder", "/proc"),
        (["--set", "storage.min_free_mb=999999999"], 74, "folder", "free some space"),
    ],
)
def test_a_failure_has_its_code_and_the_rest_is_looked_at(tmp_path, more, code, check, said):
    ended, found = doctor(tmp_path, *more, "--offline")
    assert ended == found[check]["code"] == code
    assert found[check]["state"] == "failed"
    assert said in found[check]["said"] + found[check]["advice"]
    assert found["processes"]["state"] == "ok"


def test_of_a_config_that_cannot_be_run_all_is_looked_at_that_can_be(tmp_path):
    more = ("--set", "fetch.render.mode=auto", "--set", "fetch.render.browser=/nonexistent")
    code, found = doctor(tmp_path, *more)
    assert code == 2
    assert found["browser"]["state"] == "failed"
    assert found["folder"]["state"] == found["proxy"]["state"] == "ok"
    assert found["search"]["state"] == found["model"]["state"] == "skipped"
    code, found = doctor(tmp_path, "--set", "fetch.proxy=nonsense")
    assert code == 2
    assert {found[name]["state"] for name in ("proxy", "browser", "folder")} == {"skipped"}
    assert "cannot be run" in found["proxy"]["said"]


# who is asked ---------------------------------------------------------------------------------


def test_a_site_is_asked_for_one_page(tmp_path, serve):
    site = serve(gallery(3))
    code, found = asking(tmp_path, site.origin)
    assert code == 0
    pages = {path for path in site.requests if path.endswith((".html", ".png", "/"))}
    assert pages == {"/"}, "and what is asked of an origin before it"
    assert found["search site"]["said"].startswith(f"{site.origin}/ answers with")
    assert found["clock"]["state"] == "ok"
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"fetch": {"allow_origins": []}}, "fetch.allow_origins"),
        ({"plugins": ["no_such"]}, "cannot import"),
    ],
)
def test_a_backend_that_cannot_be_asked_is_no_success(tmp_path, serve, more, said):
    code, found = asking(tmp_path, serve(gallery(1)).origin, **more)
    assert code in (2, 3)
    assert any(said in check["said"] + check["advice"] for check in found.values())


def test_a_host_without_a_name_is_told(tmp_path):
    code, found = asking(tmp_path, "http://nowhere.invalid:80")
    assert code == 3
    assert "no address for nowhere.invalid" in found["search site"]["said"]


def test_a_key_that_is_missing_is_told(tmp_path, serve):
    with FakeModelServer(answering) as server:
        config = runs.with_model(
            tmp_path, serve(gallery(1)).origin, server, api_key_env="NO_SUCH_KEY"
        )
        code, found = doctor(tmp_path, "--config", str(config))
    assert code == 4
    assert "$NO_SUCH_KEY is not set" in found["model fake"]["said"]


def test_an_endpoint_is_asked_twice_and_its_tokens_are_told(tmp_path, serve):
    with FakeModelServer(answering) as server:
        config = runs.with_model(tmp_path, serve(gallery(1)).origin, server)
        code, found = doctor(tmp_path, "--config", str(config))
        assert server.calls == 2
        assert sum(bool(request.schema) for request in server.requests) == 1
    assert code == 0
    told = found["model fake"]
    assert told["state"] == "ok"
    assert told["details"]["roles"] == list(runs.ROLES)
    assert told["details"]["prompt_tokens"] == server.usage.prompt > 0
    assert "answers a picture and a JSON schema" in told["said"]


@pytest.mark.parametrize(
    ("fault", "code", "state", "said"),
    [
        (faults.ignored_format(), 0, "warning", "ignores response_format"),
        (faults.refused_format(), 0, "warning", "refuses response_format"),
        (faults.server_error(), 4, "failed", "http_500"),
        (faults.empty(), 4, "failed", "without a word"),
        (faults.html_page(), 4, "failed", "is the URL right?"),
    ],
)
def test_what_is_odd_of_an_endpoint_is_told(tmp_path, serve, fault, code, state, said):
    with FakeModelServer(answering) as server:
        server.fail(fault)
        config = runs.with_model(tmp_path, serve(gallery(1)).origin, server)
        ended, found = doctor(tmp_path, "--config", str(config))
    assert ended == code
    assert found["model fake"]["state"] == state
    assert said in found["model fake"]["said"] + found["model fake"]["advice"]


def test_an_endpoint_that_is_gone_is_told(tmp_path, serve):
    model = {"base_url": "http://127.0.0.1:9/v1", "name": "gone", "api_key_env": None}
    agents = {"filter": {"name": "vlm"}}
    code, found = asking(tmp_path, serve(gallery(1)).origin, model=model, agents=agents)
    assert code == 4
    assert "connect" in found["model gone"]["said"]


def test_a_clock_that_is_wrong_is_told():
    dates = web.Dates()
    hour_ahead = web.Response("", 200, {"date": formatdate(time.time() + 3600)}, b"", "")
    dates.put("", hour_ahead)
    dates.put("", web.Response("", 200, {"date": "soon"}, b"", ""))
    dates.put("", web.Response("", 200, {}, b"", ""))
    found = asyncio.run(web.clock(dates))
    assert found.state == "warning"
    assert "s behind the servers'" in found.said
    assert found.details["ahead_seconds"] == pytest.approx(3600, abs=3)


# the machine ----------------------------------------------------------------------------------


def test_proxies_of_the_environment_are_said_not_to_be_read(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.test:3128")
    found = asyncio.run(machine.proxy(None))
    assert (found.state, found.advice != "") == ("warning", True)
    assert "HTTPS_PROXY" in found.said
    configured = asyncio.run(machine.proxy("http://me:secret@proxy.test:3128"))
    assert configured.state == "ok"
    assert "secret" not in configured.said


def test_without_a_browser_there_is_a_warning_for_those_who_render_nothing(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    assert asyncio.run(machine.browser(Render())).state == "warning"
    wanted = Check("browser", 5, partial(machine.browser, Render(mode="auto")))
    found = asyncio.run(looked(wanted))
    assert (found.state, found.code) == ("failed", 2)
    assert "fetch.render" in found.said


def test_a_package_that_is_missing_is_named(monkeypatch):
    monkeypatch.setattr(machine, "requires", lambda name: ["httpx>=1", "no-such-thing[x]>=2; a"])
    found = asyncio.run(machine.versions())
    assert (found.state, found.said) == ("failed", "missing: no-such-thing")


def test_a_network_file_system_is_warned_of(monkeypatch, tmp_path):
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/a / ext4 rw 0 0\nserver:/x {tmp_path} nfs4 rw 0 0\n")
    monkeypatch.setattr(disk, "MOUNTS", mounts)
    found = disk.probe(tmp_path / "runs", 0)
    assert found.state == "warning"
    assert "nfs4" in found.said
    assert disk.probe(Path("/"), 0).details["filesystem"] == "ext4"


def test_what_hangs_is_given_up_at_its_deadline():
    async def hanging() -> Finding:
        await apart(time.sleep, 90)
        raise AssertionError

    began = time.monotonic()
    found = asyncio.run(looked(Check("disk", 0.2, hanging, 74)))
    assert time.monotonic() - began < 60
    assert (found.name, found.state, found.code) == ("disk", "failed", 74)
    assert found.said == "no answer in 0.2 s"


def test_a_server_that_hangs_costs_a_deadline(tmp_path, monkeypatch, serve):
    monkeypatch.setattr(web, "PATIENCE", 1.0)
    site: Site = serve(gallery(1))
    site.resting = {"/": 9999}
    code, found = asking(tmp_path, site.origin)
    assert code == 3
    assert "http_429" in found["search site"]["said"]
