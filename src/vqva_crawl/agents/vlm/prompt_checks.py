"""Whether a prompt file can be used, found out before anything is asked or fetched."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path

from jinja2 import TemplateSyntaxError
from jinja2.meta import find_undeclared_variables
from jinja2.nodes import Extends, For, FromImport, Getattr, Import, Include, Name, Template

from vqva_crawl.agents.vlm.prompts import ENGINE, Prompt, at, find, prompt, render, shipped, told
from vqva_crawl.errors import ConfigError
from vqva_crawl.registry import prompt_names

ALIKE = 0.88  # of two names, by Ratcliff and Obershelp: a slip or two apart


def check_prompt(name: str) -> None:
    """Compiles a prompt; measures a user's file by the shipped one. Raises ConfigError.

    A plug-in's prompt has no shipped file: its variables are its own.
    """
    path, model = find(name), shipped(name)
    used, mine = variables(path, name), prompt(name)
    misnamed(name)
    if not mine.text:
        raise ConfigError(f"{path}: there is no text below the front matter")
    if path == model or not model.is_file():
        return
    ours, given = at(model, name), variables(model, name)
    if mine.answer != ours.answer:
        raise ConfigError(
            f"{path}: answer: '{mine.answer}' is not the form that the agent reads; "
            f"write 'answer: {ours.answer}'"
        )
    if unknown := sorted(used - given):
        raise ConfigError(f"{path}: '{unknown[0]}' is undefined; it may use {told(given)}")
    if missing := sorted(ours.needs - used):
        raise ConfigError(f"{path}: the model is not told {{{{ {missing[0]} }}}}; write it in")
    tried(path, mine, ours)


def tried(path: Path, mine: Prompt, ours: Prompt) -> None:
    """Fills a user's prompt in with the shipped one's example, as a run will do for each record.

    Raises ConfigError where that fails, or says nothing of what the record is.
    """
    text = "\n".join(render(half, **ours.example) for half in mine.halves)
    for name in sorted(ours.needs):
        value = ours.example[name]
        if isinstance(value, str) and value not in text:
            raise ConfigError(
                f"{path}: {{{{ {name} }}}} is written in, but never told to the model"
            )


def misnamed(name: str) -> None:
    """Raises ConfigError for a file in the user's folder that was meant to be this prompt.

    Its name is nearly this one, or the part of it before a `_`, and no agent's.
    """
    known = prompt_names() | {name}
    for path in sorted((Path.cwd() / "prompts").glob("*.md")):
        near = SequenceMatcher(None, path.stem, name).ratio() >= ALIKE
        if (near or name.startswith(f"{path.stem}_")) and path.stem not in known:
            raise ConfigError(f"{path}: no agent reads it; did you mean {name}.md?")


def variables(path: Path, name: str) -> set[str]:
    """What a prompt file wants to be told: `topics`, `topics[].name` for what a loop reads of each.

    Raises ConfigError for one that does not compile.
    """
    first, last = at(path, name).halves
    return _used(path, first.text) | _used(path, last.text)


def _used(path: Path, text: str) -> set[str]:
    try:
        ENGINE.from_string(text)
        tree = ENGINE.parse(text)
        for node in tree.find_all((Include, Import, FromImport, Extends)):
            raise TemplateSyntaxError("a prompt includes no other file", node.lineno)
        names = find_undeclared_variables(tree) - ENGINE.globals.keys()
        return names | set(_fields(tree, names))
    except TemplateSyntaxError as error:
        before = path.read_text(encoding="utf-8-sig").partition(text)[0].count("\n")
        raise ConfigError(
            f"{path}: line {before + error.lineno}: {error.message}; mend its Jinja2"
        ) from error


def _fields(tree: Template, names: set[str]) -> Iterator[str]:
    for loop in tree.find_all(For):
        each, many = loop.target, loop.iter
        if isinstance(each, Name) and isinstance(many, Name) and many.name in names:
            for got in loop.find_all(Getattr):
                if isinstance(got.node, Name) and got.node.name == each.name:
                    yield f"{many.name}[].{got.attr}"
