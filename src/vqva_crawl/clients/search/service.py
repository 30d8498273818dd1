"""What web search services have in common: a key, numbered pages of results, and how they refuse.

A service says in its class what its pages are like and how one is asked for; all else is here.
"""

from __future__ import annotations

import os
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Generic, TypeVar
from urllib.parse import urlsplit

import structlog
from pydantic import AfterValidator, SecretStr, field_validator

from vqva_crawl.clients.search.base import SearchContext
from vqva_crawl.clients.search.results import Result, Shape
from vqva_crawl.errors import ConfigError, FetchError, Refused, Transient
from vqva_crawl.masking import secret
from vqva_crawl.records import Hit, Query
from vqva_crawl.registry import Options
from vqva_crawl.urls import join

log = structlog.get_logger()

KEY_STATUSES = ("http_401", "http_403")
QUOTA_STATUSES = ("http_402",)


def base_url(url: str) -> str:
    """The URL in full, without a slash at its end; ValueError for what is no place of a service."""
    full = join(url, "")
    if not full:
        raise ValueError(f"'{url}' is no http(s) URL")
    parts = urlsplit(full)
    if parts.username or parts.password or parts.query:
        raise ValueError("a URL without user name, password and query is expected")
    return full.rstrip("/")


BaseUrl = Annotated[str, AfterValidator(base_url)]


class ServiceOptions(Options):
    base_url: BaseUrl
    """Where the service is; another one for a proxy of your own."""


class KeyedOptions(ServiceOptions):
    key_env: str
    """The environment variable that holds the service's key."""

    @field_validator("key_env")
    @classmethod
    def _variable(cls, value: str) -> str:
        if not re.fullmatch(r"[A-Z_][A-Z0-9_]*", value):  # which no key looks like
            raise ValueError("the name of an environment variable is expected, not a key")
        return value


O = TypeVar("O", bound=KeyedOptions)


@dataclass(frozen=True, slots=True)
class Request:
    """One page of results: what is asked for below `base_url`; a POST where there is a `body`."""

    path: str
    params: Mapping[str, str | int] | None = None
    body: Mapping[str, Any] | None = None


class Service(ABC):
    """A SearchBackend that asks a service; see `SearchBackend`."""

    shape: ClassVar[Shape]
    size: ClassVar[int]  # results of a page, as many as may be asked for
    pages: ClassVar[int]  # that a query may be asked for
    pause: ClassVar[float] = 0.0  # seconds between two requests, whatever fetch.per_host says
    refuses_key: ClassVar[tuple[str, ...]] = KEY_STATUSES  # kinds, or words of an error's answer
    uses_up: ClassVar[tuple[str, ...]] = QUOTA_STATUSES  # the same, for a quota that is used up

    def __init__(
        self,
        context: SearchContext,
        base: str,
        remedy: str,
        headers: Mapping[str, SecretStr] | None = None,
    ) -> None:
        """`remedy` says what to do when the service refuses; a key belongs into `headers`."""
        self.name = context.name
        self._api = context.api
        self._base = base
        self._remedy = remedy
        self._headers = headers

    @abstractmethod
    def request(self, text: str, page: int, size: int) -> Request:
        """How a page is asked for; the first one is 0, `size` results are wanted of each."""

    def failure(self, answer: Mapping[str, Any]) -> str:
        """What an answer with status 200 says of a failure; "" for one that is none."""
        return ""

    async def search(self, query: Query, limit: int) -> list[Hit]:
        """Hits of as many pages as `limit` asks for; what is no page of the web is left out.

        Raises FetchError when there is not even a first page.
        """
        found = await self._found(query.text, limit)
        return [
            Hit(
                url=result.url,
                rank=rank,
                title=result.title,
                snippet=result.snippet,
                query=query.text,
                topic=query.topic,
                backend=self.name,
            )
            for rank, result in enumerate(found[:limit], 1)
        ]

    async def _found(self, text: str, limit: int) -> list[Result]:
        """The results, none twice; a later page that cannot be had ends them."""
        size = min(limit, self.size)
        found: dict[str, Result] = {}
        for page in range(min(self.pages, -(-limit // size))):
            try:
                entries = await self._page(text, page, size)
            except FetchError as error:
                if not found:
                    raise
                log.warning("search_page_failed", backend=self.name, page=page, error=str(error))
                break
            known = len(found)
            for entry in entries:
                for key, result in self.shape.result(entry):
                    found.setdefault(key, result)
            last = len(found) == known or len(entries) < size / 2
            if last or len(found) >= limit:
                break
        return list(found.values())

    async def _page(self, text: str, page: int, size: int) -> list[dict[str, Any]]:
        asked = self.request(text, page, size)
        url = f"{self._base}{asked.path}"
        try:
            self._api.pace(url, self.pause)
            answer = await self._api.json(url, asked.params, self._headers, asked.body)
        except FetchError as error:
            raise self._explained(error, url) from error
        if not isinstance(answer, dict):
            raise Refused("broken", url, f"the answer is a {type(answer).__name__}, no object")
        if said := self.failure(answer):
            raise Transient("no_answer", url, said)
        return self.shape.entries(answer)

    def _explained(self, error: FetchError, url: str) -> FetchError:
        """The same error, or one that says what to do about it."""

        def one_of(signs: tuple[str, ...]) -> bool:
            return any(sign == error.kind or sign in error.detail for sign in signs)

        if one_of(self.uses_up):
            said = "its quota is used up; wait for its renewal, or raise it at the service"
            return Refused("quota_used_up", url, f"{said}: {error.detail}")
        if one_of(self.refuses_key):
            return Refused("key_refused", url, f"{self._remedy}: {error.detail}")
        if error.kind == "denied_address":
            said = "its origin has to be named in fetch.allow_origins"
            return Refused(error.kind, url, f"{error.detail}; {said}")
        return error


class KeyedService(Service, Generic[O]):
    """A service that wants a key. Raises ConfigError when the environment has none."""

    header: ClassVar[str]
    scheme: ClassVar[str] = ""  # what stands before the key

    def __init__(self, context: SearchContext, options: O) -> None:
        key = SecretStr(f"{self.scheme}{key_of(options.key_env)}")
        remedy = f"the service refuses the key in ${options.key_env}; set the right one"
        super().__init__(context, options.base_url, remedy, {self.header: key})
        self._options = options


def key_of(name: str) -> str:
    """The key in an environment variable, without the space around it that a file may have brought.

    Raises ConfigError when the variable is not set, or holds what no HTTP header takes.
    """
    key = os.environ.get(name, "").strip()
    if not key:
        raise ConfigError(
            f"${name} is not set; set it to the key of the service, or name another variable in "
            f"key_env"
        )
    if not (key.isascii() and key.isprintable()):
        raise ConfigError(f"${name} holds control or non-ASCII characters, which no key has")
    return secret(key)


def given(**values: str | int | None) -> dict[str, str | int]:
    """Those parameters that have a value."""
    return {name: value for name, value in values.items() if value is not None}
