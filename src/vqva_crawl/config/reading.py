"""Reading a config: a user's file or a shipped one, with overrides; or a line on what is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from vqva_crawl.config.models import Config
from vqva_crawl.errors import ConfigError
from vqva_crawl.settings import complaints

MAX_CONFIG_BYTES = 1 << 20


def shipped(relative: str) -> Path:
    """A file that ships with the package, such as `quickstart.yaml` or `topics/vqva.yaml`.

    Installed wheels carry `configs/` inside the package; a source checkout has it at its top.
    """
    inside = Path(str(resources.files("vqva_crawl"))) / "configs" / relative
    return inside if inside.exists() else Path(__file__).parents[3] / "configs" / relative


def find(reference: str) -> Path:
    """A user's config by its path, else the shipped one of that name. Raises ConfigError."""
    found = _found(reference)
    if found is None:
        raise ConfigError(
            f"no file '{reference}'; give a path or one of the shipped configs: "
            f"{', '.join(sorted(path.stem for path in shipped('.').glob('*.yaml')))}"
        )
    return found


def find_topics(reference: str, beside: Path | None = None) -> Path:
    """The taxonomy that the key `topics` names: as given, beside the config, or shipped.

    Raises ConfigError.
    """
    found = _found(reference, beside)
    if found is None:
        raise ConfigError(
            f"topics: no file '{reference}'; give the path of a taxonomy, or a shipped one: "
            f"{', '.join(sorted(f'topics/{p.name}' for p in shipped('topics').glob('*.yaml')))}"
        )
    return found


def _found(reference: str, beside: Path | None = None) -> Path | None:
    names = (
        [reference] if reference.endswith((".yaml", ".yml")) else [reference, f"{reference}.yaml"]
    )
    for name in names:
        for folder in filter(None, (Path.cwd(), beside)):
            if (folder / name).is_file():
                return folder / name
    for name in names:
        if (
            not Path(name).is_absolute()
            and ".." not in Path(name).parts
            and shipped(name).is_file()
        ):
            return shipped(name)
    return None


class _Loader(yaml.SafeLoader):
    """safe_load, with repeated keys refused and aliases off (alias bombs)."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            raise yaml.YAMLError("aliases (*name) are not allowed")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        twice = {key for key in keys if keys.count(key) > 1}
        if twice:
            raise yaml.YAMLError(
                f"key '{sorted(twice)[0]}' stands twice (line {node.start_mark.line + 1})"
            )
        return super().construct_mapping(node, deep)


def read_yaml(path: Path) -> dict[str, Any]:
    """A YAML mapping from a file; ConfigError with file and line when it is not one."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    if len(raw) > MAX_CONFIG_BYTES:
        raise ConfigError(f"{path}: larger than {MAX_CONFIG_BYTES} bytes")
    try:
        value = yaml.load(raw, _Loader)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(f"{path}: not valid YAML: {' '.join(str(error).split())}") from error
    if not isinstance(value, dict):
        raise ConfigError(f"{path}: a mapping of keys is expected")
    return value


def assign(data: dict[str, Any], assignment: str) -> None:
    """Applies one `a.b=value` (value read as YAML) to a nested mapping, in place."""
    key, equals, value = assignment.partition("=")
    if not equals or not key.strip():
        raise ConfigError(f"--set {assignment}: expected key=value, such as limits.rounds=1")
    node = data
    *parents, last = key.strip().split(".")
    for parent in parents:
        if node.get(parent) is None:  # not there, or with nothing under it
            node[parent] = {}
        node = node[parent]
        if not isinstance(node, dict):
            raise ConfigError(f"--set {assignment}: '{parent}' is not a section")
    try:
        node[last] = yaml.load(value, _Loader)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as error:
        raise ConfigError(f"--set {assignment}: {' '.join(str(error).split())}") from error


def parse(data: Mapping[str, Any], source: str) -> Config:
    """A Config from plain data; ConfigError with one line for each wrong key."""
    try:
        return Config.model_validate(data)
    except ValidationError as error:
        lines = (f"{source}: {key or '(top)'}: {said}" for key, said in complaints(error))
        raise ConfigError("\n".join(lines)) from error


def load(reference: str | Path, overrides: list[str] | tuple[str, ...] = ()) -> Config:
    """Reads a config by path or shipped name and applies `a.b=c` overrides."""
    path = find(str(reference))
    data = read_yaml(path)
    for assignment in overrides:
        assign(data, assignment)
    config = parse(data, str(reference))
    # The taxonomy may lie beside the config: keep where it was found.
    topics = find_topics(config.topics, path.parent)
    own = not topics.is_relative_to(shipped("."))
    return config.model_copy(update={"topics": str(topics)}) if own else config


def to_yaml(config: Config) -> str:
    """The config as YAML that `load` reads back; secrets are left out.

    Of a proxy only its user and password are: who reads that must not go past it.
    """
    data = config.model_dump(mode="json", exclude={"storage": {"ledger"}})
    if config.fetch.proxy:
        data["fetch"]["proxy"] = re.sub("//.*@", "//", config.fetch.proxy.get_secret_value())
    text: str = yaml.safe_dump(data, sort_keys=False, allow_unicode=True)
    return text
