"""A model with a fallback: where the first endpoint cannot answer, another one does."""

from __future__ import annotations

from vqva_crawl.clients.base import Answer, Call, ChatModel
from vqva_crawl.errors import ModelError, Unusable


class Fallen:
    """A ChatModel that asks another one where the first cannot answer.

    `name` is the first one's; which of them answered, the answer says.
    """

    def __init__(self, first: ChatModel, second: ChatModel) -> None:
        self.name = first.name
        self._first = first
        self._second = second

    async def chat(self, call: Call) -> Answer:
        try:
            return await self._first.chat(call)
        except (ModelError, Unusable) as error:
            if isinstance(error, Unusable) and not error.reason.startswith("endpoint_"):
                raise
            return await self._second.chat(call)
