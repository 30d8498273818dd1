"""A run that is killed at random ends with the same dataset, and asks for nothing twice.

In a file of its own: the processes of the test run share the files, and this one takes longest.
"""

from __future__ import annotations

import runs
from webpages import gallery


def test_ten_kills_give_the_dataset_of_an_unbroken_run(tmp_path, serve):
    sites = [serve(gallery(14)), serve(gallery(22, first=50))]
    origins = [site.origin for site in sites]
    (tmp_path / "whole").mkdir()
    (tmp_path / "broken").mkdir()
    whole = runs.config(tmp_path / "whole", origins)
    done = runs.call("run", "--config", str(whole), "--quiet", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    expected = runs.ids(tmp_path / "whole/runs/run")
    assert len(expected) == 36
    for site in sites:
        site.requests.clear()

    broken = runs.config(tmp_path / "broken", origins)
    run = tmp_path / "broken/runs/run"
    committed, kills = 0, 0
    settled: dict[tuple[str, str], int] = {}
    while kills < 10:
        process = runs.start_to_kill("run", "--config", str(broken), "--quiet", cwd=tmp_path)
        committed = runs.wait_for_commits(run, committed, process)
        process.kill()
        kills += 1
        open_units = [id for id, c in runs.query(run, runs.UNITS) if not c]
        assert open_units or kills < 10
        for url in runs.of_committed(run):
            for site in sites:
                if url.startswith(site.origin):
                    path = url.removeprefix(site.origin)
                    settled.setdefault((site.origin, path), site.requests[path])
    done = runs.call("run", "--config", str(broken), "--quiet", cwd=tmp_path)
    assert done.returncode == 0, done.stderr

    assert runs.ids(run) == expected
    assert any(path.endswith(".html") for _, path in settled)
    assert any(path.endswith(".png") for _, path in settled)
    for site in sites:
        asked_again = {
            path: site.requests[path] - count
            for (origin, path), count in settled.items()
            if origin == site.origin and site.requests[path] > count
        }
        assert not asked_again
    assert not list(run.glob("parts/**/*.tmp"))
