"""What the cascade saves beside the plain chain, in tokens, and what it loses.

    python scripts/bench/tokens.py --gimp DIR

On 60 documents of the GIMP help (data/README.md), with a scripted model that knows the verdict on
every ordered pair of their pictures; tokens are the fake server's counts.

- cascade: pictures in which the rules see no chance are left out (prefilter `likely` or `rules`),
  the rest is shown on contact sheets with the texts around them; the filter stops at the first
  score that fails, and what failed goes no further. The share of pairs that the model sees on a
  sheet is a parameter
- plain: no rules before it, the whole page, all pictures in reading size, all scores, and every
  candidate goes through every agent. What is a candidate is measured in two ways: every ordered
  pair (plain_pairs), of which the instructor turns down those without a relation, or only what the
  retriever proposes (plain_proposed)

Prints one JSON object a line; nothing is timed, and the figures are the same in every run.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import warnings
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import rows
from bs4 import XMLParsedAsHTMLWarning
from gimp_documents import Corpus, corpus, names
from verdicts import Verdict, Verdicts, drawn, proposed, verdicts

import vqva_crawl.agents.vlm  # noqa: F401  (registers the agents)
from vqva_crawl.agents.rules.finding import Material
from vqva_crawl.agents.vlm.page import numbered
from vqva_crawl.agents.vlm.retriever import Proposed, likely, pairs_of, related
from vqva_crawl.clients.base import ChatModel
from vqva_crawl.clients.fake_model import FakeModelServer, Usage
from vqva_crawl.clients.model.opening import Places, models
from vqva_crawl.config import Config
from vqva_crawl.records import Document, Drop, Pair, Scores
from vqva_crawl.stages.annotate import Chain
from vqva_crawl.storage.calls import ModelCall
from vqva_crawl.storage.spend import SpendJournal

report = partial(rows.report, "tokens")

RECALLS = (0.7, 0.85, 1.0)  # of the contact sheet
TARGET = 3.0  # times fewer tokens than the plain chain
ROLES = ("retriever", "instructor", "filter", "rewriter", "reasoner")
EVERYTHING = 1000
REACH = 2  # texts around a picture that the cascade's retriever reads, as its instructor does


@dataclass
class Outcome:
    usage: Usage = field(default_factory=Usage)
    tokens: Counter[str] = field(default_factory=Counter)  # by role
    accepted: set[str] = field(default_factory=set)  # instructions: each names one pair


@dataclass(frozen=True)
class Way:
    """How a document goes through the chain.

    `gated`: what the filter turns down goes no further. `every_pair`: all ordered pairs are
    candidates, not only those that the retriever proposes.
    """

    options: dict[str, dict[str, object]]
    gated: bool
    every_pair: bool = False


CASCADES = {
    name: Way({"retriever": {"prefilter": name, "view": "sheet", "reach": REACH}}, gated=True)
    for name in ("likely", "rules")
}
FULL = {"prefilter": "none", "view": "full", "max_pairs": EVERYTHING}
NO_STOP = {"retriever": FULL, "filter": {"stop_early": False}}
PLAIN = {
    "plain_pairs": Way(NO_STOP, gated=False, every_pair=True),
    "plain_proposed": Way(NO_STOP, gated=False),
}


async def outcome(found: Corpus, way: Way, recall: float, folder: Path) -> Outcome:
    """All documents through the chain, one after the other, with nothing in the cache."""
    jpegs = found.jpegs()
    async with FakeModelServer(Verdicts(found, jpegs, recall), keep_requests=False) as server:
        config = configured(server.base_url, way)
        journal = SpendJournal(folder / "spend.jsonl")
        result = Outcome(server.usage)
        async with models(config, ROLES, Places(folder, folder, journal)) as opened:
            chain = chained(config, found, jpegs, opened, result)
            for document in found.documents.values():
                await annotate(chain, document, way, result)
        journal.close()
    return result


def configured(url: str, way: Way) -> Config:
    agents = {role: {"name": "vlm", "options": way.options.get(role, {})} for role in ROLES}
    model = {"base_url": url, "name": "fake", "api_key_env": None}
    return Config.model_validate({"name": "bench", "model": model, "agents": agents})


def chained(
    config: Config,
    found: Corpus,
    jpegs: dict[str, bytes],
    opened: dict[str, ChatModel],
    result: Outcome,
) -> Chain:
    async def jpeg(sha256: str) -> bytes:
        return jpegs[sha256]

    def note(call: ModelCall) -> None:
        result.tokens[call.role] += call.prompt_tokens + call.completion_tokens

    return Chain(config.agents, found.files.picture, (), 0, opened, jpeg, note)


async def annotate(chain: Chain, document: Document, way: Way, result: Outcome) -> None:
    pairs: list[Pair]
    pairs, _ = await chain.ask("retriever", document, document)
    for pair in every_pair(document) if way.every_pair else pairs:
        candidate, _ = await chain.ask("instructor", pair, document)
        if isinstance(candidate, Drop):
            continue
        scores: Scores
        scores, _ = await chain.ask("filter", candidate, document)
        if way.gated and not scores.perfect:
            continue
        await chain.ask("rewriter", candidate, document)
        await chain.ask("reasoner", candidate, document)
        if scores.perfect:
            result.accepted.add(candidate.instruction)


def every_pair(document: Document) -> list[Pair]:
    numbers = numbered(document)
    ways = [(q, a) for q in numbers.values() for a in numbers.values() if q != a]
    told = [Proposed(**proposed(q, a, "causal")) for q, a in ways]
    return pairs_of(document, numbers, told)


def passed(found: Corpus, prefilter: str) -> set[str]:
    """Instructions of the gold pairs both of whose pictures the prefilter lets through."""
    seen: dict[str, set[str]] = {}
    for page, document in found.documents.items():
        stuff = Material(document, found.files.picture)
        kept = related(stuff) if prefilter == "rules" else related(stuff) | likely(stuff)
        seen[page] = {names(document)[sha256] for sha256 in kept}
    return {v.instruction for v in gold() if {v.question, v.answer} <= seen[v.page]}


def gold() -> list[Verdict]:
    return [v for v in verdicts() if v.gold]


def compared(found: Corpus) -> None:
    with tempfile.TemporaryDirectory() as folder:

        def run(way: Way, recall: float, name: str) -> Outcome:
            return asyncio.run(outcome(found, way, recall, Path(folder) / name))

        plain = {name: run(way, 1.0, name) for name, way in PLAIN.items()}
        for name, result in plain.items():
            spent(name, result)
        for prefilter, way in CASCADES.items():
            through = passed(found, prefilter)
            for recall in RECALLS:
                name = f"{prefilter}_{recall}"
                cascade = run(way, recall, name)
                spent(name, cascade)
                losses(name, recall, through, cascade, plain["plain_pairs"])
                for peer, result in plain.items():
                    saved(name, cascade, peer, result)


def spent(name: str, result: Outcome) -> None:
    roles = ", ".join(f"{role} {count}" for role, count in result.tokens.items())
    report(f"{name}_spent", result.usage.total, "tokens", note=roles)
    report(f"{name}_accepted", len(result.accepted), "samples", note=f"of {len(gold())} gold pairs")
    cached = result.usage.cached / result.usage.prompt
    report(f"{name}_prefix_cached", cached, "", note="of the prompt tokens; an unbounded cache")


def losses(name: str, recall: float, through: set[str], cascade: Outcome, plain: Outcome) -> None:
    unseen = {v.instruction for v in gold() if not drawn(v, recall)}
    lost = plain.accepted - cascade.accepted
    for where, some in (
        ("prefilter", lost - through),
        ("sheet", lost & through & unseen),
        ("max_pairs", (lost & through) - unseen),
    ):
        note = f"of {len(plain.accepted)} accepted in plain"
        report(f"{name}_lost_by_{where}", len(some), "samples", note=note)


def saved(name: str, cascade: Outcome, peer: str, plain: Outcome) -> None:
    ours, theirs = cascade.usage.total, plain.usage.total
    report(f"{name}_tokens", ours, "tokens", peer, theirs, theirs / ours, TARGET)
    each, other = (r.usage.total / max(1, len(r.accepted)) for r in (cascade, plain))
    report(f"{name}_tokens_per_accepted", each, "tokens", peer, other, other / each)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--gimp", type=Path, required=True, help="the site's root")
    options = parser.parse_args()
    warnings.filterwarnings("ignore", category=XMLParsedAsHTMLWarning)
    compared(asyncio.run(corpus(options.gimp)))


if __name__ == "__main__":
    main()
