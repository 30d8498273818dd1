"""Messages and answers in the protocol's form: OpenAI's chat completions."""

from __future__ import annotations

import base64
from typing import Any

from vqva_crawl.clients.base import Answer, Message
from vqva_crawl.errors import ModelError, Transient

WITHOUT_WORDS = ("length", "content_filter")  # ends at which an answer may have no text


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

    Raises ModelError for what is no completion, Transient for one without a message's text.
    """
    choices = getattr(completion, "choices", None)
    if not isinstance(choices, list):
        raise ModelError(f"{url}: answers, but not with a completion; is the URL right?")
    choice = choices[0] if choices else None
    message, usage = getattr(choice, "message", None), getattr(completion, "usage", None)
    content, declined = getattr(message, "content", None), _text(message, "refusal")
    ended = "content_filter" if declined else _text(choice, "finish_reason") or "stop"
    if not (isinstance(content, str) or ended in WITHOUT_WORDS):
        raise Transient("empty", url, "an answer without a message's text")
    return Answer(
        text=_text(message, "content") or declined,
        finish_reason=ended,
        prompt_tokens=_count(usage, "prompt_tokens"),
        completion_tokens=_count(usage, "completion_tokens"),
        seconds=seconds,
        endpoint=url,
    )


def _text(node: Any, name: str) -> str:
    """Nothing where there is none, or something else."""
    found = getattr(node, name, None)
    return found if isinstance(found, str) else ""


def _count(usage: Any, name: str) -> int:
    found = getattr(usage, name, None)
    return found if isinstance(found, int) else 0
