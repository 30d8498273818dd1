"""A model that answers every prompt of the chain with something that passes."""

from __future__ import annotations

from vqva_crawl.clients.fake_model import ChatRequest
from vqva_crawl.clients.fake_model.chain import REASONING, answer, proposed

__all__ = ["REASONING", "answer", "proposed", "reply"]


def reply(request: ChatRequest) -> str:
    return answer((request.schema or {}).get("title", ""))
