"""What the agents have in common: how a message is laid out, and how an answer is asked for."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel

from vqva_crawl.agents.base import AgentContext
from vqva_crawl.agents.vlm.prompts import SYSTEM, Prompt, call_digest, prompt, render
from vqva_crawl.clients.base import Call, ChatModel, Message
from vqva_crawl.clients.model.asking import ask, ask_text
from vqva_crawl.records import Document, Pair

T = TypeVar("T", bound=BaseModel)
Shared = tuple[str | bytes, ...]


def call_for(name: str, shared: Shared, limit: int, **values: Any) -> tuple[Call, Prompt]:
    """System text, then what calls share (document, pictures), then the agent's own prompt.

    A prompt may have a part that comes before document and pictures.
    """
    system, mine = prompt(SYSTEM), prompt(name)
    before, after = (render(half, **values) for half in mine.halves)
    first = (before,) if before else ()
    messages = (
        Message("system", (render(system),)),
        Message("user", (*first, *shared, after)),
    )
    return Call(messages, max_tokens=limit, prompt=call_digest(name)), mine


async def question(
    context: AgentContext, form: type[T], name: str, shared: Shared, limit: int, **values: Any
) -> T:
    """The model's answer to a prompt as a `form`."""
    call, _ = call_for(name, shared, limit, **values)
    return await ask(model_of(context), call, form)


async def prose(context: AgentContext, name: str, shared: Shared, limit: int, **values: Any) -> str:
    """The model's answer to a prompt as text."""
    call, _ = call_for(name, shared, limit, **values)
    return await ask_text(model_of(context), call)


def model_of(context: AgentContext) -> ChatModel:
    if context.model is None:
        raise ValueError("a vlm agent needs context.model")
    return context.model


def document_of(context: AgentContext) -> Document:
    if context.document is None:
        raise ValueError("a vlm agent needs context.document")
    return context.document


def language_of(context: AgentContext) -> str:
    """The code of the document's language, "en" where none is known."""
    return (context.document.language if context.document else "") or "en"


async def pair_of(context: AgentContext, pair: Pair) -> Shared:
    """Both pictures and no word of the page: the same beginning for every agent."""
    return (
        *await picture_of(context, "question picture", pair.question),
        *await picture_of(context, "answer picture", pair.answer),
    )


async def picture_of(context: AgentContext, what: str, sha256: str) -> Shared:
    if context.jpeg is None:
        raise ValueError("a vlm agent needs context.jpeg")
    return (f"The {what}:", await context.jpeg(sha256))
