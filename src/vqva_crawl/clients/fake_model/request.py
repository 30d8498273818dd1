"""What a chat completions request asks, read once."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


class Malformed(Exception):
    """The request is none; the message says why."""


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """One request as a scripted model sees it.

    `messages` are as given; `parts` their texts and decoded pictures in order, where a picture
    that is no base64 data URL is b"": nothing is ever fetched. `schema` is the JSON schema that
    `response_format` asks for, {"type": "object"} for any JSON, or None. `raw` is the whole body.
    """

    model: str
    messages: tuple[Mapping[str, Any], ...]
    parts: tuple[str | bytes, ...]
    schema: Mapping[str, Any] | None
    raw: Mapping[str, Any]

    @property
    def text(self) -> str:
        """All texts, a line each."""
        return "\n".join(part for part in self.parts if isinstance(part, str))

    @property
    def images(self) -> tuple[bytes, ...]:
        return tuple(part for part in self.parts if isinstance(part, bytes))

    def mentions(self, text: str) -> bool:
        """Whether a string of the messages, a picture's address included, contains the text."""
        return any(text in said for said in _strings(self.messages))


def read(raw: Any) -> ChatRequest:
    """A decoded request body. Raises Malformed."""
    match raw:
        case {"model": str(model), "messages": [_, *_] as messages}:
            parts = tuple(part for message in messages for part in _parts(message))
            return ChatRequest(model, tuple(messages), parts, _schema(raw), raw)
    raise Malformed("a JSON object with 'model' and a list of 'messages' is wanted")


def _parts(message: Any) -> Iterator[str | bytes]:
    match message:
        case {"role": str(), "content": str(text)}:
            yield text
        case {"role": str(), "content": list(parts)}:
            yield from (_part(part) for part in parts)
        case {"role": "assistant"}:
            return
        case _:
            raise Malformed("a message needs 'role' and 'content'")


def _part(part: Any) -> str | bytes:
    match part:
        case {"type": "text", "text": str(text)}:
            return text
        case {"type": "image_url", "image_url": {"url": str(url)}}:
            return _picture(url)
    raise Malformed("a part of a message is neither 'text' nor 'image_url'")


def _picture(url: str) -> bytes:
    head, _, data = url.partition(",")
    if not (head.startswith("data:image/") and head.endswith(";base64")):
        return b""
    try:
        return base64.b64decode(data, validate=True)
    except ValueError:
        return b""


def _schema(raw: Mapping[str, Any]) -> Mapping[str, Any] | None:
    match raw.get("response_format"):
        case {"type": "json_schema", "json_schema": {"schema": dict(schema)}}:
            return schema
        case {"type": "json_object"}:
            return {"type": "object"}
        case None | {"type": "text"}:
            return None
    raise Malformed("'response_format' is of no known type")


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if not value.startswith("data:image/"):
            yield value
    elif isinstance(value, Mapping):
        yield from _strings(tuple(value.values()))
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _strings(one)
