"""metrics.prom, as node_exporter's textfile collector reads it."""

from __future__ import annotations

import signal
import time
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

import runs
from webpages import gallery


def figures(run: Path) -> dict[tuple[str, ...], float]:
    """(name, label values without the run's) -> figure."""
    text = (run / "metrics.prom").read_text()
    assert text.endswith("\n")
    found = {}
    for family in text_string_to_metric_families(text):
        assert family.documentation
        for sample in family.samples:
            assert sample.labels.pop("run") == run.name
            found[(sample.name.removeprefix("vqva_crawl_"), *sample.labels.values())] = sample.value
    return found


def test_its_figures_are_those_of_the_run(tmp_path):
    run = runs.finished(tmp_path, 3) / "runs/run"
    told = figures(run)
    assert told["samples",] == len(runs.ids(run)) == 3
    assert told["documents_total",] == 3
    assert told["stage_passed_total", "extract"] == told["stage_seen_total", "extract"] == 4
    assert told["stage_rejected_total", "no_images", "gate"] == 1
    assert told["exit_code",] == 0
    assert told["duration_seconds",] > 0


def test_a_run_that_fails_says_how_it_ended(tmp_path, serve):
    site = serve(gallery(1))
    gone = runs.config(tmp_path, ["http://127.0.0.1:9"], fetch={"retries": 0})
    assert runs.call("run", "--config", str(gone), "--quiet", cwd=tmp_path).returncode == 3
    assert figures(tmp_path / "runs/run")["exit_code",] == 3
    slow = {"allow_origins": [site.origin], "per_host": {"concurrency": 1, "delay": 5}}
    config = runs.config(tmp_path, [site.origin], name="slow", fetch=slow)
    process = runs.start("run", "--config", str(config), "--quiet", cwd=tmp_path)
    while not site.requests["/"] and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert figures(tmp_path / "runs/slow")["exit_code",] == process.returncode == 143
