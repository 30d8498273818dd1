"""The `screen` commands as a user types them: label, train, evaluate, and a run that uses it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from PIL import Image

import runs
from vqva_crawl import screening
from vqva_crawl.clients.fake_model import FakeModelServer
from vqva_crawl.config import Config
from vqva_crawl.errors import Stopped
from vqva_crawl.records import Document
from vqva_crawl.screening import label_documents
from vqva_crawl.stages.classify import read_labels
from vqva_crawl.storage.folder import RunFolder
from webpages import Site, gallery, photo, png

PLUGIN = """
import asyncio

from vqva_crawl.registry import labeller
from vqva_crawl.stages.classify import scripted


@labeller("titles")
def titles(context):
    return scripted({r"\\A(Emboss|Gaussian)": "design_knowledge", r"\\AFind": "reasoning"})


@labeller("sour")
def sour(context):
    async def refuse(text, title, captions):
        raise RuntimeError("not today")

    return refuse


@labeller("leaving")
def leaving(context):
    async def cancelled(text, title, captions):
        task = asyncio.ensure_future(asyncio.sleep(60))
        task.cancel()
        await task

    return cancelled
"""


def mixed(each: int) -> dict[str, tuple[str, bytes]]:
    """A gallery of filters, and pages of the same make that are about nothing of the kind."""
    files = gallery(each)
    links = files["/"][1].decode().removesuffix("</ul></body></html>")
    for n in range(each):
        for m in (1, 2):
            files[f"/shop/{n}-{m}.png"] = ("image/png", png(photo(1000 + 2 * n + m)))
        words = " ".join(f"order{n}{c} basket{n}{c}" for c in "abcdefgh")
        files[f"/shop/{n}.html"] = (
            "text/html; charset=utf-8",
            f"""<!doctype html><html lang="en"><head><title>Offer {n}</title></head><body><main>
            <h1>Offer number {n}</h1><p>Buy now and pay later: our shop sends every parcel on the
            same day, with a warranty of two years. The price includes delivery. {words}</p>
            <figure><img src="/shop/{n}-1.png"><figcaption>Parcel {n}</figcaption></figure>
            <figure><img src="/shop/{n}-2.png"><figcaption>Voucher {n}</figcaption></figure>
            </main></body></html>""".encode(),
        )
        links += f'<li><a href="/shop/{n}.html">offer {n}</a></li>'
    files["/"] = ("text/html", f"{links}</ul></body></html>".encode())
    return files


@pytest.fixture(scope="module")
def site():
    site = Site(mixed(18))
    yield site
    site.close()


@pytest.fixture(scope="module")
def folder(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of the site, and labels for all its documents."""
    folder = tmp_path_factory.mktemp("screening")
    (folder / "label_plugin.py").write_text(PLUGIN)
    path = runs.config(folder, [site.origin], plugins=["simple_agents", "label_plugin"])
    sys.path.append(str(folder))
    try:
        assert runs.call("run", "--config", str(path), "--quiet", cwd=folder).returncode == 0
        done = screen(folder, "label run --out labels.jsonl --labeller titles")
        assert done.returncode == 0, done.stderr
        yield folder
    finally:
        sys.path.remove(str(folder))


def screen(folder: Path, line: str) -> runs.Done:
    return runs.call("screen", *line.split(), cwd=folder)


def test_labels_are_one_line_a_document_and_nobody_is_asked_twice(folder: Path):
    lines = (folder / "labels.jsonl").read_text().splitlines()
    labels = [json.loads(line)["label"] for line in lines]
    assert {name: labels.count(name) for name in labels} == {
        "design_knowledge": 12,
        "reasoning": 6,
        "other": 18,
    }
    again = screen(folder, "label run --out labels.jsonl --labeller sour")
    assert again.returncode == 0, again.stderr  # the sour one would have failed
    assert "36 before" in again.stdout
    assert (folder / "labels.jsonl").read_text().splitlines() == lines


def test_a_small_sample_grows(folder: Path):
    done = screen(folder, "label run --out grown.jsonl --count 5 --labeller titles")
    assert "5 documents" in done.stdout
    first = (folder / "grown.jsonl").read_text()
    screen(folder, "label run --out grown.jsonl --count 9 --labeller titles")
    grown = (folder / "grown.jsonl").read_text()
    assert grown.startswith(first)
    assert grown.count("\n") == 9


def test_the_built_in_labeller_needs_no_model(folder: Path):
    done = screen(folder, "label run --out keywords.jsonl")
    assert done.returncode == 0
    found = read_labels(folder / "keywords.jsonl").values()
    blurred = [x for x in found if "blur" in x.reason]
    assert blurred
    assert {x.label for x in blurred} == {"design_knowledge"}
    assert all(x.label == "other" for x in found if "/shop/" in x.url)


def test_a_run_of_rules_is_labelled_by_a_model_that_is_named_for_it(folder: Path):
    def says(request):
        label = "design_knowledge" if "lur" in request.text else "other"
        return json.dumps({"analysis": "as its title says", "label": label})

    with FakeModelServer(says) as server:
        model = {"base_url": server.base_url, "name": "fake", "api_key_env": "null"}
        keys = " ".join(f"--set model.{key}={value}" for key, value in model.items())
        done = screen(folder, f"label run --out asked.jsonl --count 6 --labeller vlm {keys}")
        assert done.returncode == 0, done.stderr
        assert len(server.requests) == 6
    found = read_labels(folder / "asked.jsonl").values()
    assert {x.labeller for x in found} == {"vlm"}
    assert "fake" not in (folder / "runs/run/config.yaml").read_text()


def test_label_train_evaluate_and_a_run_with_it(folder: Path, site: Site):
    done = screen(folder, "train labels.jsonl --run run --out model --held-out 0.3")
    assert done.returncode == 0, done.stderr
    assert "11 held out" in done.stdout
    assert sorted(p.name for p in (folder / "model").iterdir()) == ["model.json", "weights.npz"]
    done = screen(folder, "evaluate model labels.jsonl --run run --out figures --precision 0.8")
    assert done.returncode == 0, done.stderr
    assert "design_knowledge (4): precision 1.00 recall 1.00" in done.stdout
    figures = json.loads((folder / "figures/evaluation.json").read_text())
    assert figures["documents"] == 11
    assert figures["classes"]["all but other"]["recommended"]["precision"] >= 0.8
    with Image.open(folder / "figures/thresholds.png") as picture:
        assert picture.size == (1280, 600)
    line = "evaluate model labels.jsonl --run run --out two --classes reasoning,design_knowledge"
    done = screen(folder, line)
    assert done.returncode == 0, done.stderr
    assert "reasoning + design_knowledge (6): " in done.stdout
    line = "evaluate model labels.jsonl --run run --out no --classes reasoning,nonsense"
    done = screen(folder, line)
    assert done.returncode == 2
    assert "--classes: no class 'nonsense': choose of world_knowledge" in " ".join(
        done.stderr.split()
    )

    keys = {"classifier": str(folder / "model"), "classes": ["design_knowledge"]}
    path = runs.config(folder, [site.origin], name="screened", screen=keys, fetch=runs.hasty(site))
    done = runs.call("run", "--config", str(path), "--quiet", cwd=folder)
    assert done.returncode == 0, done.stderr
    dropped = runs.query(
        folder / "runs/screened", "select url from urls where stage = 'screen' and reason = 'class'"
    )
    assert sum("/shop/" in url for (url,) in dropped) == 18
    kept = runs.query(folder / "runs/screened", "select title from documents")
    assert kept
    assert not [title for (title,) in kept if title.startswith(("Find", "Offer"))]


def test_an_earlier_round_is_learned_from_in_one_command(folder: Path, site: Site):
    agents = {role: {"name": "simple"} for role in runs.ROLES} | {"filter": {"name": "picky"}}
    (folder / "picky_plugin.py").write_text(
        "import vqva_crawl as vc\n\n\n"
        '@vc.agent("filter", name="picky")\n'
        "async def picky(candidate, context):\n"
        '    good = 2 if "/shop/" not in context.document.url else 0\n'
        '    if "/shop/3." in context.document.url:\n'
        '        raise RuntimeError("a bad day")\n'
        "    return vc.Scores(question=2, answer=good, context=2)\n"
    )
    path = runs.config(
        folder,
        [site.origin],
        name="picky",
        agents=agents,
        plugins=["simple_agents", "picky_plugin"],
    )
    done = runs.call("run", "--config", str(path), "--quiet", cwd=folder)
    assert done.returncode == 0, done.stderr
    done = screen(folder, "train --from-run picky --out earlier --held-out 0")
    assert done.returncode == 0, done.stderr
    assert "other 17" in done.stdout  # all that was rejected, but not what failed
    facts = json.loads((folder / "earlier/model.json").read_text())
    assert sum(facts["examples"].values()) == 35
    everything = screen(folder, "evaluate earlier --from-run picky --out e")
    assert everything.returncode == 2
    assert "all 35 labelled documents were trained on" in everything.stderr


def test_what_says_nothing_of_a_page_is_not_learned_from(folder: Path, site: Site):
    """Endpoint, budget and model may fail in many ways; none of them makes a page `other`."""
    (folder / "unlucky_plugin.py").write_text(
        "import vqva_crawl as vc\n"
        "from vqva_crawl.errors import Unusable\n"
        'REASONS = "budget endpoint_refused truncated unreadable language loop".split()\n\n\n'
        '@vc.agent("filter", name="unlucky")\n'
        "async def unlucky(candidate, context):\n"
        '    number = int("".join(c for c in context.document.url.rpartition("/")[2] if c in '
        '"0123456789"))\n'
        '    if "/shop/" not in context.document.url:\n'
        "        return vc.Scores(question=2, answer=2, context=2)\n"
        "    if number < 6:\n"
        '        raise Unusable(REASONS[number], "no answer")\n'
        "    if number < 9:\n"
        '        return vc.Drop(reason=("disagreement", "house_rule", "no_question")[number - 6])\n'
        "    return vc.Scores(question=2, answer=1, context=2)\n"
    )
    path = runs.config(
        folder,
        [site.origin],
        name="unlucky",
        agents={role: {"name": "simple"} for role in runs.ROLES} | {"filter": {"name": "unlucky"}},
        plugins=["simple_agents", "unlucky_plugin"],
    )
    assert runs.call("run", "--config", str(path), "--quiet", cwd=folder).returncode == 0
    done = screen(folder, "train --from-run unlucky --out unlucky --held-out 0")
    assert done.returncode == 0, done.stderr
    assert "other 10" in done.stdout  # nine with a score below 2, and `no_question`
    said = " ".join(done.stderr.split())
    assert "unlucky: left out are documents that it says nothing of" in said
    assert "budget 1" in said
    assert "house_rule 1" in said


def repeating() -> dict[str, tuple[str, bytes]]:
    """Pages that tell something else each, and three of them repeat the first one's sample."""
    files = mixed(4)
    first = files["/page-0.html"][1].decode()
    links = files["/"][1].decode().removesuffix("</ul></body></html>")
    for n in range(3):
        words = " ".join(f"story{n}{a}{b}" for a in "abcdefgh" for b in "with the of and".split())
        again = first.replace("</main>", f"<p>It is told here that {words}.</p></main>")
        files[f"/again-{n}.html"] = ("text/html; charset=utf-8", again.encode())
        links += f'<li><a href="/again-{n}.html">again {n}</a></li>'
    files["/"] = ("text/html", f"{links}</ul></body></html>".encode())
    return files


@pytest.mark.parametrize(
    ("together", "said"),
    [(1, ""), (50, "left out are documents that it says nothing of (same_sample 3)")],
)
def test_documents_that_gave_the_same_sample(tmp_path: Path, serve, together: int, said: str):
    """Each is learned from; where one unit had several, its part has the sample of one alone."""
    (tmp_path / "titled_plugin.py").write_text(
        "import vqva_crawl as vc\n\n\n"
        '@vc.agent("filter", name="titled")\n'
        "async def titled(candidate, context):\n"
        '    good = 0 if "Offer" in context.document.title else 2\n'
        "    return vc.Scores(question=2, answer=good, context=2)\n"
    )
    agents = {role: {"name": "simple"} for role in runs.ROLES} | {"filter": {"name": "titled"}}
    path = runs.config(
        tmp_path,
        [serve(repeating()).origin],
        agents=agents,
        plugins=["simple_agents", "titled_plugin"],
        units={"collect_urls": 50, "annotate_documents": together},
    )
    done = runs.call("run", "--config", str(path), "--quiet", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert len(runs.ids(tmp_path / "runs/run")) == 4
    done = screen(tmp_path, "train --from-run run --out model --held-out 0")
    assert done.returncode == 0, done.stderr
    assert "other 4" in done.stdout
    assert f"{8 if said else 11} documents" in done.stdout
    assert " ".join(done.stderr.split()).endswith(said)


def test_labels_go_before_what_an_earlier_run_says_of_its_own_documents(folder: Path):
    lines = (folder / "labels.jsonl").read_text().splitlines()
    mended = [json.loads(line) | {"label": "world_knowledge"} for line in lines[:7]]
    (folder / "mended.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in mended))
    done = screen(folder, "train mended.jsonl --from-run run --out mended --held-out 0")
    assert done.returncode == 0, done.stderr
    assert "36 documents" in done.stdout
    assert "world_knowledge 7" in done.stdout
    assert "not in" not in done.stderr


def test_a_class_of_one_document_is_left_out_and_named(folder: Path):
    lines = (folder / "labels.jsonl").read_text().splitlines()
    rare = json.loads(lines[0]) | {"label": "world_knowledge"}
    (folder / "rare.jsonl").write_text("\n".join([json.dumps(rare), *lines[1:]]) + "\n")
    done = screen(folder, "train rare.jsonl --run run --out rare --held-out 0")
    assert done.returncode == 0, done.stderr
    said = " ".join(done.stderr.split())
    assert "left out are classes with fewer than 2 examples (world_knowledge 1)" in said
    assert "35 documents" in done.stdout
    assert "world_knowledge" not in done.stdout
    # The screen may want a class that the model does not know: the document counts as missed.
    done = screen(folder, "evaluate rare rare.jsonl --run run --out rare-figures")
    assert done.returncode == 0, done.stderr
    figures = json.loads((folder / "rare-figures/evaluation.json").read_text())
    assert figures["documents"] == 1
    assert "world_knowledge" not in figures["classes"]
    done = screen(folder, "evaluate rare rare.jsonl --run run --out no --classes world_knowledge")
    assert done.returncode == 2
    assert "the classifier knows none of them" in " ".join(done.stderr.split())


def test_documents_of_several_runs_are_labelled_in_one_command(folder: Path, site: Site):
    names = ("first", "second")
    for name in names:
        start = f"{site.origin}/{'shop/0.html' if name == 'second' else ''}"
        more = {"limits": {"rounds": 1, "pages": 4}, "name": name}
        backend = {"start": [start], "exhaust": True, "sitemap": False}
        more["search"] = {"backends": [{"kind": "site", "options": backend}]}
        path = runs.config(folder, [site.origin], plugins=["simple_agents", "label_plugin"], **more)
        runs.call("run", "--config", str(path), "--quiet", cwd=folder)
    held = [
        {url for (url,) in runs.query(folder / f"runs/{name}", "select url from documents")}
        for name in names
    ]
    assert all(held)
    done = screen(folder, "label first second first --out both.jsonl --labeller titles")
    assert done.returncode == 0, done.stderr
    labelled = [label.url for label in read_labels(folder / "both.jsonl").values()]
    assert set(labelled) == set.union(*held)
    assert len(labelled) == len((folder / "both.jsonl").read_text().splitlines())


def test_labels_of_documents_that_are_not_there_are_counted(folder: Path):
    lines = (folder / "labels.jsonl").read_text().splitlines()
    strange = json.loads(lines[0]) | {"document": "f" * 32}
    (folder / "more.jsonl").write_text("\n".join([*lines, json.dumps(strange)]) + "\n")
    done = screen(folder, "train more.jsonl --run run --out more")
    assert done.returncode == 0
    assert "1 of 37 labelled documents are not in run" in " ".join(done.stderr.split())


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("label nowhere --out x.jsonl", 2, "no run 'nowhere'"),
        ("label run --out x.jsonl --labeller nobody", 2, "no labeller named 'nobody'"),
        ("label run --out x.jsonl --labeller sour", 3, "RuntimeError: not today"),
        ("label run --out x.jsonl --labeller leaving", 3, "labeller 'leaving' was cancelled"),
        ("label run --out config.yaml", 2, "config.yaml:1"),
        ("label run --out label_plugin.py/x.jsonl", 74, "label_plugin.py"),
        ("train --out m", 2, "--from-run"),
        ("train nothing.jsonl --run run --out m", 2, "screen label"),
        ("train labels.jsonl --out m", 2, "--run"),
        ("train labels.jsonl --run run --out label_plugin.py", 74, "label_plugin.py"),
        ("train empty.jsonl --run run --out m", 2, "vqva-crawl: empty.jsonl: no labels in it"),
        ("train empty.jsonl --from-run run --out m", 2, "empty.jsonl: no labels in it"),
        ("evaluate m empty.jsonl --run run --out e", 2, "empty.jsonl: no labels in it"),
        ("train one.jsonl --run run --out m", 2, "at least two classes"),
        ("train strange.jsonl --run run --out m", 2, "1 of 1 labelled documents"),
        ("evaluate m labels.jsonl --run run --out e", 2, "no trained classifier"),
    ],
)
def test_bad_input_is_one_clear_line(folder: Path, line: str, code: int, said: str):
    first = (folder / "labels.jsonl").read_text().splitlines()[0]
    (folder / "one.jsonl").write_text(first + "\n")
    (folder / "empty.jsonl").touch()
    strange = json.loads(first) | {"document": "f" * 32}
    (folder / "strange.jsonl").write_text(json.dumps(strange) + "\n")
    done = screen(folder, line)
    assert done.returncode == code
    assert said in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert not (folder / "m").exists()


def test_a_missing_model_is_said_before_anything_is_fetched(tmp_path: Path, serve):
    site = serve(gallery(2))
    path = runs.config(tmp_path, [site.origin], screen={"classifier": "no-model"})
    done = runs.call("run", "--config", str(path), "--quiet", cwd=tmp_path)
    assert done.returncode == 2
    assert "no-model: no trained classifier" in " ".join(done.stderr.split())
    assert not site.requests


def test_ctrl_c_keeps_what_was_labelled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    pages = [
        Document.model_validate(
            {"url": f"http://s.test/{n}", "title": f"{n}", "target": {"key": f"{n}", "url": "u"}}
        )
        for n in range(20)
    ]

    async def interrupted(text, title, captions):
        if title == "12":
            raise KeyboardInterrupt
        return "other", ""

    monkeypatch.setattr(screening, "labeller_of", lambda config, model: interrupted)
    config = Config(name="x")
    folder = RunFolder(config.storage, "x")
    with pytest.raises(Stopped, match="the same command goes on"):
        label_documents(pages, config, folder, tmp_path / "labels.jsonl")
    assert 1 <= len(read_labels(tmp_path / "labels.jsonl")) <= 12
