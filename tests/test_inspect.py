"""`inspect` tells how a record came about, from what a run left, and changes nothing of it."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import runs
import scripted_model
from vqva_crawl.clients.fake_model import ChatRequest, FakeModelServer, faults
from vqva_crawl.clients.fake_model.reply import error
from vqva_crawl.clients.model.pictures import encoded
from webpages import EFFECTS, Site, gallery, photo

# The pictures as they are sent: most agents see no word of the page that they stand on.
PAGES = {
    encoded(picture, 1024, 90): n
    for n in range(4)
    for effect, _ in [list(EFFECTS.values())[n % len(EFFECTS)]]
    for picture in (photo(n), photo(n).filter(effect))
}
HOSTILE = "The second \x1b[31mcontradicts\x1b[0m the first."


def reply(request: ChatRequest) -> str:
    """Page 1 fails at the filter, page 2 twice at the instructor, page 3 at the reasoner."""
    title = (request.schema or {}).get("title")
    page = next((PAGES[image] for image in request.images if image in PAGES), None)
    answer = json.loads(scripted_model.reply(request))
    if title == "Judgement" and page == 1:
        return json.dumps({"analysis": HOSTILE, "score": 1})
    if title == "Proposals" and "example number 2" in request.text:
        back = {**answer["pairs"][0], "question": 2, "answer": 1}
        return json.dumps({**answer, "pairs": [*answer["pairs"], back]})
    if title == "Question" and page == 2:
        return json.dumps({**answer, "works": False, "analysis": "they have nothing in common"})
    if title == "Parts" and page == 3:
        return "It is treated, so it looks treated."
    return json.dumps(answer)


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    """A run over four pages, of which one gave a sample."""
    folder = tmp_path_factory.mktemp("inspected")
    site = Site(gallery(4))
    with FakeModelServer(reply) as server:
        path = runs.with_model(folder, site.origin, server)
        done = runs.call("run", "--config", str(path), "--quiet", cwd=folder)
    site.close()
    assert done.returncode == 0, done.stderr
    return folder / "runs/run"


def inspect(run: Path, id: str, *more: str) -> runs.Done:
    return runs.call("inspect", str(run), id, *more, cwd=run.parent)


def story(run: Path, id: str) -> dict:
    done = inspect(run, id, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def rejected(run: Path, stage: str) -> list[str]:
    rows = [r for p in run.glob("parts/*/rejected.parquet") for r in pq.read_table(p).to_pylist()]
    return [row["id"] for row in rows if row["stage"] == stage]


def test_a_samples_story_is_told_from_the_page_to_the_last_answer(run):
    (id,) = runs.ids(run)
    row = runs.rows(run)[0]
    said = inspect(run, id[:8]).stdout
    told = (
        id, "accepted", row["source"]["page_title"], row["source"]["page_url"],
        row["hashes"]["question_sha256"], row["source"]["question_image_url"], "240 × 240 png",
        row["hashes"]["answer_sha256"], "Filter Emboss applied", "causal", row["instruction"],
        row["variants"][0], "question 2", row["reasoning"].splitlines()[0],
        "1. retriever", "one picture was made of the other", "2. instructor", "filter_question",
        "filter_answer", "filter_blind", "cannot be told", "7. rewriter", "8. reasoner", "fake",
        "asked", scripted_model.REASONING["stays"],
    )  # fmt: skip
    for text in told:
        assert text in said, text
    assert said.index("Document") < said.index("Question picture") < said.index("1. retriever")


def test_as_json_nothing_is_cut(run):
    (id,) = runs.ids(run)
    told = story(run, id)
    calls = told["calls"]
    assert [call["role"] for call in calls] == [
        "retriever", "instructor", "filter", "filter", "filter", "filter", "rewriter", "reasoner",
    ]  # fmt: skip
    assert json.loads(calls[-1]["text"]) == scripted_model.REASONING
    assert calls[-1]["prompt_name"] == "reasoner"
    assert all(len(call["prompt"]) == 32 and call["prompt_tokens"] > 0 for call in calls)
    assert (told["stage"], told["state"], told["scores"]["context"]) == ("", "accepted", 2)


def test_a_rejected_record_says_where_and_its_calls_end_there(run):
    (id,) = rejected(run, "filter")
    told = story(run, id)
    assert (told["stage"], told["state"]) == ("filter", "answer_score")
    assert told["calls"][-1]["prompt_name"] == "filter_answer"
    assert told["document"]["title"].endswith("example number 1")
    assert told["question"]["caption"] == "Original image"
    assert told["pair"]["evidence"] == "the same thing, changed: it was treated"
    assert [mark["agent"] for mark in told["agents"]] == [
        "retriever:vlm", "instructor:vlm", "filter:vlm",
    ]  # fmt: skip


def test_an_answer_that_could_not_be_used_is_there_with_its_pair(run):
    (id,) = rejected(run, "reason")
    told = story(run, id)
    assert told["state"] == "unreadable"
    assert [c["role"] for c in told["calls"]].count("reasoner") == 3
    assert told["pair"]["relation"] == "causal"
    assert told["instruction"]


def test_what_a_model_or_page_says_is_no_command_to_the_terminal(run):
    (id,) = rejected(run, "filter")
    said = inspect(run, id).stdout
    assert "\x1b" not in said
    assert "contradicts" in said
    assert r"\u001b[31mcontradicts" in said, "its raw answer stays as it was"


def test_a_page_that_was_not_kept_is_told_as_far_as_it_is_known(run):
    (id,) = rejected(run, "gate")
    said = inspect(run, id).stdout
    assert "rejected at gate: no_images" in said
    assert "it was not kept" in said
    assert "Calls" not in said


def test_ids_that_mean_nothing_or_too_much(run):
    both = rejected(run, "instruct")
    assert len(both) == 2
    document = both[0].partition("-")[0]
    for id, what in (
        ("abc", "is no id"),
        ("no-such-id", "is no id"),
        ("00000000", "no sample and no rejected record"),
        (document[:10], "may be any of 2 records"),
    ):
        done = inspect(run, id)
        assert done.returncode == 2
        assert what in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1
    assert story(run, both[0])["detail"] == "they have nothing in common"


def test_nothing_of_the_run_is_changed(run):
    def state() -> dict[str, int]:
        files = (p for p in run.rglob("*") if p.is_file() and not p.name.endswith(("-shm", "-wal")))
        return {str(p): p.stat().st_mtime_ns for p in files}

    before = state()
    assert inspect(run, runs.ids(run)[0]).returncode == 0
    assert runs.call("status", str(run), cwd=run.parent).returncode == 0
    assert state() == before


def test_without_a_model_no_call_and_no_spend_is_told(tmp_path, serve):
    config = runs.config(tmp_path, [serve(gallery(1)).origin])
    done = runs.call("run", "--config", str(config), cwd=tmp_path)
    run = tmp_path / "runs/run"
    said = inspect(run, runs.ids(run)[0]).stdout
    assert "Calls: none, no agent asked a model" in said
    assert "retriever:simple" in said
    assert story(run, runs.ids(run)[0])["calls"] == []
    assert not (run / "spend.jsonl").exists()
    texts = (done.stdout, (run / "dataset/README.md").read_text())
    for text in (*texts, (run / "report/index.html").read_text()):
        assert "completion tokens" not in text
        assert 'id="spend"' not in text


def test_a_call_without_a_prompt_file_names_none(tmp_path, serve, monkeypatch):
    (tmp_path / "thinking_plugin.py").write_text(
        "import vqva_crawl as vc\n"
        "from vqva_crawl.clients.base import Call, Message\n\n\n"
        '@vc.agent("reasoner", name="thinking", asks=True)\n'
        "async def thinking(candidate, context):\n"
        '    asked = Call((Message("user", ("What happened?",)),))\n'
        "    return (await context.model.chat(asked)).text\n"
    )
    with FakeModelServer(lambda request: "One was made of the other.") as server:
        config = runs.config(
            tmp_path,
            [serve(gallery(1)).origin],
            plugins=["simple_agents", "thinking_plugin"],
            model={"base_url": server.base_url, "name": "fake", "api_key_env": None},
            agents={role: {"name": "simple"} for role in runs.ROLES}
            | {"reasoner": {"name": "thinking"}},
        )
        monkeypatch.syspath_prepend(tmp_path)
        done = runs.call("run", "--config", str(config), "--quiet", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    run = tmp_path / "runs/run"
    lines = [line.rstrip() for line in inspect(run, runs.ids(run)[0]).stdout.splitlines()]
    assert "  1. reasoner" in lines


def test_a_record_that_the_endpoint_failed_on_is_told_to_have_been_asked_about(tmp_path, serve):
    site = serve(gallery(2))
    refused = faults.Fault("refused", lambda request, ask: error(400, "not this page"))
    with FakeModelServer(scripted_model.reply) as server:
        path = runs.with_model(tmp_path, site.origin, server)
        server.fail(faults.on("example number 1", refused))
        done = runs.call("run", "--config", str(path), "--quiet", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (lost,) = [
        row["id"]
        for part in tmp_path.glob("runs/run/parts/annotate-*/rejected.p*")
        for row in pq.read_table(part).to_pylist()
    ]
    said = runs.call("inspect", "runs/run", lost, cwd=tmp_path).stdout
    assert "Calls: made, none was answered" in said
    assert "no model was asked" not in said
