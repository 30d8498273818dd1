"""One OpenAI-compatible endpoint: one attempt per call, foreign errors mapped once to our own.

The `openai` package speaks the protocol, with its own retries off: there is one layer of them.
Pictures go as base64 in the request; the server is never handed a URL to fetch (threat 5).
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import aiohttp

from vqva_crawl.clients.base import Answer, Call
from vqva_crawl.clients.faults import causes, first_line
from vqva_crawl.clients.model.protocol import answer_of, wire
from vqva_crawl.clients.retry import retry_after
from vqva_crawl.config import Endpoint as Settings
from vqva_crawl.errors import FetchError, ModelError, RateLimited, Refused, Transient

if TYPE_CHECKING:
    import openai

NO_KEY = "not-needed"  # local servers want a header, not a key
SCHEMA_WORDS = ("response_format", "json_schema", "guided", "grammar", "schema")
BROKEN = (json.JSONDecodeError, UnicodeDecodeError, RecursionError)  # of an answer's body


class Endpoint:
    """A model at an endpoint. `key` is "" for servers that need none."""

    def __init__(self, settings: Settings, key: str) -> None:
        import openai  # takes a second to load, and the rules agents need none of it

        self.name = settings.name or ""
        self.url = settings.base_url or ""
        self._settings = settings
        self._key = key
        self._schemas = settings.json_mode == "schema"
        self._client = openai.AsyncOpenAI(
            base_url=settings.base_url,
            api_key=key or NO_KEY,
            max_retries=0,
            timeout=settings.timeout,
            http_client=openai.DefaultAioHttpClient(trust_env=False, timeout=settings.timeout),
        )

    async def chat(self, call: Call) -> Answer:
        """One attempt.

        Raises ModelError where no call can succeed, Transient or RateLimited where another try
        may, Refused where this call cannot.
        """
        schema = call.schema if self._schemas else None
        try:
            return await self._attempt(call, schema)
        except Refused as error:
            if schema is None or not any(word in error.detail for word in SCHEMA_WORDS):
                raise
        self._schemas = False  # the server does not know schemas: from now on we say it in words
        return await self._attempt(call, None)

    async def _attempt(self, call: Call, schema: dict[str, Any] | None) -> Answer:
        from openai.types.chat import ChatCompletion

        began = time.monotonic()
        with self._errors_mapped():
            # `chat.completions.create` matches every message with its types, which takes half of
            # a call's CPU (scripts/bench/chain.py); `post` sends it as it is.
            completion = await self._client.post(
                "/chat/completions", cast_to=ChatCompletion, body=self.request(call, schema)
            )
        return answer_of(completion, self.url, time.monotonic() - began)

    def request(self, call: Call, schema: dict[str, Any] | None) -> dict[str, Any]:
        """The body of a call's request as the protocol has it; `extra_body` has the last word."""
        settings = self._settings
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
        """Foreign errors of the block come out as our own."""
        import openai

        try:
            yield
        except openai.APIError as error:
            raise self._mapped(error) from error
        except BROKEN as error:
            raise Transient("broken", self.url, "an answer whose JSON is broken") from error

    def _mapped(self, error: openai.APIError) -> Exception:
        import openai

        said = self._clean(error)
        match error:
            case openai.AuthenticationError() | openai.PermissionDeniedError():
                return ModelError(f"{self.url}: {said}; is ${self._settings.api_key_env} right?")
            case openai.NotFoundError():
                return ModelError(f"{self.url}: {said}; is model.name '{self.name}' right?")
            case openai.RateLimitError() if error.code == "insufficient_quota":
                return ModelError(f"{self.url}: {said}")
            case openai.APIStatusError() if error.status_code == 402:  # out of credits
                return ModelError(f"{self.url}: {said}")
            case openai.APIConnectionError():
                return self._unanswered(error)
            case openai.APIStatusError():
                return self._of_status(error, said)
        return ModelError(f"{self.url}: answers with something else than JSON: {said}")

    def _unanswered(self, error: openai.APIConnectionError) -> Transient:
        """A dropped connection comes out as a time-out at once: its cause tells them apart."""
        chain = list(causes(error))
        if any(isinstance(one, aiohttp.ClientPayloadError) for one in chain):
            return Transient("truncated", self.url, "the answer was cut off")
        gone = (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)
        for one in chain:
            if isinstance(one, gone):
                return Transient("connect", self.url, first_line(one))
        if any(isinstance(one, TimeoutError) for one in chain):
            said = f"no answer in {self._settings.timeout:g} s"
            return Transient("timeout", self.url, said)
        return Transient("connect", self.url, first_line(error.__cause__ or error))

    def _of_status(self, error: openai.APIStatusError, said: str) -> FetchError:
        status = error.status_code
        kind = f"http_{status}"
        if status in (429, 503):
            named = error.response.headers.get("retry-after", "")
            return RateLimited(kind, self.url, said, retry_after(named) if named else None)
        if status in (408, 409, 425) or status >= 500:
            return Transient(kind, self.url, said)
        return Refused(kind, self.url, said)

    def _clean(self, error: openai.APIError) -> str:
        """The server's words on one line, without the key that some servers repeat (threat 22)."""
        return first_line(error, self._key)

    def line(self, call: Call) -> dict[str, Any]:
        """The request of a call as it stands in a batch file."""
        return self.request(call, call.schema if self._schemas else None)

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
            bodies = [(await self._client.files.content(file)).content for file in found if file]
        wrong = (batch.errors and batch.errors.data) or []
        why = "; ".join(self._masked(error.message) for error in wrong[:3] if error.message)
        return batch.status, b"".join(map(_ended, bodies)), why or "no reason given"

    def _masked(self, said: str) -> str:
        """A server's words on one line, without the key."""
        masked = said.replace(self._key, "***") if self._key else said
        return " ".join(masked.split())

    async def aclose(self) -> None:
        await self._client.close()


def _ended(lines: bytes) -> bytes:
    """With the end of its last line, which some servers leave out."""
    return lines if not lines or lines.endswith(b"\n") else lines + b"\n"
