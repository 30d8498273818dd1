"""Asking a model for a record: a JSON schema, and at most two re-asks that name the error alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from vqva_crawl.clients.base import Call, ChatModel, Message
from vqva_crawl.clients.model.guards import answered
from vqva_crawl.errors import Unusable

T = TypeVar("T", bound=BaseModel)

REASKS = 2
MOST_OBJECTS = 40  # places in a text where a JSON object may begin that are tried
_THOUGHT = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)


async def ask(model: ChatModel, call: Call, form: type[T]) -> T:
    """The answer as a `form`. Raises what `chat` does, and Unusable for text that cannot be read.

    Servers that ignore the schema answer in prose: the first JSON object that fits is taken.
    """
    call = replace(call, schema=schema_of(form))
    attempt = call
    for tried in range(1, REASKS + 2):
        answer = await model.chat(attempt)
        answered(answer.text, answer.finish_reason)
        found, wrong = read(answer.text, form)
        if found is not None:
            return found
        if tried > REASKS:
            raise Unusable("unreadable", wrong, answer.text)
        attempt = replace(call, messages=_again(call.messages, wrong, form, tried))
    raise AssertionError("the loop returns or raises")


async def ask_text(model: ChatModel, call: Call) -> str:
    """The answer as free text, without the thoughts that some models put before it."""
    answer = await model.chat(call)
    answered(answer.text, answer.finish_reason)
    return _THOUGHT.sub("", answer.text).strip() or answer.text.strip()


def _again(
    messages: tuple[Message, ...], wrong: str, form: type[BaseModel], tried: int
) -> tuple[Message, ...]:
    """The same question, its last message with a word on the last error.

    It counts the tries: an equal message would be given the stored answer that just failed.
    """
    keys = ", ".join(form.model_fields)
    said = (
        f"Your last answer could not be used: {wrong}. Answer again with one JSON object "
        f"with the keys {keys}, and nothing else. This is try {tried + 1} of {REASKS + 1}."
    )
    *before, last = messages
    return (*before, Message(last.role, (*last.parts, said)))


def read(text: str, form: type[T]) -> tuple[T | None, str]:
    """(the first JSON object in the text that fits, "") or (None, what is wrong)."""
    wrong = "there is no JSON object in it"
    for value in objects(_THOUGHT.sub("", text)):
        try:
            return form.model_validate(value), ""
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "the object"
            wrong = f"{where}: {first['msg']}"
    return None, wrong


def objects(text: str) -> Iterator[dict[str, Any]]:
    """The JSON objects in a text, outermost first, in order."""
    decoder, place = json.JSONDecoder(), 0
    for _ in range(MOST_OBJECTS):
        place = text.find("{", place)
        if place < 0:
            return
        try:
            value, place = decoder.raw_decode(text, place)
        except (json.JSONDecodeError, RecursionError):
            place += 1
            continue
        yield value


def schema_of(form: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema as strict decoding wants it: closed objects, every key required."""
    schema: dict[str, Any] = _closed(form.model_json_schema())
    return schema


def _closed(node: Any) -> Any:
    if isinstance(node, list):
        return [_closed(item) for item in node]
    if not isinstance(node, dict):
        return node
    closed = {key: _closed(value) for key, value in node.items() if key != "default"}
    if closed.get("type") == "object" and "properties" in closed:
        closed["additionalProperties"] = False
        closed["required"] = list(closed["properties"])
    return closed
