"""The JSON of OpenAI's chat completions, whole and as a stream of server-sent events."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable, Iterator
from typing import Any

from vqva_crawl.clients.fake_model.counting import Usage
from vqva_crawl.clients.fake_model.model import Answered
from vqva_crawl.clients.fake_model.reply import Reply


def completion(number: int, model: str, answered: Answered) -> dict[str, Any]:
    """The body of an answer; `number` makes its id."""
    reply = answered.reply
    content = reply.text if reply.refusal is None else None
    message = {"role": "assistant", "content": content, "refusal": reply.refusal}
    body = _head(number, model, "chat.completion")
    body["choices"] = [_choice(reply.finish_reason, message=message)]
    if reply.usage and answered.usage is not None:
        body["usage"] = _usage(answered.usage)
    return body


def events(number: int, model: str, answered: Answered, with_usage: bool) -> Iterator[bytes]:
    """The same answer as events, a word each; the tokens' counts last, where asked for."""
    for choice in _choices(answered.reply):
        yield _event(_head(number, model, "chat.completion.chunk") | {"choices": [choice]})
    if with_usage and answered.reply.usage and answered.usage is not None:
        last = _head(number, model, "chat.completion.chunk")
        yield _event(last | {"choices": [], "usage": _usage(answered.usage)})
    yield b"data: [DONE]\n\n"


def model_list(names: Iterable[str]) -> dict[str, Any]:
    made = {"object": "model", "created": 0, "owned_by": "fake"}
    return {"object": "list", "data": [{"id": name, **made} for name in names]}


def _choices(reply: Reply) -> Iterator[dict[str, Any]]:
    key = "content" if reply.refusal is None else "refusal"
    yield _choice(None, delta={"role": "assistant", "content": ""})
    for word in re.findall(r"\s*\S+|\s+$", reply.refusal or reply.text):
        yield _choice(None, delta={key: word})
    yield _choice(reply.finish_reason, delta={})


def _head(number: int, model: str, kind: str) -> dict[str, Any]:
    identity = f"chatcmpl-{number}"
    return {"id": identity, "object": kind, "created": int(time.time()), "model": model}


def _choice(finish_reason: str | None, **said: Any) -> dict[str, Any]:
    return {"index": 0, **said, "logprobs": None, "finish_reason": finish_reason}


def _usage(usage: Usage) -> dict[str, Any]:
    return {
        "prompt_tokens": usage.prompt,
        "completion_tokens": usage.completion,
        "total_tokens": usage.total,
        "prompt_tokens_details": {"cached_tokens": usage.cached},
    }


def _event(data: dict[str, Any]) -> bytes:
    return b"data: " + json.dumps(data).encode() + b"\n\n"
