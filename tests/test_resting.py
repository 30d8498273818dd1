"""A host that asks for a long rest has it, over calls of the program."""

from __future__ import annotations

import time

import runs
from webpages import gallery


def test_a_long_rest_holds_for_the_next_call_and_ends(tmp_path, serve, monkeypatch) -> None:
    site = serve(gallery(4))
    site.resting = {"/page-1.html": 7200}
    config = runs.config(tmp_path, [site.origin], limits={"rounds": 9})

    def run() -> str:
        runs.call("run", "--config", str(config), "--quiet", cwd=tmp_path)
        return " ".join(runs.call("status", "runs/run", cwd=tmp_path).stdout.split())

    assert "may be asked again (http_429)" in run()
    before = site.requests.copy()
    assert "may be asked again (http_429)" in run()
    assert site.requests == before
    in_time = time.time() + 7300
    monkeypatch.setattr(time, "time", lambda: in_time)
    assert "(http_429)" not in run()
    assert site.requests["/page-1.html"] == 2
    assert len(runs.ids(tmp_path / "runs/run")) == 4
