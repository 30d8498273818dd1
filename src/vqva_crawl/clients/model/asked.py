"""A model on behalf of someone: each call says who asks, and each answer is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from vqva_crawl.clients.base import Answer, Call, ChatModel
from vqva_crawl.clients.model.roles import place_of
from vqva_crawl.errors import ModelError
from vqva_crawl.storage.calls import ModelCall


class Asked:
    """A ChatModel that knows who asks, about which record of which document, and tells."""

    def __init__(
        self,
        inner: ChatModel,
        role: str,
        document: str,
        record: str,
        note: Callable[[ModelCall], object],
    ) -> None:
        self.name = inner.name
        self._inner = inner
        self._role = role
        self._document = document
        self._record = record
        self._note = note

    async def chat(self, call: Call) -> Answer:
        answer = await self._inner.chat(replace(call, role=self._role, document=self._document))
        told = ModelCall(
            document=self._document,
            record=self._record,
            role=self._role,
            model=answer.model or self.name,  # a model of a user's own need not say
            endpoint=answer.endpoint,
            prompt=call.prompt,
            key=answer.key,
            prompt_tokens=answer.prompt_tokens,
            completion_tokens=answer.completion_tokens,
            seconds=answer.seconds,
            cached=answer.cached,
            finish_reason=answer.finish_reason,
            text=answer.text,
        )
        self._note(told)
        return answer


@contextmanager
def told_without(role: str, name: str, model: ChatModel | None) -> Iterator[None]:
    """Around an agent's work: what to do where it asks a `model` that it has not been given.

    Raises ModelError, which ends the run: no other record could fare better.
    """
    try:
        yield
    except AttributeError as error:
        if model is None and error.obj is None and error.name in ("chat", "name"):
            raise ModelError(
                f"{role} '{name}' asks context.model and has none: register it with asks=True, or "
                f"give it a model of its own ({place_of(role)}.model)"
            ) from error
        raise
