"""A model with a fallback: where the first endpoint cannot answer, another one does."""

from __future__ import annotations

from vqva_crawl.clients.base import Answer, Call
from vqva_crawl.clients.flight import SingleFlight
from vqva_crawl.clients.model.cached import Cached
from vqva_crawl.errors import ModelError, Unusable


class Fallen:
    """A ChatModel that asks another one where the first cannot answer.

    What the other one was asked for the first is not asked again of either, so that a run that was
    killed gives the same samples, whichever of them is up; for the same reason equal calls at the
    same time are made once. `name` is the first one's; which of them answered, the answer says.
    """

    def __init__(self, first: Cached, second: Cached) -> None:
        self.name = first.name
        self._first = first
        self._second = second
        self._flights: SingleFlight[str, Answer] = SingleFlight()

    async def chat(self, call: Call) -> Answer:
        return await self._flights.join(self._first.key(call), lambda: self._chat(call))

    async def _chat(self, call: Call) -> Answer:
        if answer := self._second.stored_for(self._first, call):
            return answer
        try:
            return await self._first.chat(call)
        except ModelError as error:
            failed = str(error)
        except Unusable as error:
            if not error.reason.startswith("endpoint_"):
                raise
            failed = str(error)
        try:
            return await self._second.chat_for(self._first, call)
        except ModelError as error:  # either of them may be what has to be mended
            raise ModelError(f"{error}; asked as the fallback, since {failed}") from error
