"""Answers by content: what was answered once is never asked again. Failures are not kept.

A failure is also an answer that no agent takes: empty, cut off, filtered or refused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from vqva_crawl.clients.base import Answer, Call, ChatModel
from vqva_crawl.clients.flight import SingleFlight
from vqva_crawl.clients.model.guards import answered
from vqva_crawl.errors import Unusable
from vqva_crawl.records import digest
from vqva_crawl.storage.cache import Entries

VERSION = "1"  # of the key's form


class Cached:
    """A ChatModel that looks into the cache first. Equal calls at the same time are made once.

    `options` are the endpoint's settings that change its answers.
    """

    def __init__(self, inner: ChatModel, options: Mapping[str, Any], entries: Entries) -> None:
        self.name = inner.name
        self._inner = inner
        self._options = json.dumps(options, sort_keys=True)
        self._entries = entries
        self._flights: SingleFlight[str, Answer] = SingleFlight()

    async def chat(self, call: Call) -> Answer:
        key = self.key(call)
        answer = stored(self._entries, key) or await self._flights.join(
            key, lambda: self._ask(key, call)
        )
        # The name is part of the address, so it is true of a stored answer, too, however old.
        return replace(answer, model=self.name)

    async def chat_for(self, first: Cached, call: Call) -> Answer:
        """An answer where the first one could not give any; that it could not is kept, too."""
        answer = await self.chat(call)
        self._entries.put(self._stead(first, call), {}, b"")
        return answer

    def stored_for(self, first: Cached, call: Call) -> Answer | None:
        """The stored answer, where it was given for the first one; any other does not count."""
        if self._entries.get(self._stead(first, call)) is None:
            return None
        answer = stored(self._entries, self.key(call))
        return answer and replace(answer, model=self.name)

    def _stead(self, first: Cached, call: Call) -> str:
        return digest("instead of", first.key(call), self.key(call))

    def key(self, call: Call) -> str:
        """The address of the answer: model, options, messages with their pictures, schema, prompt.

        Who asks, for which document and at which endpoint is not part of it: a server that moves
        keeps its answers.
        """
        parts = [VERSION, self.name, self._options, call.prompt, str(call.max_tokens)]
        parts.append(json.dumps(call.schema, sort_keys=True))
        for message in call.messages:
            parts.append(message.role)
            parts += [p if isinstance(p, str) else _picture(p) for p in message.parts]
        return digest(*parts)

    async def _ask(self, key: str, call: Call) -> Answer:
        answer = replace(await self._inner.chat(replace(call, key=key)), key=key)
        if good(answer):
            store(self._entries, key, answer)
        return answer


def good(answer: Answer) -> bool:
    """Whether it may be kept for other runs."""
    try:
        answered(answer.text, answer.finish_reason)
    except Unusable:
        return False
    return True


def _picture(body: bytes) -> str:
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


def stored(entries: Entries, key: str) -> Answer | None:
    found = entries.get(key)
    if found is None:
        return None
    head, body = found
    return Answer(text=body.decode(), key=key, cached=True, **head)


def store(entries: Entries, key: str, answer: Answer) -> None:
    head = {
        "finish_reason": answer.finish_reason,
        "prompt_tokens": answer.prompt_tokens,
        "completion_tokens": answer.completion_tokens,
        "seconds": round(answer.seconds, 3),
        "endpoint": answer.endpoint,
    }
    entries.put(key, head, answer.text.encode())
