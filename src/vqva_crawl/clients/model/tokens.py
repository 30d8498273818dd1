"""How many tokens a call may take, told before it is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from vqva_crawl.clients.base import Call, Message

# No tokenizer in use makes more than one token of two bytes of ordinary text (byte-level BPE
# vocabularies average about four); a reservation must not be too small.
BYTES_PER_TOKEN = 2
PER_MESSAGE = 16  # role marks and separators


def most_tokens(messages: Sequence[Message], per_image: int) -> int:
    """An upper bound of the prompt's tokens. `per_image` is the server's price of one picture."""
    total = 0
    for message in messages:
        total += PER_MESSAGE
        for part in message.parts:
            total += per_image if isinstance(part, bytes) else _of_text(part)
    return total


def with_thinking(call: Call, tokens: int) -> Call:
    """The call with room for reasoning that the server counts inside the limit, but hides.

    For behind the cache: the room is no part of an answer's address, since all it decides is
    whether there is an answer.
    """
    return replace(call, max_tokens=call.max_tokens + tokens)


def _of_text(text: str) -> int:
    return len(text.encode()) // BYTES_PER_TOKEN + 1
