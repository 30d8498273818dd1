"""Writes docs/config.md from the config models, so that it cannot go stale.

python scripts/config_docs.py          # prints the page
python scripts/config_docs.py --write  # writes it
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel

from vqva_crawl import config, registry
from vqva_crawl.agents import rules, vlm  # noqa: F401  (registers them)
from vqva_crawl.clients import search  # noqa: F401  (registers its backends)
from vqva_crawl.config import comparing
from vqva_crawl.stages import images  # noqa: F401  (registers its screens)

PAGE = Path(__file__).parents[1] / "docs/config.md"
HEAD = """# Every key of a config

Unknown keys are refused. `--set a.b=c` overrides a key. Keys marked with * or ** decide which
samples come out: they are fixed for a run's life. A change of one with * asks for `--fork NAME`,
a run that takes over the documents; one with ** decides what is collected, so a change asks for a
run of another name.

"""

OPTIONS = """
# Options of the shipped agents

Keys of `agents.<role>.options` (`plan.agent.options`, `screen.labeller.options`). All of them
decide which samples come out.

| agent | option | default | |
|---|---|---|---|
"""

BACKENDS = """
# Options of the shipped search backends

Keys of `options` of a backend in `search.backends`. All of them decide which samples come out.

| backend | option | default | |
|---|---|---|---|
"""

SCREENS = """
# Options of the shipped picture screens

Keys of `options` of a screen in `images.screens`. All of them decide which samples come out. What
the screens find and miss: [security.md](security.md#screens-of-pictures).

| screen | option | default | |
|---|---|---|---|
"""


def sentences(model: type[BaseModel]) -> dict[str, str]:
    """Field -> the string that stands under it in the source, of the model or what it extends."""
    base = model.__base__
    found = sentences(base) if base and base is not BaseModel else {}
    body = ast.parse(inspect.getsource(model).strip()).body[0]
    assert isinstance(body, ast.ClassDef)
    for field, after in zip(body.body, body.body[1:], strict=False):
        text = getattr(getattr(after, "value", None), "value", None)
        if isinstance(field, ast.AnnAssign) and isinstance(text, str):
            found[field.target.id] = text  # type: ignore[union-attr]
    return found


def rows(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    said = {key: " ".join(text.split()) for key, text in sentences(model).items()}
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from rows(kind, f"{prefix}{name}.")
            continue
        key = f"{prefix}{name}"
        free = key == "name" or any(f"{key}.".startswith(f"{f}.") for f in config.FREE)
        mark = "" if free else " **" if comparing.collecting([key]) else " *"
        default = "required" if field.is_required() else plain(field.get_default())
        yield f"| `{key}`{mark} | {default} | {said.get(name, '')} |"


def options(wanted: str, title: str) -> Iterator[str]:
    """A row for each option of what the package brings of a kind; `title` says which it is of."""
    for kind, name in sorted(registry._options):
        model = registry._options[kind, name]
        if kind == wanted and model.__module__.startswith("vqva_crawl."):
            said = {key: " ".join(text.split()) for key, text in sentences(model).items()}
            for key, field in model.model_fields.items():
                value = field.get_default(call_default_factory=True)
                default = "required" if field.is_required() else plain(value)
                yield f"| {title.format(name)} | `{key}` | {default} | {said.get(key, '')} |"


def plain(value: object) -> str:
    if isinstance(value, tuple):
        value = [v.model_dump() if isinstance(v, BaseModel) else v for v in value]
    return "`null`" if value is None else f"`{value}`"


def page() -> str:
    keys = ["| key | default | |", "|---|---|---|", *rows(config.Config)]
    roles = (*registry.ROLES, "labeller")
    agents = [row for role in roles for row in options(role, f"{role} `{{}}`")]
    backends, screens = options("search", "`{}`"), options("picture_screen", "`{}`")
    tables = ((HEAD, keys), (OPTIONS, agents), (BACKENDS, backends), (SCREENS, screens))
    return "".join(head + "\n".join(lines) + "\n" for head, lines in tables)


if __name__ == "__main__":
    if "--write" in sys.argv:
        PAGE.write_text(page())
    else:
        print(page(), end="")
