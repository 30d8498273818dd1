"""Samples with real pictures, drawn here."""

import hashlib
import io
from collections.abc import Callable

import pytest
from PIL import Image, ImageDraw

from vqva_crawl.publish.schema import row
from vqva_crawl.publish.summary import Summary, Survival, Triple
from vqva_crawl.records import AgentMark, Picture, Sample, Scores

DOMAINS = ("world_knowledge", "design_knowledge", "reasoning")
RELATIONS = ("temporal", "causal", "compositional", "spatial", "analytical", "variant")


def encoded(seed: int, size: tuple[int, int] = (320, 240), kind: str = "PNG") -> bytes:
    image = Image.new("RGB", size, (seed * 37 % 256, seed * 91 % 256, 160))
    ImageDraw.Draw(image).ellipse((20, 20, 60 + seed % 150, 200), fill=(250, seed % 256, 40))
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


def picture(content: bytes, size: tuple[int, int] = (320, 240)) -> Picture:
    sha256 = hashlib.sha256(content).hexdigest()
    return Picture(
        sha256=sha256,
        url=f"https://pictures.example.org/{sha256[:8]}.png",
        width=size[0],
        height=size[1],
        format="png",
        phash=sha256[:16],
        size=len(content),
        fetched_at="2026-01-02T03:04:05Z",
    )


def make_triple(n: int, **changes: object) -> Triple:
    question, answer = encoded(2 * n), encoded(2 * n + 1)
    facts: dict[str, object] = {
        "question": picture(question),
        "answer": picture(answer),
        "instruction": f"What does this shape look like after {n} days?",
        "variants": (f"Show it {n} days on.", "And later?"),
        "reasoning": "<think>The shape grows. The colour stays.</think>",
        "domain": DOMAINS[n % 3],
        "relation": RELATIONS[n % 6],
        "topic": f"shapes {n % 4}",
        "scores": Scores(
            question=2,
            answer=2,
            context=2,
            question_reason="clear",
            answer_reason="it fits",
            context_reason="it points at the picture",
        ),
        "page_url": f"https://example.org/pages/{n}.html",
        "page_title": f"Shapes, part {n}",
        "query": "shapes over time",
        "backend": "demo",
        "fetched_at": "2026-01-02T03:04:05Z",
        "licence": "https://creativecommons.org/licenses/by/4.0/" if n % 2 else "",
        "licence_evidence": "rel=license" if n % 2 else "",
        "language": "en",
        "document": "d" * 32,
        "agents": (AgentMark(agent="retriever:rules"), AgentMark(agent="filter:rules")),
    }
    return Triple(Sample(**{**facts, **changes}), question, answer)  # type: ignore[arg-type]


def make_rows(count: int) -> list[dict[str, object]]:
    rows = [row(*make_triple(n), run="r", round=1, unit="a1", version="0.1") for n in range(count)]
    return sorted(rows, key=lambda r: r["id"])


@pytest.fixture
def triples() -> Callable[[int], list[Triple]]:
    return lambda count: [make_triple(n) for n in range(count)]


@pytest.fixture
def rows() -> Callable[[int], list[dict[str, object]]]:
    return make_rows


@pytest.fixture
def triple() -> Callable[..., Triple]:
    return make_triple


@pytest.fixture
def summary() -> Summary:
    return Summary(
        run="demo-run",
        version="0.1.0",
        seed=0,
        rounds=2,
        pages=40,
        images=310,
        samples=12,
        started_at="2026-01-02T03:04:05Z",
        config_digest="ab12" * 8,
        stopped_because="limits.rounds reached",
        survival=(
            Survival("fetch", 50, 40, 10, {"http_404": 7, "robots": 3}),
            Survival("filter", 30, 12, 18, {"context_score": 11, "answer_score": 7}),
        ),
        domains={"world_knowledge": 4, "design_knowledge": 4, "reasoning": 4},
        relations={"temporal": 8, "spatial": 4},
        topics={"shapes 1": 7, "shapes 2": 5},
        hosts={"example.org": 12},
        licences={"": 6, "https://creativecommons.org/licenses/by/4.0/": 18},
        languages={"en": 12},
        errors={"http_404": 7, "robots": 3},
        agents=(AgentMark(agent="retriever:rules"),),
    )
