"""One OpenAI-compatible endpoint: one attempt per call, foreign errors mapped once to our own.

The `openai` package speaks the protocol, with its own retries off: there is one layer of them.
Pictures go as base64 in the request; the server is never handed a URL to fetch (threat 5).
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING, Any

import structlog

from vqva_crawl.clients.base import Answer, Call
from vqva_crawl.clients.body import ACCEPT_ENCODING
from vqva_crawl.clients.faults import first_line
from vqva_crawl.clients.model.protocol import ErrorAnswer, NoCompletion, answer_of, wire
from vqva_crawl.clients.model.sizes import most_bytes, read, reading
from vqva_crawl.clients.model.statuses import Status, about_key, failure, unanswered
from vqva_crawl.clients.plain import plain
from vqva_crawl.config import Endpoint as Settings
from vqva_crawl.errors import ModelError, Refused, Transient, VqvaError

if TYPE_CHECKING:
    import openai

NO_KEY = "not-needed"  # local servers want a header, not a key
SCHEMA_WORDS = ("response_format", "json mode", "structured output", "guided", "grammar", "schema")
BROKEN = (json.JSONDecodeError, UnicodeDecodeError, RecursionError)  # of an answer's body
UNWRITTEN = (TypeError, UnicodeEncodeError)  # a request that JSON or UTF-8 cannot hold

log = structlog.get_logger()


def about_schema(said: str) -> bool:
    """Whether a server's words speak of the form that answers should have."""
    return any(word in said.lower() for word in SCHEMA_WORDS)


class Endpoint:
    """A model at an endpoint. `key` is "" for servers that need none."""

    def __init__(self, settings: Settings, key: str) -> None:
        import openai  # takes a second to load, and the rules agents need none of it

        self.name = settings.name or ""
        self.url = settings.base_url or ""
        self._settings = settings
        self._key = key
        self._schemas = settings.json_mode == "schema"
        self.answered = False  # anything, to any call
        self._client = openai.AsyncOpenAI(
            base_url=settings.base_url,
            api_key=key or NO_KEY,
            max_retries=0,
            timeout=settings.timeout,
            default_headers={"accept-encoding": ACCEPT_ENCODING},
            http_client=openai.DefaultAioHttpClient(
                trust_env=False,
                timeout=settings.timeout,
                event_hooks={"response": [read]},
                # Keeps none: one that ASCII cannot hold would break all later calls.
                cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            ),
        )

    async def chat(self, call: Call) -> Answer:
        """One attempt.

        Raises ModelError where no call can succeed, Transient or RateLimited where another try
        may, Refused where this call cannot.
        """
        asked = self.asked(call)
        try:
            answer = await self._attempt(asked)
        except Transient as error:  # some servers fail (500) on a schema that they cannot read
            if asked.schema and error.kind.startswith("http_5") and about_schema(error.detail):
                raise Refused(error.kind, error.url, error.detail) from error
            raise
        self.answered = True
        return answer

    def asked(self, call: Call) -> Call:
        """The call as it is sent: without its schema where the server does not know schemas."""
        return call if self._schemas else replace(call, schema=None)

    def without_schemas(self, said: str) -> None:
        """The server does not know schemas: from now on they are told in words alone."""
        if self._schemas:
            log.warning("asks_without_response_format", endpoint=self.url, why=said)
        self._schemas = False

    @property
    def about_key(self) -> str:
        """What to look at where the server does not let us in."""
        return about_key(self._settings)

    async def _attempt(self, call: Call) -> Answer:
        from openai.types.chat import ChatCompletion

        began, request = time.monotonic(), self.request(call)
        with self._errors_mapped(), reading(most_bytes(call.max_tokens)):
            # `chat.completions.create` matches every message with its types, which takes half of
            # a call's CPU (scripts/bench/chain.py); `post` sends it as it is. Redirects are not
            # followed: they would take the key elsewhere, and make a GET of it.
            completion = await self._client.post(
                "/chat/completions",
                cast_to=ChatCompletion,
                body=request,
                options={"follow_redirects": False},
            )
            return answer_of(completion, self.url, time.monotonic() - began)

    def request(self, call: Call) -> dict[str, Any]:
        """The body of a call's request as the protocol has it; `extra_body` has the last word."""
        settings, schema = self._settings, call.schema
        request: dict[str, Any] = {
            "model": self.name,
            "messages": [wire(message) for message in call.messages],
            settings.token_limit: call.max_tokens,
            "temperature": settings.temperature,
        }
        if settings.seed is not None:
            request["seed"] = settings.seed
        if schema is not None:
            named = {"name": schema.get("title", "answer"), "schema": schema, "strict": True}
            request["response_format"] = {"type": "json_schema", "json_schema": named}
        return {**request, **settings.extra_body}

    @contextmanager
    def _errors_mapped(self) -> Iterator[None]:
        """Foreign errors of the block come out as our own.

        Whatever the HTTP stack raises is the endpoint's failure, no record's; its words may hold
        the headers that were sent, and so the key. Only a request that cannot be written is ours.
        """
        import openai

        try:
            yield
        except (VqvaError, *UNWRITTEN):
            raise
        except openai.APIError as error:
            raise self._mapped(error) from error
        except ErrorAnswer as error:
            status = Status(error.status_code, first_line(error, self._key), error.code, {})
            raise failure(status, self._settings) from error
        except NoCompletion as error:
            if self.answered:  # the URL is right, and something in between had a moment's trouble
                raise Transient("broken", self.url, str(error)) from error
            raise ModelError(f"{self.url}: {error}; {error.ask}") from error
        except BROKEN as error:
            raise Transient("broken", self.url, "an answer whose JSON is broken") from error
        except Exception as error:
            if isinstance(error, ValueError) and "integer string conversion" in str(error):
                said = "an answer with a number without end"
                raise Transient("broken", self.url, said) from error
            raise unanswered(error, self._settings, self._key) from error

    def _mapped(self, error: openai.APIError) -> Exception:
        import openai

        said = self._clean(error)
        match error:
            case openai.APIConnectionError():
                return unanswered(error, self._settings, self._key)
            case openai.APIStatusError():
                headers = error.response.headers
                status = Status(error.status_code, said, error.code, headers)
                return failure(status, self._settings)
        return ModelError(f"{self.url}: answers with something else than JSON: {said}")

    def _clean(self, error: openai.APIError) -> str:
        """The server's words on one line, without the key that some servers repeat (threat 22)."""
        return first_line(error, self._key)

    def line(self, call: Call) -> dict[str, Any]:
        """The request of a call as it stands in a batch file."""
        return self.request(self.asked(call))

    async def submit(self, name: str, body: bytes) -> str:
        """Hands a batch file over; returns the batch's id. Raises ModelError and FetchError."""
        with self._errors_mapped():
            file = await self._client.files.create(file=(name, body), purpose="batch")
            batch = await self._client.batches.create(
                input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h"
            )
        return batch.id

    async def batch(self, id: str) -> tuple[str, bytes, str]:
        """(state, lines of answers and failures, why it was refused) of a batch.

        Raises ModelError and FetchError.
        """
        with self._errors_mapped():
            batch = await self._client.batches.retrieve(id)
            found = (batch.output_file_id, batch.error_file_id)
            with reading(None):  # as many answers as there were questions
                bodies = [(await self._client.files.content(f)).content for f in found if f]
        wrong = (batch.errors and batch.errors.data) or []
        said = [plain(error.message, self._key) for error in wrong[:3] if error.message]
        return batch.status, b"".join(map(_ended, bodies)), "; ".join(said) or "no reason given"

    async def aclose(self) -> None:
        await self._client.close()


def _ended(lines: bytes) -> bytes:
    """With the end of its last line, which some servers leave out."""
    return lines if not lines or lines.endswith(b"\n") else lines + b"\n"
