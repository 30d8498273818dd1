"""What a search backend gets, and what one may offer beyond `search`.

A backend is an async context manager factory, registered by name:

    @vc.search_backend("mine")
    @asynccontextmanager
    async def mine(options, context):
        yield Mine(options, context.fetcher)

What it opens lives for the time of the run.
"""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar, runtime_checkable

from pydantic import BaseModel, ValidationError

from vqva_crawl.clients.base import Fetcher
from vqva_crawl.errors import ConfigError
from vqva_crawl.records import Target

Routes = MutableMapping[tuple[str, int], tuple[str, int]]
O = TypeVar("O", bound=BaseModel)


@dataclass(frozen=True)
class SearchContext:
    """`fetcher` obeys all crawl rules; `folder` may hold what the backend wants to keep.

    `routes` maps (host, port) to the address that serves it; a backend that brings its own server
    (as the demo does) adds to it.
    """

    fetcher: Fetcher
    folder: Path
    routes: Routes = field(default_factory=dict)


@runtime_checkable
class Discovering(Protocol):
    """A backend that finds its pages by itself, through collect units."""

    exhaust: bool  # also annotate pages that no query hit

    async def seeds(self) -> list[Target]:
        """Where to begin."""
        ...

    def follow(self, url: str, depth: int, links: Iterable[str]) -> list[Target]:
        """Which of a page's links to collect next."""
        ...

    def index(self, unit: str, documents: Iterable[tuple[str, str, str]]) -> None:
        """Makes the (url, title, text) of a committed unit searchable; a second call is ignored."""
        ...


def options_of(model: type[O], options: dict[str, Any], kind: str) -> O:
    """Checked options; ConfigError with the full key when one is wrong or unknown."""
    try:
        return model.model_validate(options)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        said = "unknown key" if first["type"] == "extra_forbidden" else first["msg"]
        raise ConfigError(f"search.backends ({kind}): options.{where}: {said}") from error
