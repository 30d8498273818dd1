"""What could not be had, counted by cause and host, as it stands when it was last asked for."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import insert

from vqva_crawl.errors import CAUSES, in_words, is_cause
from vqva_crawl.storage import domains
from vqva_crawl.storage import ledger as l
from vqva_crawl.storage import tables as t
from vqva_crawl.storage.ledger import Ledger
from vqva_crawl.storage.losses import losses
from vqva_crawl.storage.units import Manifest, PictureLoss, Unit


@pytest.fixture
def ledger(tmp_path: Path):
    opened = Ledger(f"sqlite:///{tmp_path}/l.sqlite")
    yield opened
    opened.close()


def page(n: int, host: str, stage: str, reason: str, state: str = "dropped") -> dict[str, object]:
    url = f"http://{host}/{n}"
    facts = {"backend": "", "query": "", "topic": "", "place": "", "depth": 0}
    return {"key": url, "url": url, "stage": stage, "reason": reason, "state": state, **facts}


def collected(ledger: Ledger, n: int, **more: object) -> None:
    """Commits a collect unit."""
    unit = Unit(id=f"collect-{n:04}-{n:016x}", kind="collect", round=n, wave=0, lane="a")
    manifest = Manifest(unit=unit.id, kind="collect", files={}, survival={}, **more)
    with ledger.begin() as c:
        l.plan_units(c, [unit])
        l.commit(c, manifest)


def test_pages_are_counted_by_cause_and_by_the_hosts_that_have_most(ledger):
    rows = [page(n, f"h{n % 12:02}.test", "fetch", "timeout") for n in range(30)]
    rows += [page(n, "b.test", "fetch", "http_404") for n in range(100, 103)]
    rows += [page(200, "b.test", "extract", "opt_out"), page(201, "c.test", "gate", "no_images")]
    rows += [page(202, "c.test", "", "", "done"), page(203, "d.test", "fetch", "odd_one")]
    with ledger.begin() as c:
        c.execute(insert(t.urls), rows)
        found = losses(c).pages
    assert [(loss.cause, loss.count) for loss in found] == [
        ("timeout", 30),
        ("http_404", 3),
        ("odd_one", 1),
        ("opt_out", 1),
    ]
    assert len(found[0].hosts) == 10
    assert found[0].hosts[0] == ("h00.test", 3)
    assert found[1].hosts == (("b.test", 3),)
    assert found[1].example == "http://b.test/100"
    assert [loss.words for loss in found[1:3]] == ["the server answered 404 (Not Found)", "odd one"]


def test_rows_without_a_url_stand_under_their_file(ledger):
    rows = [page(n, "a.test", "fetch", "bad_row") for n in range(2)]
    for row, name in zip(rows, ("all:mmc4.jsonl#7", "all:mmc4.jsonl#1526"), strict=True):
        row |= {"key": name, "url": name}
    with ledger.begin() as c:
        c.execute(insert(t.urls), [*rows, page(3, "a.test:8080", "fetch", "bad_row")])
        [loss] = losses(c).pages
        domains.begin(c, ["dropped"])
        assert loss.hosts == (("all:mmc4.jsonl", 2), ("a.test:8080", 1))
        # A cap on domains does not take a file for one, in whatever way it counts.
        assert domains.taken(c, ["", "a.test"]) == {"": 2, "a.test": 1}
        assert domains.named(row["key"] for row in rows) == {"": 2}


def test_a_picture_counts_once_with_its_last_cause_until_it_is_had(ledger):
    url = "http://a.test/1.png"
    collected(ledger, 1, losses=(PictureLoss(url=url, reason="timeout"),))
    other = PictureLoss(url="http://a.test/2.png", reason="http_404")
    collected(ledger, 2, losses=(PictureLoss(url=url, reason="tls"), other))
    with ledger.begin() as c:
        assert {loss.cause: loss.count for loss in losses(c).pictures} == {"tls": 1, "http_404": 1}
    collected(ledger, 3, had=frozenset({url}))
    with ledger.begin() as c:
        assert {loss.cause: loss.count for loss in losses(c).pictures} == {"http_404": 1}


def test_a_picture_that_one_page_had_is_not_lost_by_another_of_its_unit(ledger):
    url = "http://a.test/1.png"
    collected(ledger, 1, losses=(PictureLoss(url=url, reason="timeout"),), had=frozenset({url}))
    with ledger.begin() as c:
        assert losses(c).pictures == ()


def test_a_ledger_of_an_earlier_version_can_be_read(ledger):
    t.picture_losses.drop(ledger.engine)
    with ledger.begin() as c:
        assert losses(c).pictures == ()


def test_every_cause_has_words_which_the_docs_have_too():
    page = (Path(__file__).parents[2] / "docs/operating.md").read_text()
    missing = [c for c, words in CAUSES.items() if f"| `{c}` | {words} |" not in page]
    assert not missing, "a line in the table of docs/operating.md is missing"
    assert all(map(is_cause, [*CAUSES, "http_404", "http_599"]))
    assert not any(map(is_cause, ["too_few_pictures", "http_4", "no_pair"]))
    assert in_words("http_429") == "the server answered 429 (Too Many Requests)"
    assert in_words("http_599") == "the server answered 599"
