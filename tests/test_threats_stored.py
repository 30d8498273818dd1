"""What a run leaves on disk: no key (threat 22), no contacts (16), what became of opt-outs (15)."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import runs
import scripted_model
from vqva_crawl.clients.fake_model import ChatRequest, FakeModelServer, Reply
from vqva_crawl.records import Document, Target
from webpages import gallery

KEY = "canary-key-9876543210"


def written(folder: Path) -> Iterator[bytes]:
    """All that was written, also as it was before it was compressed."""
    for path in folder.rglob("*"):
        if not path.is_file():
            continue
        raw = path.read_bytes()
        yield raw
        if path.suffix == ".parquet":
            yield str(pq.read_table(path).to_pylist()).encode()
        for unpack in (zlib.decompress, gzip.decompress):
            try:
                yield unpack(raw)
            except (zlib.error, OSError, EOFError):
                continue


@pytest.mark.parametrize(("right", "code"), [(KEY, 0), ("another", 4)])
def test_a_model_s_key_is_in_no_file_and_no_line(tmp_path, serve, monkeypatch, right, code):
    site = serve(gallery(2))
    monkeypatch.setenv("SOME_KEY", KEY)
    with FakeModelServer(scripted_model.reply, key=right) as server:
        path = runs.with_model(tmp_path, site.origin, server, api_key_env="SOME_KEY")
        done = runs.call("run", "--config", str(path), cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert KEY not in done.stdout + done.stderr
    files = list(written(tmp_path / "runs"))
    assert len(files) > 5
    assert not [content for content in files if KEY.encode() in content]


def test_the_password_of_a_proxy_is_in_no_file_and_no_line(tmp_path, serve):
    files = gallery(2)
    site = serve(files)
    proxy = serve({f"{site.origin}{path}": file for path, file in files.items()})
    there = proxy.origin.replace("http://", f"http://me:{KEY}@")
    path = runs.config(tmp_path, [site.origin])
    said = ""
    for _ in range(2):
        done = runs.call(
            "run", "--config", str(path), "--set", f"fetch.proxy={there}", cwd=tmp_path
        )
        assert done.returncode == 0, done.stderr
        said += done.stdout + done.stderr
    assert len(runs.ids(tmp_path / "runs/run")) == 2
    assert not site.requests
    for command in (("status", "run"), ("retry", "run", "--only", "404"), ("publish", "run")):
        done = runs.call(*command, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        said += done.stdout + done.stderr
    for wrong in (
        f"me:{KEY}@h:1",
        f"http://me:{KEY}@h:x",
        f"http://me:{KEY}#@h:1",
        f"http://{KEY}@",
    ):
        done = runs.call(
            "run", "--config", str(path), "--set", f"fetch.proxy={wrong}", cwd=tmp_path
        )
        assert done.returncode == 2
        assert "http://host:port is expected" in done.stderr
        said += done.stderr
    assert KEY not in said
    assert not [content for content in written(tmp_path / "runs") if KEY.encode() in content]
    # Without its password it stays the way to the web: nothing goes past it by itself.
    assert f"proxy: {proxy.origin}\n" in (tmp_path / "runs/run/config.yaml").read_text()


def test_a_key_that_a_model_s_endpoint_repeats_in_its_answers_is_masked(
    tmp_path, serve, monkeypatch
):
    def echo(request: ChatRequest) -> Reply:
        said = scripted_model.reply(request)
        told = said.replace('"analysis": "', f'"analysis": "They sent {KEY} with it. ')
        return Reply(told, finish_reason=f"stop for {KEY}")

    site = serve(gallery(2))
    monkeypatch.setenv("SOME_KEY", KEY)
    with FakeModelServer(echo, key=KEY) as server:
        path = runs.with_model(tmp_path, site.origin, server, api_key_env="SOME_KEY")
        done = runs.call("run", "--config", str(path), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    files = list(written(tmp_path))
    assert [content for content in files if b"They sent *** with it." in content]
    assert not [content for content in files if KEY.encode() in content]


@pytest.mark.parametrize(("asked", "said"), [("obey", "obeyed"), ("ignore", "ignored")])
def test_each_row_says_what_became_of_opt_outs(tmp_path, serve, asked, said):
    site = serve(gallery(2))
    path = runs.config(tmp_path, [site.origin])
    more = ("--set", f"fetch.opt_outs={asked}")
    done = runs.call("run", "--config", str(path), "--quiet", *more, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    rows = runs.rows(tmp_path / "runs/run")
    assert [row["source"]["opt_outs"] for row in rows] == [said, said]


def test_of_what_an_earlier_version_collected_it_is_not_known():
    target = Target(key="http://a.test/", url="http://a.test/")
    stored = Document(url=target.url, target=target).model_dump_json(exclude={"opt_outs"})
    assert Document.model_validate_json(stored).opt_outs == "unknown"


def test_contacts_on_a_page_reach_no_part_and_no_shard(tmp_path, serve):
    files = gallery(2)
    kind, page = files["/page-0.html"]
    said = b"<p>Mail jane@people.example or call +49 30 1234567.</p></main>"
    files["/page-0.html"] = kind, page.replace(b"</main>", said)
    site = serve(files)
    path = runs.config(tmp_path, [site.origin])
    done = runs.call("run", "--config", str(path), "--quiet", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    run = tmp_path / "runs/run"
    stored = [content for name in ("parts", "dataset", "report") for content in written(run / name)]
    stored += [(run / "ledger.sqlite").read_bytes(), *written(run / "search")]
    assert any(b"[e-mail] or call [phone]" in content for content in stored)
    for private in (b"jane@people", b"1234567"):
        assert not [content for content in stored if private in content]
