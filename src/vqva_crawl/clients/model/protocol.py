"""Messages and answers in the protocol's form: OpenAI's chat completions."""

from __future__ import annotations

import base64
import re
from typing import Any

from vqva_crawl.clients.base import Answer, Message
from vqva_crawl.errors import Transient
from vqva_crawl.masking import masked
from vqva_crawl.records import whole

WITHOUT_WORDS = ("length", "content_filter")  # ends at which an answer may have no text
TEXTS = ("text", "output_text")  # parts of a message with words; the second one is /responses'
MOST_COUNTED = 2**31  # tokens; no answer has so many, and a table's column takes them


class NoCompletion(Exception):
    """What came is another thing: a web page, JSON of another kind, or a stream.

    `ask` is what the reader may want to look at.
    """

    def __init__(self, said: str, ask: str = "is the URL right?") -> None:
        self.ask = ask
        super().__init__(said)


class ErrorAnswer(Exception):
    """A completion that says an error, as gateways send with status 200 once they have begun.

    `status_code` is the one that it speaks of, 500 where it names none.
    """

    def __init__(self, error: Any) -> None:
        node = error if isinstance(error, dict) else {"message": error}
        self.code = str(node.get("code"))
        self.status_code = int(self.code) if re.fullmatch("[45][0-9]{2}", self.code) else 500
        super().__init__(f"{node.get('message') or node}")


def wire(message: Message) -> dict[str, Any]:
    """A message in the protocol's form; text alone goes as a string, which every server knows."""
    if all(isinstance(part, str) for part in message.parts):
        return {"role": message.role, "content": message.text}
    return {"role": message.role, "content": [_part(part) for part in message.parts]}


def _part(part: str | bytes) -> dict[str, Any]:
    if isinstance(part, str):
        return {"type": "text", "text": part}
    kind = "png" if part.startswith(b"\x89PNG") else "jpeg"
    data = base64.b64encode(part).decode("ascii")
    return {"type": "image_url", "image_url": {"url": f"data:image/{kind};base64,{data}"}}


def answer_of(completion: Any, url: str, seconds: float) -> Answer:
    """What a completion says; none of its fields is taken to be there, or of its type.

    A message without content is an empty answer: its words may all have gone to its reasoning.
    Raises NoCompletion, ErrorAnswer, and Transient for a completion without a message.
    """
    if isinstance(completion, str) and completion.lstrip().startswith(("data:", "event:")):
        raise NoCompletion(
            "streams its answer, which it was not asked to",
            "does `extra_body`, or something in between, set `stream`?",
        )
    choices = getattr(completion, "choices", None)
    if error := getattr(completion, "error", None):
        raise ErrorAnswer(error)
    if not isinstance(choices, list):
        raise NoCompletion("answers, but not with a completion")
    choice = choices[0] if choices else None
    if error := getattr(choice, "error", None):
        raise ErrorAnswer(error)
    message, usage = getattr(choice, "message", None), getattr(completion, "usage", None)
    declined = _text(message, "refusal")
    ended = "content_filter" if declined else _text(choice, "finish_reason") or "stop"
    words = _words(message)
    if words is None and ended not in WITHOUT_WORDS:
        raise Transient("empty", url, "an answer without a message's text")
    if ended == "error":
        raise Transient("empty", url, "the answer ended with finish_reason 'error'")
    if not words and getattr(message, "tool_calls", None):
        raise Transient("empty", url, "an answer of tool calls in place of text")
    return Answer(
        text=masked(whole(words or declined)),
        finish_reason=ended,
        prompt_tokens=_count(usage, "prompt_tokens"),
        completion_tokens=_count(usage, "completion_tokens"),
        seconds=seconds,
        endpoint=url,
    )


def wordless(answer: Answer) -> bool:
    """Whether an answer says nothing, and not why."""
    return not answer.text.strip() and answer.finish_reason not in WITHOUT_WORDS


def _words(message: Any) -> str | None:
    """The text of a message, whose content is a string, null, or a list of parts.

    None for what is no message, or has content of another kind.
    """
    content = getattr(message, "content", 0)
    if isinstance(content, list):
        parts = [part for part in content if isinstance(part, dict) and part.get("type") in TEXTS]
        return "".join(part["text"] for part in parts if isinstance(part.get("text"), str))
    return "" if content is None else content if isinstance(content, str) else None


def _text(node: Any, name: str) -> str:
    """Nothing where there is none, or something else."""
    found = getattr(node, name, None)
    return masked(whole(found)) if isinstance(found, str) else ""


def _count(usage: Any, name: str) -> int:
    """A server's count, 0 for what cannot be one."""
    found: Any = getattr(usage, name, None)
    whole = type(found) is int or (isinstance(found, float) and found.is_integer())
    return int(found) if whole and 0 <= found < MOST_COUNTED else 0
