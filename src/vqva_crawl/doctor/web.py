"""What is asked of the web: the names of the backends' hosts, one query each, and the time."""

from __future__ import annotations

import asyncio
import socket
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from statistics import median
from typing import Any

from vqva_crawl import world
from vqva_crawl.clients.base import Fetcher, Response
from vqva_crawl.clients.guard import endpoint, is_literal
from vqva_crawl.clients.http import http_fetcher
from vqva_crawl.clients.limiter import local_limiter
from vqva_crawl.clients.search.base import Discovering
from vqva_crawl.config import BackendChoice, Config
from vqva_crawl.doctor.finding import Finding, apart, failed
from vqva_crawl.errors import ConfigError, FetchError
from vqva_crawl.records import Query
from vqva_crawl.registry import find, full_options

ASKED = Query(text="water", topic="", domain="world_knowledge", family="temporal")
PATIENCE = 10.0  # seconds for one request
MOST_DRIFT = 60.0  # seconds; a lease is renewed every twenty


@dataclass
class Dates:
    """A cache that keeps nothing but how far the clocks of servers are ahead of ours."""

    ahead: list[float] = field(default_factory=list)

    def get(self, url: str) -> Response | None:
        return None

    def put(self, url: str, response: Response) -> None:
        try:
            theirs = parsedate_to_datetime(response.headers["date"])
        except (KeyError, ValueError):
            return
        aware = theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC)
        self.ahead.append((aware - datetime.now(UTC)).total_seconds())


def urls(options: Any) -> Iterator[str]:
    """The http(s) URLs anywhere in a backend's options."""
    if isinstance(options, str) and options.startswith(("http://", "https://")):
        yield options
    elif isinstance(options, Mapping):
        yield from (url for value in options.values() for url in urls(value))
    elif isinstance(options, (list, tuple)):
        yield from (url for value in options for url in urls(value))


def urls_of(choice: BackendChoice) -> list[str]:
    """The URLs that a backend's options name, defaults too."""
    return list(dict.fromkeys(urls(_options(choice))))


def _options(choice: BackendChoice) -> dict[str, Any]:
    return full_options("search", choice.kind, choice.options)


async def names(choice: BackendChoice) -> list[str]:
    """The hosts of a backend that have no address; nobody else's are looked up."""
    places = {endpoint(url)[1] for url in urls_of(choice)}
    named = sorted(place for place in places if not is_literal(place[0]))
    found = await asyncio.gather(*(_address(*place) for place in named))
    return [name for (name, _), known in zip(named, found, strict=True) if not known]


async def _address(name: str, port: int) -> bool:
    try:
        return bool(await apart(socket.getaddrinfo, name, port))
    except OSError:
        return False


async def search(config: Config, choice: BackendChoice, dates: Dates) -> Finding:
    """A backend opens, and answers one query; one that finds its pages itself, finds one."""
    name = choice.name or choice.kind
    asking = _modest(config, choice)
    routes = dict[tuple[str, int], tuple[str, int]]()
    client = http_fetcher(asking.fetch, local_limiter(asking.fetch), dates, routes)
    try:
        with tempfile.TemporaryDirectory(prefix="vqva-doctor-") as folder:
            async with world.search_backends(asking, client, Path(folder), routes) as (backend,):
                if lost := [] if config.fetch.proxy else await names(choice):
                    said = f"no address for {', '.join(lost)}"
                    return failed(name, said, "look at the name, and at DNS")
                if isinstance(backend, Discovering):
                    return await _found(name, choice, backend, client)
                return _answered(name, len(await backend.search(ASKED, 3)))
    except ConfigError as error:  # its place among the others is not the one that it names here
        said = str(error).removeprefix("search.backends.0: ")
        return failed(name, said, code=ConfigError.exit_code)
    except FetchError as error:
        return failed(name, f"{error.url}: {error.detail} ({error.kind})", _advice(error))
    finally:
        await client.aclose()


def _modest(config: Config, choice: BackendChoice) -> Config:
    """The config with this backend alone, which asks once for everything, and for one page."""
    patient = {"retries": 0, "timeout": min(config.fetch.timeout, PATIENCE)}
    one = {"max_pages": 1} if "max_pages" in _options(choice) else {}
    alone = choice.model_copy(update={"options": {**choice.options, **one}})
    return config.model_copy(
        update={
            "fetch": config.fetch.model_copy(update=patient),
            "search": config.search.model_copy(update={"backends": (alone,)}),
        }
    )


def _answered(name: str, hits: int) -> Finding:
    said = f"answers; {hits} hit{'' if hits == 1 else 's'} for '{ASKED.text}'"
    return Finding(name, "ok" if hits else "warning", said, details={"hits": hits})


async def _found(
    name: str, choice: BackendChoice, backend: Discovering, client: Fetcher
) -> Finding:
    """The first page of a backend that finds its pages by itself."""
    if (first := urls_of(choice)) and not find("source", choice.kind):
        response = await client.get(first[0], "page")
        return Finding(name, "ok", f"{first[0]} answers with {len(response.body)} bytes")
    seeds = await backend.seeds()
    if not seeds:
        return Finding(name, "warning", "opens, and finds no page")
    return Finding(name, "ok", f"finds its pages, such as {seeds[0].url}")


def _advice(error: FetchError) -> str:
    if error.kind == "denied_address":
        return "name a loopback or private origin in fetch.allow_origins"
    return ""


async def clock(dates: Dates) -> Finding:
    """This machine's time beside that of the servers that were asked."""
    if not dates.ahead:
        return Finding("clock", "skipped", "no server was asked that tells the time")
    drift = median(dates.ahead)
    details = {"ahead_seconds": round(drift, 1)}
    if abs(drift) > MOST_DRIFT:
        way = "behind" if drift > 0 else "ahead of"
        said = f"{abs(drift):.0f} s {way} the servers'"
        advice = "set the time (NTP): leases and rests are told by it"
        return Finding("clock", "warning", said, advice, details=details)
    return Finding(
        "clock", "ok", f"within {max(abs(drift), 1):.0f} s of the servers'", details=details
    )
