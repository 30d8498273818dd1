"""The config: frozen pydantic models, one per stage, a sentence under each field.

Unknown keys are refused.
"""

from __future__ import annotations

import re
from typing import Any, Literal

from pydantic import (
    Field,
    SecretStr,
    field_validator,
    model_validator,
)

from vqva_crawl.config.agents import AgentChoice, Agents, LabellerChoice
from vqva_crawl.config.endpoints import Model
from vqva_crawl.config.languages import CODES
from vqva_crawl.config.section import Section
from vqva_crawl.records import Domain

PROXY = re.compile(
    r"https?://(?:[^\s/?#]*@)?(?:\[[\da-fA-F:.]+\]|[^\s/?#@:\[\]]+)(?::(\d{1,5}))?/?"
)


class Limits(Section):
    rounds: int = Field(3, ge=1)
    """Rounds of the whole run, over all calls."""
    samples: int | None = Field(None, ge=1)
    """Stop after the round that reaches this many accepted samples."""
    pages: int | None = Field(None, ge=1)
    """Stop asking for new pages at this many."""
    pages_per_domain: int | None = Field(None, ge=1)
    """Ask for at most this many pages of one registrable domain, its hosts and all rounds together;
    the shallow ones first."""
    repeats: int | None = Field(500, ge=1)
    """Pages of a host that say nearly the same beside the same pictures whose links are followed;
    those of further ones are not, where four fifths of the host's pages repeat so (a calendar, a
    maze). null follows all."""
    min_accept: float = Field(0.0, ge=0, le=1)
    """Exit 3 when a smaller share of candidates was accepted."""
    max_errors: float = Field(0.5, ge=0, le=1)
    """Exit 3 when a stage failed, by an error of its own, on a larger share of its records."""


class Plan(Section):
    agent: AgentChoice = AgentChoice()
    """The planner."""
    queries_per_round: int = Field(8, ge=1, le=1000)
    """How many search queries a round sends."""


class BackendChoice(Section):
    kind: str
    """The registered name of the search backend."""
    name: str = ""
    """Its name in the data and in messages; that of its kind by default."""
    options: dict[str, Any] = {}
    """Handed to the backend, which checks them."""


class Search(Section):
    backends: tuple[BackendChoice, ...] = (BackendChoice(kind="demo"),)
    """Asked in this order; hits are merged by URL key."""
    hits_per_query: int = Field(10, ge=1, le=1000)
    """How many hits of a query are used."""

    @field_validator("backends")
    @classmethod
    def _some(cls, value: tuple[BackendChoice, ...]) -> tuple[BackendChoice, ...]:
        if not value:
            raise ValueError("name at least one, such as {kind: demo}")
        return value


class PerHost(Section):
    concurrency: int = Field(2, ge=1)
    """Requests under way at one host."""
    delay: float = Field(1.0, ge=0)
    """Seconds between the starts of two requests to one host; a longer Crawl-delay wins."""


class PerDomain(Section):
    concurrency: int = Field(4, ge=1)
    """Requests under way at all hosts of one registrable domain together."""


class Render(Section):
    mode: Literal["off", "auto", "always"] = "off"
    """'auto' renders pages that are empty without scripts, 'always' all with scripts."""
    browser: str | None = None
    """The path of a Chromium; by default the one that Playwright installed, else one in PATH."""
    timeout: float = Field(30.0, gt=0)
    """Seconds for one page, in which it waits for no request; it is given up after that."""
    concurrency: int = Field(2, ge=1)
    """Pages rendered at once."""
    max_pages: int = Field(100, ge=1)
    """Pages after which the browser is started afresh."""
    max_memory_mb: int = Field(2_000, ge=500)
    """Memory of the browser's processes at which it is started afresh, a page under way or not."""

    @field_validator("mode", mode="before")
    @classmethod
    def _off(cls, value: Any) -> Any:
        return "off" if value is False else value  # as YAML reads a plain off


class Fetch(Section):
    user_agent: str = "vqva-crawl/0.1 (research crawler; contact: set fetch.user_agent)"
    """Sent with every request; robots.txt rules are matched with its first word."""
    allow_origins: tuple[str, ...] = ()
    """Origins (scheme://host:port) that may be fetched although they are loopback or private."""
    per_host: PerHost = PerHost()
    """Politeness towards one host. A host that takes longer than a second to answer is asked once
    in that time at most; after 429 and 503 the delay grows, and shrinks again with each answer."""
    per_domain: PerDomain = PerDomain()
    """Politeness towards the hosts of one domain."""
    concurrency: int = Field(32, ge=1)
    """Requests under way in all."""
    robots: Literal["obey", "ignore"] = "obey"
    """'ignore' is for sites that are your own."""
    opt_outs: Literal["obey", "ignore"] = "obey"
    """noai, noimageai, noindex, noimageindex, noml in headers and meta tags."""
    proxy: SecretStr | None = None
    """One proxy URL for all requests; the environment's proxy variables are not read. A user and a
    password in it are not kept in the run's folder: `verify` needs them by --set again."""
    timeout: float = Field(30.0, gt=0)
    """Seconds for one request as a whole, body included."""
    retries: int = Field(3, ge=0, le=10)
    """Further tries after a reset, 429 or 5xx; after a time-out one at most."""
    refresh: float = Field(12.0, ge=0)
    """Hours after which a new round asks for sitemaps and start pages again, to find new pages."""
    archive: bool = False
    """Also store what is fetched as WARC files in the run's folder: what servers sent, of a
    rendered page not what its scripts made of it."""
    max_page_bytes: int = Field(5_000_000, ge=1000)
    """Decoded bytes of a page; larger ones are refused."""
    max_image_bytes: int = Field(20_000_000, ge=1000)
    """Bytes of a picture; larger ones are refused."""
    render: Render = Render()
    """Pages that are empty until their scripts have run."""

    @field_validator("user_agent")
    @classmethod
    def _header(cls, value: str) -> str:
        if not re.fullmatch(r"[!-~][ -~]*", value):
            raise ValueError("printable ASCII on one line is expected")
        return value

    @field_validator("proxy")
    @classmethod
    def _proxy(cls, value: SecretStr | None) -> SecretStr | None:
        found = value and PROXY.fullmatch(value.get_secret_value())
        if value is not None and not (found and 0 < int(found[1] or 1) < 65536):
            raise ValueError("http://host:port is expected; in a password / is %2F, ? %3F, # %23")
        return value

    @field_validator("allow_origins")
    @classmethod
    def _origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            found = re.fullmatch(r"https?://(?:[^/\s:\[\]]+|\[[0-9a-fA-F:.]+\]):(\d{1,5})", origin)
            if not found or not 0 < int(found[1]) < 65536:
                raise ValueError(f"'{origin}' is not scheme://host:port")
        return value


class Extract(Section):
    timeout: float = Field(20.0, gt=0)
    """Seconds for one page; its parser is killed after that."""
    max_depth: int = Field(2_000, ge=10)
    """Deeper nested pages are refused before they are parsed."""
    personal_data: Literal["mask", "keep"] = "mask"
    """E-mail addresses and phone numbers in the text that is stored."""


class PictureScreen(Section):
    name: str
    """The registered name of the screen."""
    options: dict[str, Any] = {}
    """Handed to the screen, which checks them."""


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
    panels: Literal["keep", "cut"] = "keep"
    """'cut' makes pictures of their own of a composite figure's panels, in the figure's place."""
    screens: tuple[PictureScreen, ...] = ()
    """What looks at each picture before it is stored and may refuse it, by name or as
    {name: …, options: {…}}: `faces`, `documents`, or one of your own (docs/custom-agents.md)."""
    timeout: float = Field(20.0, gt=0)
    """Seconds to check one picture, screens included; its decoder is killed after that."""

    @field_validator("screens", mode="before")
    @classmethod
    def _by_name(cls, value: Any) -> Any:
        """A screen without options may be given by its name alone."""
        if not isinstance(value, list | tuple):
            return value
        return [{"name": one} if isinstance(one, str) else one for one in value]


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
    classifier: str | None = None
    """The folder of a model that `vqva-crawl screen train` wrote; without one all classes pass."""
    classes: tuple[Domain, ...] = ("world_knowledge", "design_knowledge", "reasoning")
    """What the classifier lets pass."""
    min_probability: float = Field(0.5, ge=0, le=1)
    """Of the wanted classes together; `screen evaluate` recommends one."""
    refine: tuple[float, float] | None = None
    """From and to: between these probabilities the labeller decides, not the classifier."""
    labeller: LabellerChoice = LabellerChoice()
    """Who decides there."""

    @field_validator("languages")
    @classmethod
    def _codes(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for code in value:
            if code not in CODES:
                raise ValueError(f"'{code}' is no ISO 639-1 code, such as en or de")
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Screen:
        if not self.classes:
            raise ValueError("classes: name at least one")
        if self.refine is not None and not 0 <= self.refine[0] < self.refine[1] <= 1:
            raise ValueError("refine: two probabilities, the lower one first, are expected")
        return self


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
    """A database URL (postgresql+psycopg://…); the run's ledger.sqlite by default. On PostgreSQL
    each run has a schema of its own, `run_NAME`."""
    min_free_mb: int = Field(200, ge=0)
    """A run stops with exit 74 before the disk has less than this left."""


class Publish(Section):
    rows_per_shard: int = Field(1000, ge=1)
    """About how many rows a shard holds."""
    rows_per_group: int = Field(100, ge=1, le=100)
    """Rows of a row group."""
    domain_share: float = Field(1.0, gt=0, le=1)
    """The largest part of the dataset that may come from one registrable domain. With too few
    domains for that (fewer than 1 / share) all give as many triples as the smallest of them."""
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
