"""The config: frozen pydantic models, one per stage, a sentence under each field.

Unknown keys are refused. A key that cannot change which samples come out (limits, concurrency,
engine, logging) is listed in `FREE`; all others decide samples and are fixed for a run's life.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from vqva_crawl.errors import ConfigError

MAX_CONFIG_BYTES = 1 << 20
FREE = (
    "limits",
    "engine",
    "log",
    "storage",
    "fetch.per_host",
    "fetch.concurrency",
    "fetch.timeout",
    "fetch.retries",
    "fetch.proxy",
    "model.api_key_env",
    "publish",
)


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Limits(Section):
    rounds: int = Field(3, ge=1)
    """Rounds of the whole run, over all calls."""
    samples: int | None = Field(None, ge=1)
    """Stop after the round that reaches this many accepted samples."""
    pages: int | None = Field(None, ge=1)
    """Stop asking for new pages at this many."""
    min_accept: float = Field(0.0, ge=0, le=1)
    """Exit 3 when a smaller share of candidates was accepted."""


class AgentChoice(Section):
    name: str = "rules"
    """The registered name of the agent."""
    options: dict[str, Any] = {}
    """Handed to the agent as `context.options`."""


class Plan(Section):
    agent: AgentChoice = AgentChoice()
    """The planner."""
    queries_per_round: int = Field(8, ge=1, le=1000)
    """How many search queries a round sends."""


class BackendChoice(Section):
    kind: str
    """The registered name of the search backend."""
    options: dict[str, Any] = {}
    """Handed to the backend, which checks them."""


class Search(Section):
    backends: tuple[BackendChoice, ...] = (BackendChoice(kind="demo"),)
    """Asked in this order; hits are merged by URL key."""
    hits_per_query: int = Field(10, ge=1, le=1000)
    """How many hits of a query are used."""


class PerHost(Section):
    concurrency: int = Field(2, ge=1)
    """Requests under way at one host."""
    delay: float = Field(1.0, ge=0)
    """Seconds between the starts of two requests to one host; a longer Crawl-delay wins."""


class Fetch(Section):
    user_agent: str = "vqva-crawl/0.1 (research crawler; contact: set fetch.user_agent)"
    """Sent with every request; robots.txt rules are matched with its first word."""
    allow_origins: tuple[str, ...] = ()
    """Origins (scheme://host:port) that may be fetched although they are loopback or private."""
    per_host: PerHost = PerHost()
    """Politeness towards one host."""
    concurrency: int = Field(32, ge=1)
    """Requests under way in all."""
    robots: Literal["obey", "ignore"] = "obey"
    """'ignore' is for sites that are your own."""
    opt_outs: Literal["obey", "ignore"] = "obey"
    """noai, noimageai, noindex, noimageindex, noml in headers and meta tags."""
    proxy: str | None = None
    """One proxy URL for all requests; the environment's proxy variables are not read."""
    timeout: float = Field(30.0, gt=0)
    """Seconds for one request as a whole, body included."""
    retries: int = Field(3, ge=0, le=10)
    """Further tries after a time-out, a reset, 429 or 5xx."""
    max_page_bytes: int = Field(5_000_000, ge=1000)
    """Decoded bytes of a page; larger ones are refused."""
    max_image_bytes: int = Field(20_000_000, ge=1000)
    """Bytes of a picture; larger ones are refused."""

    @field_validator("allow_origins")
    @classmethod
    def _origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            if not re.fullmatch(
                r"https?://[^/\s:]+(\[[0-9a-f:]+\])?:\d+|https?://\[[0-9a-f:]+\]:\d+", origin
            ):
                raise ValueError(f"'{origin}' is not scheme://host:port")
        return value


class Extract(Section):
    timeout: float = Field(20.0, gt=0)
    """Seconds for one page; its parser is killed after that."""
    max_depth: int = Field(2_000, ge=10)
    """Deeper nested pages are refused before they are parsed."""


class Images(Section):
    min_side: int = Field(150, ge=1)
    """Pixels of the shorter side."""
    max_side: int = Field(20_000, ge=1)
    """Pixels of the longer side."""
    max_aspect: float = Field(4.0, ge=1)
    """Longer side over shorter side."""
    max_pixels: int = Field(50_000_000, ge=1)
    """Pixels in all; larger pictures are refused before they are decoded."""
    max_per_document: int = Field(60, ge=1)
    """Pictures fetched for one document, in reading order."""
    screenshots: Literal["refuse", "keep"] = "refuse"
    """Pictures of windows and dialogs."""
    timeout: float = Field(20.0, gt=0)
    """Seconds to check one picture; its decoder is killed after that."""


class Screen(Section):
    languages: tuple[str, ...] = ("en",)
    """ISO 639-1 codes that pass; empty lets all pass."""
    min_words: int = Field(30, ge=0)
    """Words of a document."""
    max_words: int = Field(50_000, ge=1)
    """Words of a document."""
    min_images: int = Field(2, ge=1)
    """Accepted pictures of a document."""
    max_images: int = Field(60, ge=1)
    """Accepted pictures of a document."""
    near_duplicate: float = Field(0.8, gt=0, le=1)
    """Estimated Jaccard similarity of word 5-grams from which the later document is dropped."""


class Model(Section):
    base_url: str | None = None
    """An OpenAI-compatible endpoint."""
    name: str | None = None
    """The model's name there."""
    api_key_env: str = "OPENAI_API_KEY"
    """The environment variable that holds the key."""


class Agents(Section):
    retriever: AgentChoice = AgentChoice()
    """Document -> pairs."""
    instructor: AgentChoice = AgentChoice()
    """Pair -> instruction."""
    filter: AgentChoice = AgentChoice()
    """Candidate -> three scores."""
    rewriter: AgentChoice = AgentChoice()
    """Candidate -> variants of the instruction."""
    reasoner: AgentChoice = AgentChoice()
    """Candidate -> reasoning."""


class Units(Section):
    collect_urls: int = Field(200, ge=1, le=200)
    """URLs of one collect unit."""
    annotate_documents: int = Field(50, ge=1, le=50)
    """Documents of one annotate unit."""


class Engine(Section):
    kind: Literal["local"] = "local"
    """Where units run."""
    units: int = Field(4, ge=1)
    """Units under way at once."""
    workers: int | None = Field(None, ge=1)
    """Child processes for CPU work; the number of cores by default."""


class Storage(Section):
    root: str = "runs"
    """The folder that holds runs."""
    parts: str | None = None
    """An fsspec URL for parts and dataset (s3://bucket/prefix); the run's folder by default."""
    ledger: SecretStr | None = None
    """A database URL (postgresql+psycopg://…); the run's ledger.sqlite by default."""
    min_free_mb: int = Field(200, ge=0)
    """A run stops with exit 74 before the disk has less than this left."""


class Publish(Section):
    rows_per_shard: int = Field(1000, ge=1)
    """About how many rows a shard holds."""
    rows_per_group: int = Field(100, ge=1, le=100)
    """Rows of a row group."""
    report_samples: int = Field(300, ge=1)
    """How many triples the report shows."""


class Log(Section):
    level: Literal["debug", "info", "warning", "error"] = "info"
    """Of the JSON log in the run's folder."""


class Config(Section):
    """A whole run. Build one with `load`."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")
    """The run's name and folder."""
    seed: int = 0
    """Of every random choice."""
    topics: str = "topics/vqva.yaml"
    """The taxonomy and target mix."""
    limits: Limits = Limits()
    plan: Plan = Plan()
    search: Search = Search()
    fetch: Fetch = Fetch()
    extract: Extract = Extract()
    images: Images = Images()
    screen: Screen = Screen()
    model: Model = Model()
    agents: Agents = Agents()
    units: Units = Units()
    engine: Engine = Engine()
    storage: Storage = Storage()
    publish: Publish = Publish()
    log: Log = Log()
    plugins: tuple[str, ...] = ()
    """Modules to import before anything is looked up."""


# Reading --------------------------------------------------------------------------------------


def shipped(relative: str) -> Path:
    """A file that ships with the package, such as `quickstart.yaml` or `topics/vqva.yaml`.

    Installed wheels carry `configs/` inside the package; a source checkout has it at its top.
    """
    inside = Path(str(resources.files("vqva_crawl"))) / "configs" / relative
    return inside if inside.exists() else Path(__file__).parents[2] / "configs" / relative


def find(reference: str, beside: Path | None = None) -> Path:
    """A user's file (as given, or beside the config that names it), else the shipped one."""
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
    templates = ", ".join(sorted(p.stem for p in shipped("quickstart.yaml").parent.glob("*.yaml")))
    raise ConfigError(
        f"no file '{reference}'; give a path or one of the shipped configs: {templates}"
    )


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
        node = node.setdefault(parent, {})
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
        lines = []
        for problem in error.errors():
            key = ".".join(str(part) for part in problem["loc"]) or "(top)"
            said = "unknown key" if problem["type"] == "extra_forbidden" else problem["msg"]
            lines.append(f"{source}: {key}: {said}")
        raise ConfigError("\n".join(lines)) from error


def load(reference: str | Path, overrides: list[str] | tuple[str, ...] = ()) -> Config:
    """Reads a config by path or shipped name and applies `a.b=c` overrides."""
    path = find(str(reference))
    data = read_yaml(path)
    for assignment in overrides:
        assign(data, assignment)
    config = parse(data, str(reference))
    # The taxonomy may lie beside the config: keep where it was found.
    topics = find(config.topics, path.parent)
    own = not topics.is_relative_to(shipped("quickstart.yaml").parent)
    return config.model_copy(update={"topics": str(topics)}) if own else config


def to_yaml(config: Config) -> str:
    """The config as YAML that `load` reads back; secrets are left out."""
    data = config.model_dump(mode="json", exclude={"storage": {"ledger"}})
    text: str = yaml.safe_dump(data, sort_keys=False, allow_unicode=True)
    return text


# Comparing ------------------------------------------------------------------------------------


def flatten(data: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """(dotted key, leaf value) pairs of nested mappings."""
    for key, value in data.items():
        if isinstance(value, Mapping) and value:
            yield from flatten(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def deciding(config: Config) -> dict[str, Any]:
    """The dotted keys that decide samples, with their values, secrets left out."""
    flat = dict(flatten(config.model_dump(mode="json")))
    free = tuple(f"{name}." for name in FREE)
    return {k: v for k, v in flat.items() if k != "name" and not f"{k}.".startswith(free)}


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """The keys whose values differ, sorted."""
    return sorted(k for k in old.keys() | new.keys() if old.get(k) != new.get(k))
