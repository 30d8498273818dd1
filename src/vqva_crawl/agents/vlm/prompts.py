"""Prompt files: Jinja2 text under a short front matter. A user's file of the same name wins.

    ---
    version: 1
    answer: Question
    ---
    Write one question about ...

`answer` names the form of the answer, "text" for prose; a user's file keeps it, and may use the
variables that the shipped file uses, and `families` (families.py). It has to use those that the
shipped file `needs`: without them, every record would be asked the same. With the shipped file's
`example`, a value for each variable, a user's file is tried before a run begins.

What all agents are told stands in `system.md`; an agent's own file is the end of its message,
behind document and pictures, so that calls begin alike and a server's prefix cache can hold what
they share. Where no other agent is shown the same (the retriever's page), the file's own text is
what calls share: what stands before a line `=====` comes before document and pictures. A file of a
call without pictures says first what it says of every record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import yaml
from jinja2 import StrictUndefined, Template, UndefinedError
from jinja2.sandbox import SandboxedEnvironment
from pydantic import BaseModel, ValidationError

from vqva_crawl.agents.vlm.families import FAMILIES
from vqva_crawl.errors import ConfigError
from vqva_crawl.records import digest
from vqva_crawl.registry import prompts_of

SYSTEM = "system"
HERE = "\n=====\n"  # where document and pictures come
ENGINE = SandboxedEnvironment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
ENGINE.globals["families"] = FAMILIES


class Head(BaseModel):
    """The front matter."""

    version: int | float | str
    answer: str
    needs: str = ""
    example: dict[str, Any] = {}


class Prompt(NamedTuple):
    name: str
    version: str
    answer: str
    text: str
    needs: frozenset[str] = frozenset()
    example: Mapping[str, Any] = MappingProxyType({})

    @property
    def halves(self) -> tuple[Prompt, Prompt]:
        """What comes before document and pictures (mostly nothing), and what comes after."""
        before, _, after = self.text.rpartition(HERE)
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
    return at(find(name), name)


def at(path: Path, name: str) -> Prompt:
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
        said = Head.model_validate(yaml.safe_load(head))
    except (yaml.YAMLError, ValidationError) as error:
        raise ConfigError(
            f"{path}: a prompt begins with a front matter that says version and answer"
        ) from error
    needs = frozenset(said.needs.split())
    return Prompt(name, str(said.version), said.answer, text.strip(), needs, said.example)


def call_digest(name: str) -> str:
    """Of all that a call with this prompt says by itself: the system's text and the prompt's."""
    return digest(prompt(SYSTEM).digest, prompt(name).digest)


def prompts_digest(role: str, name: str, options: Mapping[str, Any]) -> str:
    """Of all prompt files that an agent uses with its options, "" for one without."""
    names = prompts_of(role, name, options)
    return digest(*(prompt(each).digest for each in names)) if names else ""


def render(prompt: Prompt, **values: Any) -> str:
    """The prompt's text with its variables filled in. Raises ConfigError for a wrong one."""
    try:
        return _template(prompt.text).render(**values).strip()
    except UndefinedError as error:
        unknown = str(error.message).endswith("is undefined")
        may = f"; it may use {told(values)}" if unknown else ""
        raise ConfigError(f"{find(prompt.name)}: {error.message}{may}") from error
    except Exception as error:  # a template computes, and may fail in any way
        said = str(error) or type(error).__name__  # a MemoryError, for one, has no words
        raise ConfigError(f"{find(prompt.name)}: it cannot be filled in: {said}") from error


@lru_cache(128)
def _template(text: str) -> Template:
    """Compiled once: every call fills one in."""
    return ENGINE.from_string(text)


def told(values: Iterable[str]) -> str:
    """Names of variables in words."""
    return ", ".join(sorted(values)) or "no variables"
