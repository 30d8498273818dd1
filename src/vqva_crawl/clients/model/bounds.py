"""The most tokens that a call takes at an endpoint, raised by what the server has counted."""

from __future__ import annotations

import structlog

from vqva_crawl.clients.base import Call
from vqva_crawl.clients.model.tokens import most_tokens

log = structlog.get_logger()


class Bounds:
    """What to reserve for calls to one endpoint, for as long as the process runs.

    Where a prompt was counted as more, the rest is its pictures' where it has some: servers price
    one at 85 to 25,000 tokens. It is added, since a factor would make long texts as dear.
    """

    def __init__(self, url: str, per_image: int) -> None:
        self._url = url
        self._first = self._per_image = per_image
        self._more = (0, 0)  # tokens of (prompt, completion) beyond what we know of
        self._told = False

    def of(self, call: Call) -> tuple[int, int]:
        """(prompt, completion) of one attempt."""
        prompt, completion = self._more
        known = most_tokens(call.messages, self._per_image)
        return known + prompt, call.max_tokens + completion

    def known(self, call: Call) -> tuple[int, int]:
        """The same as long as nothing was learnt."""
        return most_tokens(call.messages, self._first), call.max_tokens

    def learn(self, call: Call, counted: tuple[int, int]) -> None:
        """Makes room for a count that was more than its bound; tells the log of the first one."""
        bound = self.of(call)
        prompt, completion = (max(0, c - b) for c, b in zip(counted, bound, strict=True))
        if not prompt and not completion:
            return
        if pictures := sum(len(message.images) for message in call.messages):
            self._per_image += -(-prompt // pictures)  # rounded up
            prompt = 0
        self._more = self._more[0] + prompt, self._more[1] + completion
        if not self._told:
            told = {"endpoint": self._url, "reserved": bound, "counted": counted}
            log.warning("more_counted_than_reserved", **told)
        self._told = True
