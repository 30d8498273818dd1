"""Prompt files: Jinja2 text under a short front matter. A user's file of the same name wins.

    ---
    version: 1
    answer: Question
    ---
    Write one question about ...

`answer` names the form of the answer, "text" for prose; a user's file keeps it, and may use the
variables that the shipped file uses, and `families` (families.py). It has to use those that the
shipped file `needs`: without them, every record would be asked the same. What all agents are told
stands in `system.md`; an agent's own file is the end of its message, behind document and pictures,
so that calls begin alike and a server's prefix cache can hold what they share. Where no other agent
is shown the same (the retriever's page), the file's own text is what calls share: what stands
before a line `=====` comes before document and pictures. A file of a call without pictures says
first what it says of every record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.meta import find_undeclared_variables
from jinja2.nodes import Extends, For, FromImport, Getattr, Import, Include, Name, Template
from jinja2.sandbox import SandboxedEnvironment

from vqva_crawl.agents.vlm.families import FAMILIES
from vqva_crawl.errors import ConfigError
from vqva_crawl.records import digest
from vqva_crawl.registry import prompt_names, prompts_of

SYSTEM = "system"
_HERE = "\n=====\n"  # where document and pictures come
ALIKE = 0.88  # of two names, by Ratcliff and Obershelp: a slip or two apart
_ENGINE = SandboxedEnvironment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
_ENGINE.globals["families"] = FAMILIES


class Prompt(NamedTuple):
    name: str
    version: str
    answer: str
    text: str
    needs: frozenset[str] = frozenset()

    @property
    def halves(self) -> tuple[Prompt, Prompt]:
        """What comes before document and pictures (mostly nothing), and what comes after."""
        before, _, after = self.text.rpartition(_HERE)
        return self._replace(text=before), self._replace(text=after)

    @property
    def digest(self) -> str:
        """Of everything that can change an answer."""
        told = [repr(FAMILIES)] if "families" in self.text else []
        return digest(self.name, self.version, self.answer, self.text, *told)


def find(name: str) -> Path:
    """`prompts/<name>.md` in the folder one starts from, else the shipped one."""
    mine = Path.cwd() / "prompts" / f"{name}.md"
    return mine if mine.is_file() else shipped(name)


def shipped(name: str) -> Path:
    """Where the package's own file of a name lies, or would lie."""
    inside = Path(str(resources.files("vqva_crawl"))) / "prompts" / f"{name}.md"
    return inside if inside.exists() else Path(__file__).parents[4] / "prompts" / f"{name}.md"


def prompt(name: str) -> Prompt:
    """The prompt as it is on disk now. Raises ConfigError for a file that cannot be used."""
    return _at(find(name), name)


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
    ours, given = _at(model, name), variables(model, name)
    if mine.answer != ours.answer:
        raise ConfigError(
            f"{path}: answer: '{mine.answer}' is not the form that the agent reads; "
            f"write 'answer: {ours.answer}'"
        )
    if unknown := sorted(used - given):
        raise ConfigError(f"{path}: '{unknown[0]}' is undefined; it may use {_known(given)}")
    if missing := sorted(ours.needs - used):
        raise ConfigError(f"{path}: the model is not told {{{{ {missing[0]} }}}}; write it in")


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
    first, last = _at(path, name).halves
    return _used(path, first.text) | _used(path, last.text)


def _used(path: Path, text: str) -> set[str]:
    try:
        _ENGINE.from_string(text)
        tree = _ENGINE.parse(text)
        for node in tree.find_all((Include, Import, FromImport, Extends)):
            raise TemplateSyntaxError("a prompt includes no other file", node.lineno)
        names = find_undeclared_variables(tree) - _ENGINE.globals.keys()
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


def _at(path: Path, name: str) -> Prompt:
    try:
        written = path.stat().st_mtime_ns
    except OSError as error:
        raise ConfigError(f"prompt '{name}': {path}: {error.strerror}") from error
    return _read(path, written, name)


@lru_cache(64)
def _read(path: Path, written: int, name: str) -> Prompt:
    try:
        whole = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigError(f"prompt '{name}': {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: byte {error.start} is not UTF-8; save it as UTF-8") from error
    head, _, text = f"{whole}\n".removeprefix("---\n").partition("\n---\n")
    try:
        said: Any = yaml.safe_load(head)
        needs = frozenset(str(said.get("needs", "")).split())
        return Prompt(name, str(said["version"]), str(said["answer"]), text.strip(), needs)
    except (yaml.YAMLError, KeyError, TypeError) as error:
        raise ConfigError(
            f"{path}: a prompt begins with a front matter that says version and answer"
        ) from error


def call_digest(name: str) -> str:
    """Of all that a call with this prompt says by itself: the system's text and the prompt's."""
    return digest(prompt(SYSTEM).digest, prompt(name).digest)


def prompts_digest(role: str, name: str, options: Mapping[str, Any]) -> str:
    """Of all prompt files that an agent uses with its options, "" for one without."""
    names = prompts_of(role, name, options)
    return digest(*(prompt(each).digest for each in names)) if names else ""


def render(prompt: Prompt, **values: Any) -> str:
    """The prompt's text with its variables filled in. Raises ConfigError naming a wrong one."""
    try:
        return _ENGINE.from_string(prompt.text).render(**values).strip()
    except UndefinedError as error:
        raise ConfigError(
            f"{find(prompt.name)}: {error.message}; it may use {_known(values)}"
        ) from error
    except TemplateError as error:
        raise ConfigError(f"{find(prompt.name)}: {error}") from error


def _known(values: Iterable[str]) -> str:
    return ", ".join(sorted(values)) or "no variables"
