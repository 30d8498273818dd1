"""Asking a model for a record: a JSON schema, and at most two re-asks that name the error alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from vqva_crawl.clients.base import Answer, Call, ChatModel, Message
from vqva_crawl.clients.model.guards import answered
from vqva_crawl.clients.model.thoughts import after_thoughts, all_thought
from vqva_crawl.clients.plain import in_texts, seen
from vqva_crawl.errors import Unusable

T = TypeVar("T", bound=BaseModel)

REASKS = 2
_COMMA = re.compile(r",(?=\s*[}\]])")
MOST_TEXT = 1 << 20  # characters that are looked through for JSON
MOST_OBJECTS = 400  # places in a text where a JSON object may begin that are tried


async def ask(model: ChatModel, call: Call, form: type[T]) -> T:
    """The answer as a `form`. Raises what `chat` does, and Unusable for text that cannot be read.

    Servers that ignore the schema answer in prose: the last JSON object that fits is taken,
    since prose may quote the example of its prompt, or draft, before it comes to an answer.
    """
    call = replace(call, schema=schema_of(form))
    attempt = call
    for tried in range(1, REASKS + 2):
        answer = await model.chat(attempt)
        found, wrong = read(spoken(answer), form)
        if found is not None:
            return found
        if tried > REASKS:
            raise Unusable("unreadable", wrong, answer.text)
        attempt = replace(call, messages=_again(call.messages, wrong, form, tried))
    raise AssertionError("the loop returns or raises")


async def ask_text(model: ChatModel, call: Call) -> str:
    """The answer as free text, without the thoughts that some models put before it.

    Models that think aloud put all they have to say into their thoughts.
    """
    answer = await model.chat(call)
    aloud = all_thought(seen(answer.text))
    return spoken(replace(answer, text=aloud) if aloud else answer)


def spoken(answer: Answer) -> str:
    """An answer's text after its thoughts, without what nobody sees (the raw text keeps it).

    Raises Unusable for none, such as mere thoughts.
    """
    text = after_thoughts(seen(answer.text))
    try:
        answered(text, answer.finish_reason)
    except Unusable as error:
        raise Unusable(error.reason, error.detail, answer.text) from error
    return text


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
    """(the last JSON object in the text that fits, "") or (None, what is wrong with the last).

    Commas before a closing bracket are overlooked where the text is not to be read otherwise.
    """
    found, wrong = _last(text, form)
    if found is None and (mended := _COMMA.sub("", text)) != text:
        return _last(mended, form)
    return found, wrong


def _last(text: str, form: type[T]) -> tuple[T | None, str]:
    found, wrong = None, "there is no JSON object in it"
    for value in objects(text):
        try:
            found = form.model_validate(_unwrapped(value, form))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "the object"
            wrong = f"{where}: {first['msg']}"
    return found, "" if found else wrong


def _unwrapped(value: dict[str, Any], form: type[BaseModel]) -> dict[str, Any]:
    """The object in one that holds nothing else, under a name of the model's own."""
    [*inner] = value.values()
    wrapped = (
        len(inner) == 1 and isinstance(inner[0], dict) and not value.keys() & form.model_fields
    )
    return inner[0] if wrapped else value


def objects(text: str) -> Iterator[dict[str, Any]]:
    """The JSON objects in a text, outermost first, in order; of a very long one in its end.

    Their strings hold nothing unseen, as an escape may write it, and no half of a surrogate pair.
    """
    text, place = text[-MOST_TEXT:], 0
    decoder = json.JSONDecoder(strict=False)  # line breaks in strings, too
    for _ in range(MOST_OBJECTS):
        place = text.find("{", place)
        if place < 0:
            return
        try:
            value, after = decoder.raw_decode(text, place)
            value, place = in_texts(value, seen), after
        except (ValueError, RecursionError):
            place += 1
            continue
        yield value


@cache
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
