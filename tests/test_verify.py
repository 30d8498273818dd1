"""`verify` asks the web again, and says of each picture whether it is still what is stored."""

from __future__ import annotations

import json
import signal
import time
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

import runs
from test_json import promised
from vqva_crawl.records import Picture
from vqva_crawl.verifying.stored import shown
from webpages import Site, gallery, photo, png


def verify(folder: Path, *more: str) -> runs.Done:
    return runs.call("verify", "run", *more, cwd=folder)


def found(folder: Path, *more: str) -> tuple[int, dict[str, Any]]:
    """(exit code, the object that is printed)"""
    done = verify(folder, "--json", *more)
    assert done.stderr == ""
    [line] = done.stdout.splitlines()
    return done.returncode, json.loads(line)


def verdicts(told: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """path -> (verdict, cause)"""
    listed = told["findings"]
    return {"/" + f["url"].split("/", 3)[3]: (f["verdict"], f["cause"]) for f in listed}


def with_metadata(image: Image.Image) -> bytes:
    """A PNG that is stored without what it says about itself."""
    said = PngImagePlugin.PngInfo()
    said.add_text("Author", "somebody")
    out = BytesIO()
    image.save(out, "PNG", pnginfo=said)
    return out.getvalue()


def transparent(seed: int) -> bytes:
    """A PNG that is stored on white, coded anew."""
    image = photo(seed).convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    return png(image)


@pytest.fixture
def finished(tmp_path, serve) -> Site:
    """A run over three pages, of whose pictures one was stripped and one coded anew."""
    files = gallery(3)
    files["/pictures/0.png"] = ("image/png", with_metadata(photo(0)))
    files["/pictures/1.png"] = ("image/png", transparent(1))
    site = serve(files)
    config = runs.config(tmp_path, [site.origin], fetch=runs.hasty(site))
    done = runs.call("run", "--config", str(config), "--quiet", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert len(runs.ids(tmp_path / "runs/run")) == 3
    site.requests.clear()
    return site


def everything(run: Path) -> dict[str, bytes]:
    """The bytes of all files, but for those that SQLite makes to read a ledger."""
    files = (path for path in run.rglob("*") if path.is_file())
    return {str(p): p.read_bytes() for p in files if not p.name.endswith(("-wal", "-shm"))}


def test_what_has_not_changed_is_the_same_though_it_was_stored_cleaned(finished, tmp_path):
    before = everything(tmp_path / "runs/run")
    code, told = found(tmp_path)
    assert code == 0
    none = dict.fromkeys(("changed", "gone", "not_allowed", "unanswered"), 0)
    assert told["counts"] == {"same": 6, **none}
    asked = {path: n for path, n in finished.requests.items() if path.startswith("/pictures/")}
    assert asked == {f"/pictures/{n}{end}.png": 1 for n in range(3) for end in ("", "-after")}
    assert finished.requests["/robots.txt"] == 1
    assert everything(tmp_path / "runs/run") == before, "the run is left as it is"


def test_each_fate_of_a_url_is_named(finished, tmp_path):
    files = finished.files
    files["/pictures/0.png"] = ("image/png", with_metadata(photo(77)))
    files["/pictures/0-after.png"] = ("text/html", b"<html>this picture was taken down</html>")
    files["/pictures/1.png"] = ("image/png", png(photo(1, side=20)))
    del files["/pictures/1-after.png"]
    finished.failing.add("/pictures/2.png")
    files["/robots.txt"] = ("text/plain", b"User-agent: *\nDisallow: /pictures/2-after.png\n")
    code, told = found(tmp_path)
    assert code == 3
    assert verdicts(told) == {
        "/pictures/0.png": ("changed", ""),
        "/pictures/0-after.png": ("changed", "wrong_type"),
        "/pictures/1.png": ("changed", "too_small"),
        "/pictures/1-after.png": ("gone", "http_404"),
        "/pictures/2.png": ("unanswered", "http_503"),
        "/pictures/2-after.png": ("not_allowed", "robots"),
    }
    assert "/pictures/2-after.png" not in finished.requests

    done = verify(tmp_path)
    assert done.returncode == 3
    lines = [line for line in done.stdout.splitlines() if line.startswith("http")]
    assert [line.split("/", 3)[3].split("  ")[0] for line in lines] == [
        *("pictures/0-after.png", "pictures/0.png", "pictures/1-after.png"),
        *("pictures/1.png", "pictures/2-after.png"),
    ]
    assert "gone: the server answered 404" in lines[2]
    assert "64 bits of the perceptual hash differ" in lines[1]
    assert "http_503 1" in done.stdout


def test_an_opt_out_that_was_declared_since_is_obeyed_and_told(finished, tmp_path):
    finished.files["/ai.txt"] = ("text/plain", b"User-Agent: *\nDisallow: /\n")
    code, told = found(tmp_path)
    assert code == 3
    assert set(verdicts(told).values()) == {("not_allowed", "opt_out")}
    assert not any(path.startswith("/pictures/") for path in finished.requests)


def test_what_did_not_answer_alone_is_no_change_but_silence_is_no_proof(finished, tmp_path):
    finished.failing.add("/pictures/2.png")
    assert found(tmp_path)[0] == 0
    finished.close()
    done = verify(tmp_path)
    assert done.returncode == 3
    assert "nothing answered" in done.stdout
    assert "robots_unreachable 6" in done.stdout


def test_a_sample_is_the_seed_s_and_begins_the_larger_one(finished, tmp_path):
    two, again, four = (verdicts(found(tmp_path, "--sample", n)[1]) for n in ("2", "2", "4"))
    assert len(two) == 2
    assert two == again
    assert two.keys() < four.keys()
    others = [verdicts(found(tmp_path, "--sample", "2", "--set", f"seed={n}")[1]) for n in "12345"]
    assert any(other.keys() != two.keys() for other in others)


def test_of_a_panel_its_whole_figure_is_compared():
    facts = {"width": 9, "height": 9, "format": "png", "phash": "0" * 16, "size": 9}
    panel = Picture(
        sha256="p", url="http://a.test/f.png#xywh=0,0,9,9", fetched_at="", parent="figure", **facts
    )
    assert shown(panel) == ("http://a.test/f.png", "figure", "")


def test_ctrl_c_ends_it_with_what_was_found(finished, tmp_path):
    slow = ("--set", "fetch.per_host.delay=1.5", "--set", "fetch.per_host.concurrency=1")
    process = runs.start("verify", "run", "--json", *slow, cwd=tmp_path)
    deadline = time.monotonic() + 60
    while not sum(finished.requests[f"/pictures/{n}.png"] for n in range(3)) >= 2:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    told = json.loads(out)
    assert (process.returncode, told["exit_code"], told["stopped"], err) == (130, 130, True, "")
    assert 1 <= told["asked"] == told["counts"]["same"] < told["pictures"] == 6


def test_a_run_without_samples_has_nothing_to_ask_for(tmp_path, serve):
    site = serve({"/": ("text/html", b"<html><body>nothing here</body></html>")})
    config = runs.config(tmp_path, [site.origin], fetch=runs.hasty(site))
    runs.call("run", "--config", str(config), "--quiet", cwd=tmp_path)
    done = verify(tmp_path)
    assert (done.returncode, "no accepted samples" in done.stdout) == (0, True)


def test_the_demo_s_own_pictures_are_served_for_it(tmp_path):
    limits = ("--set", "limits.rounds=1", "--set", "limits.pages=4")
    done = runs.call("run", "--config", "quickstart", "--quiet", *limits, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    done = runs.call("verify", "quickstart", "--sample", "2", "--json", cwd=tmp_path)
    assert json.loads(done.stdout)["counts"]["same"] == 2


def test_the_object_and_the_exit_codes_are_as_promised(finished, tmp_path):
    assert found(tmp_path)[1].keys() == promised("`vqva-crawl verify RUN --json`")
    said = " ".join(verify(tmp_path, "--help").stdout.split())
    assert "0 when all that answered are the same" in said
    assert "3 when one changed" in said
