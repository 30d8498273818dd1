"""Prompt files: Jinja2 text under a short front matter. A user's file of the same name wins.

    ---
    version: 1
    answer: Question
    ---
    Write one question about ...

`answer` names the form of the answer, "text" for prose. What all agents are told stands in
`system.md`; an agent's own file is the end of its message, behind document and pictures, so that
calls begin alike and a server's prefix cache can hold what they share.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from jinja2 import StrictUndefined, TemplateError, UndefinedError
from jinja2.sandbox import SandboxedEnvironment

from vqva_crawl.errors import ConfigError
from vqva_crawl.records import digest
from vqva_crawl.registry import prompts_of

SYSTEM = "system"
_ENGINE = SandboxedEnvironment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


class Prompt(NamedTuple):
    name: str
    version: str
    answer: str
    text: str

    @property
    def digest(self) -> str:
        """Of everything that can change an answer."""
        return digest(self.name, self.version, self.answer, self.text)


def find(name: str) -> Path:
    """`prompts/<name>.md` in the folder one starts from, else the shipped one."""
    mine = Path.cwd() / "prompts" / f"{name}.md"
    if mine.is_file():
        return mine
    inside = Path(str(resources.files("vqva_crawl"))) / "prompts" / f"{name}.md"
    return inside if inside.exists() else Path(__file__).parents[4] / "prompts" / f"{name}.md"


def prompt(name: str) -> Prompt:
    """The prompt as it is on disk now. Raises ConfigError for a file that cannot be used."""
    path = find(name)
    try:
        written = path.stat().st_mtime_ns
    except OSError as error:
        raise ConfigError(f"prompt '{name}': {path}: {error.strerror}") from error
    return _read(path, written, name)


@lru_cache(64)
def _read(path: Path, written: int, name: str) -> Prompt:
    head, _, text = path.read_text(encoding="utf-8").removeprefix("---\n").partition("\n---\n")
    try:
        said: Any = yaml.safe_load(head)
        return Prompt(name, str(said["version"]), str(said["answer"]), text.strip())
    except (yaml.YAMLError, KeyError, TypeError) as error:
        raise ConfigError(
            f"{path}: a prompt begins with a front matter that says version and answer"
        ) from error


def call_digest(name: str) -> str:
    """Of all that a call with this prompt says by itself: the system's text and the prompt's."""
    return digest(prompt(SYSTEM).digest, prompt(name).digest)


def prompts_digest(role: str, name: str) -> str:
    """Of all prompt files of an agent, "" for one without."""
    names = prompts_of(role, name)
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


def _known(values: dict[str, Any]) -> str:
    return ", ".join(sorted(values)) or "no variables"
