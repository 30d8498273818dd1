"""What an attempt is charged: as the server counts, nothing where no model can have worked."""

from __future__ import annotations

import aiohttp

from vqva_crawl.clients.base import Answer
from vqva_crawl.clients.model.protocol import ErrorAnswer
from vqva_crawl.errors import FetchError

# No connection was had, so nothing was sent.
UNCONNECTED = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.InvalidURL,
    aiohttp.NonHttpUrlClientError,
)
ANSWERED = ("broken", "empty")  # kinds of errors: the answer came, and is none


def charge(error: BaseException, prompt: int, completion: int) -> tuple[int, int]:
    """The tokens that a failed attempt counts for, of the most that it may have taken.

    A server may have read the prompt before it failed or the connection was lost. What ended in
    another way, such as an answer that is none, counts in full.
    """
    if unworked(error):
        return 0, 0
    failed = isinstance(error, FetchError) and error.kind not in ANSWERED
    return (prompt, 0 if failed else completion)


def counted(answer: Answer, prompt: int, completion: int) -> tuple[int, int]:
    """The tokens of an answer as the server counts them; the most where it gives no count.

    0 of the completion is a count where there is no text, as of answers that a filter took.
    """
    none = bool(answer.prompt_tokens) and not answer.text
    return answer.prompt_tokens or prompt, answer.completion_tokens or (0 if none else completion)


def unworked(error: BaseException) -> bool:
    """Whether an attempt was never sent, or refused by its status (3xx, 4xx but not 408)."""
    import openai

    if isinstance(error, (ValueError, TypeError)):  # of the request: an answer's are mapped
        return True
    one: BaseException | None = error
    while one is not None:  # not `__context__`, which may be the error of an earlier attempt
        if isinstance(one, (openai.APIStatusError, ErrorAnswer)):
            return one.status_code < 500 and one.status_code != 408
        if isinstance(one, UNCONNECTED):
            return True
        one = one.__cause__
    return False
