"""What agents spent is shown wherever a run is."""

from __future__ import annotations

import json

import runs
import scripted_model
from vqva_crawl.clients.fake_model import FakeModelServer, faults
from vqva_crawl.storage.spending import spend_table, spent
from webpages import gallery

PRICES = {"prompt": 2.0, "completion": 16.0}


def test_status_summary_card_and_report_say_what_each_agent_took(tmp_path, serve):
    site = serve(gallery(2))
    with FakeModelServer(scripted_model.reply) as server:
        server.fail(faults.server_error(), calls=range(1))
        path = runs.with_model(tmp_path, site.origin, server, prices=PRICES)
        done = runs.call("run", "--config", str(path), cwd=tmp_path)
        calls, usage = server.calls - 1, server.usage
    assert done.returncode == 0, done.stderr
    run = tmp_path / "runs/run"
    totals = spent(run / "spend.jsonl")
    assert list(totals) == list(runs.ROLES)
    assert sum(total.answered for total in totals.values()) == calls
    assert sum(total.failed for total in totals.values()) == 1
    assert sum(t.completion for t in totals.values()) == usage.completion
    shown = runs.call("status", "run", cwd=tmp_path).stdout
    card = (run / "dataset/README.md").read_text()
    report = (run / "report/index.html").read_text()
    row = spend_table(totals, 2)[-1]
    for text in (done.stdout, shown, card, report):
        for cell in row:
            assert cell in text or cell.capitalize() in text
        assert "retriever" in text.lower()
        assert "completion" in text


def test_the_table_without_prices_counts_samples_of_a_million_tokens(tmp_path):
    journal = tmp_path / "spend.jsonl"
    line = {"at": "2026-01-01T00:00:00+00:00", "model": "m", "money": 0.0}
    lines = [
        {**line, "role": "reasoner", "prompt": 300_000, "completion": 100_000},
        {**line, "role": "filter", "prompt": 90_000, "completion": 10_000},
        {**line, "role": "filter", "prompt": 0, "completion": 0, "failed": "timeout"},
    ]
    journal.write_text("".join(f"{json.dumps(each)}\n" for each in lines) + '{"at": "cut o')
    head, *rows = spend_table(spent(journal), 10)
    assert head[-1] == "accepted per million tokens"
    assert rows == [
        ("filter", "1", "1", "90,000", "10,000", "100.00"),
        ("reasoner", "1", "0", "300,000", "100,000", "25.00"),
        ("all", "2", "1", "390,000", "110,000", "20.00"),
    ]
    assert spend_table(spent(tmp_path / "nothing"), 10) == []
