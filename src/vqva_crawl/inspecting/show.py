"""A story on a terminal. Everything crawled or said by a model is hostile there, too."""

from __future__ import annotations

import json
from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from vqva_crawl.inspecting.story import Origin, Shown, Story, Told

MOST = 2_500  # characters of a raw answer that are shown
SCORES = ("question", "answer", "context")


def shown(story: Story) -> Iterator[RenderableType]:
    """The parts of the story, from the page to the last answer."""
    yield _head(story)
    yield _section("Document", _document(story.document))
    if story.planning:
        yield Group("", Text("Query proposed by", style="bold"))
        yield from _answers(story.planning)
    if story.question and story.answer:
        yield _section("Question picture", _picture(story.question))
        yield _section("Answer picture", _picture(story.answer))
    yield _section("Pair", _pair(story))
    yield _section("Triple", _triple(story))
    yield from _calls(story)


def plain(text: str) -> str:
    """The text without what a terminal would obey: control and direction characters are spelt."""
    return "".join(c if c.isprintable() or c in "\n " else _spelt(c) for c in text)


def _spelt(char: str) -> str:
    return " " if char.isspace() else char.encode("unicode_escape").decode()


def _section(title: str, rows: list[tuple[str, str]]) -> RenderableType:
    rows = [(name, value) for name, value in rows if value]
    if not rows:
        return Group()
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True, min_width=12)
    table.add_column(overflow="fold")
    for name, value in rows:
        table.add_row(f"  {name}", Text(plain(value)))
    return Group("", Text(title, style="bold"), table)


def _head(story: Story) -> Text:
    accepted = story.state == "accepted"
    head = Text.assemble(("sample " if accepted else "record ", "bold"), (story.id, "bold"), "  ")
    if accepted:
        head.append("accepted", "green")
    else:
        head.append(f"rejected at {story.stage}: {plain(story.state)}", "red")
    head.append(f"\n{story.run}, round {story.round}, {story.unit}", "dim")
    if story.detail:
        head.append(f"\n{plain(story.detail)}")
    for other in story.others:
        head.append(f"\nthe same id also ended at {plain(other)}", "dim")
    return head


def _document(origin: Origin) -> list[tuple[str, str]]:
    asked = f"'{origin.query}'" if origin.query else "none"
    found = f"{asked}, found by {origin.backend}" if origin.backend else asked
    return [
        ("title", origin.title),
        ("url", origin.url),
        ("id", origin.id or "none: it was not kept"),
        ("query", found),
        ("topic", origin.topic),
        ("fetched", origin.fetched_at),
        ("language", origin.language),
        ("licence", _licence(origin.licence, origin.licence_evidence) if origin.id else ""),
    ]


def _licence(name: str, evidence: str) -> str:
    return f"{name or 'unknown'}{f' ({evidence})' if evidence else ''}"


def _picture(picture: Shown) -> list[tuple[str, str]]:
    size = f"{picture.width} × {picture.height} {picture.format}, {picture.size:,} bytes"
    return [
        ("sha256", picture.sha256),
        ("url", picture.url),
        ("size", size),
        ("caption", picture.caption),
        ("alt", picture.alt),
        ("licence", _licence(picture.credit.licence, picture.credit.evidence)),
        ("author", picture.credit.author),
    ]


def _pair(story: Story) -> list[tuple[str, str]]:
    if story.pair is None:
        return []
    cues = ", ".join(f"{name} {value}" for name, value in story.pair.cues.items())
    return [
        ("relation", story.pair.relation),
        ("why", story.pair.evidence),
        ("cues", cues),
        ("id", story.pair.id),
    ]


def _triple(story: Story) -> list[tuple[str, str]]:
    rows = [("instruction", story.instruction)]
    rows += [("variant", variant) for variant in story.variants]
    if story.scores is not None:
        said = story.scores.model_dump()
        rows += [(f"{kind} {said[kind]}", said[f"{kind}_reason"]) for kind in SCORES]
    return [*rows, ("reasoning", story.reasoning)]


def _calls(story: Story) -> Iterator[RenderableType]:
    lost = story.state.startswith("endpoint_")  # the last agent's call, which was made
    asked = {call.role for call in story.calls}
    if lost and story.agents:
        asked.add(story.agents[-1].agent.partition(":")[0])
    silent = [mark.agent for mark in story.agents if mark.agent.partition(":")[0] not in asked]
    if story.agents or story.calls:
        yield Group("", Text(_sum(story.calls, lost), style="bold"))
    if silent:
        yield Text(f"  no model was asked by {', '.join(silent)}", style="dim")
    yield from _answers(story.calls)


def _answers(calls: tuple[Told, ...]) -> Iterator[RenderableType]:
    for number, call in enumerate(calls, 1):
        said = Group(_facts(call), _answer(call.text))
        yield Group("", _call(number, call), Padding(said, (0, 0, 0, 5)))


def _sum(calls: tuple[Told, ...], lost: bool) -> str:
    """`lost` says that an endpoint failed on a call, which is then not among them."""
    if not calls:
        return "Calls: made, none was answered" if lost else "Calls: none, no agent asked a model"
    prompt = sum(call.prompt_tokens for call in calls)
    completion = sum(call.completion_tokens for call in calls)
    seconds = sum(call.seconds for call in calls)
    more = "; the last one was not answered" if lost else ""
    return f"Calls: {len(calls)}, {prompt:,} + {completion:,} tokens, {seconds:.1f} s{more}"


def _call(number: int, call: Told) -> Text:
    """An agent of a user's own may ask without a prompt file."""
    names = " ".join(filter(None, ("prompt", call.prompt_name, call.prompt[:12])))
    prompt = f"  {names}" if call.prompt else ""
    return Text.assemble(f"{number:>3}. ", (call.role, "bold cyan"), (prompt, "dim"))


def _facts(call: Told) -> Text:
    facts = [
        call.model,
        f"{call.prompt_tokens:,} + {call.completion_tokens:,} tokens",
        f"{call.seconds:.2f} s",
        "from the cache" if call.cached else "asked",
    ]
    if call.finish_reason != "stop":
        facts.append(f"ended by {call.finish_reason}")
    return Text(plain(", ".join(facts)), style="dim")


def _answer(text: str) -> Text:
    """The raw answer; a JSON object with a key a line."""
    try:
        text = json.dumps(json.loads(text), indent=1, ensure_ascii=False)
    except ValueError:
        text = text.strip()
    more = len(text) - MOST
    cut = f"{text[:MOST]}\n… {more:,} more characters; --json has them all" if more > 0 else text
    return Text(plain(cut), overflow="fold")
