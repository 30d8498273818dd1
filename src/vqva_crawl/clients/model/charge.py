"""What an attempt is charged: as the server counts, nothing where no model can have worked."""

from __future__ import annotations

from dataclasses import replace

import aiohttp
import structlog

from vqva_crawl.clients.base import Answer
from vqva_crawl.clients.model.protocol import ErrorAnswer
from vqva_crawl.errors import FetchError

log = structlog.get_logger()

# No connection was had, so nothing was sent.
UNCONNECTED = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.InvalidURL,
    aiohttp.NonHttpUrlClientError,
)
BELIEVED = 100  # times the most that we know of; servers price pictures up to 16 times as high
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


def believed(answer: Answer, prompt: int, completion: int) -> Answer:
    """The answer, without a count of tokens that cannot be: far above the most of its call."""
    told = answer.prompt_tokens, answer.completion_tokens
    most = prompt, completion
    kept = [0 if m and t > BELIEVED * m else t for t, m in zip(told, most, strict=True)]
    if kept == [*told]:
        return answer
    log.warning("count_not_believed", endpoint=answer.endpoint, counted=told, most=most)
    return replace(answer, prompt_tokens=kept[0], completion_tokens=kept[1])


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
