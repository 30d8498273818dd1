"""Tokens, counted in a way that is stated: every run of a test has the same numbers.

A text of n UTF-8 bytes is n // 4 + 1 tokens. A picture of w x h pixels is ceil(w / 28) * ceil(h /
28) tokens, Qwen2-VL's patches (arXiv 2409.12191, section 2.1: 14 px, merged 2 x 2), before any
limit that a server sets on a picture's size; or whatever the user's function says.
"""

from __future__ import annotations

import hashlib
import io
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PIL import Image

from vqva_crawl.clients.fake_model.request import ChatRequest

BYTES = 4  # of UTF-8 text in a token
PATCH = 28  # px
BLOCK = 16  # tokens: what a prefix cache keeps or does not, vLLM's default block size
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")  # what OpenAI's endpoint takes

PictureTokens = Callable[[int, int], int]


@dataclass(slots=True)
class Usage:
    """Tokens of a call, or of many."""

    prompt: int = 0
    completion: int = 0
    cached: int = 0  # of the prompt, what a prefix cache would have served

    @property
    def total(self) -> int:
        return self.prompt + self.completion

    def add(self, other: Usage) -> None:
        self.prompt += other.prompt
        self.completion += other.completion
        self.cached += other.cached


def utf8(text: str) -> bytes:
    return text.encode(errors="surrogatepass")  # JSON may hold half a pair


def text_tokens(text: str) -> int:
    return len(utf8(text)) // BYTES + 1


def first_tokens(text: str, count: int) -> str:
    """The longest beginning that is at most `count` tokens."""
    return utf8(text)[: max(0, count * BYTES - 1)].decode(errors="ignore")


def patches(width: int, height: int) -> int:
    return math.ceil(width / PATCH) * math.ceil(height / PATCH)


def picture_size(picture: bytes) -> tuple[int, int] | None:
    """Width and height in pixels, from the header alone; None: not a picture."""
    try:
        with Image.open(io.BytesIO(picture), formats=FORMATS) as image:
            return image.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Warning):
        return None


class Prompts:
    """Counts prompts, and how much of each an unbounded prefix cache would hold by then.

    A prompt becomes a string of four bytes a token, a picture's being its digest over and over.
    Its whole blocks are known by a hash of everything up to their end, as in vLLM's automatic
    prefix caching; those known already at its beginning are the cached ones.
    """

    def __init__(self, picture: PictureTokens = patches) -> None:
        self._picture = picture
        self._seen: set[bytes] = set()

    def count(self, request: ChatRequest) -> tuple[int, int]:
        """The prompt's tokens, and how many of them are cached."""
        tokens = b"".join(self._tokens(part) for part in request.parts)
        blocks = list(_blocks(tokens))
        new = (i for i, block in enumerate(blocks) if block not in self._seen)
        known = next(new, len(blocks))
        self._seen.update(blocks)
        return len(tokens) // BYTES, known * BLOCK

    def _tokens(self, part: str | bytes) -> bytes:
        if isinstance(part, str):
            return utf8(part).ljust(text_tokens(part) * BYTES, b"\0")
        length = self._picture(*(picture_size(part) or (0, 0))) * BYTES
        digest = hashlib.sha256(part).digest()
        return (digest * (length // len(digest) + 1))[:length]


def _blocks(tokens: bytes) -> Iterator[bytes]:
    size = BLOCK * BYTES
    so_far = hashlib.sha256()
    for start in range(0, len(tokens) - size + 1, size):
        so_far.update(tokens[start : start + size])
        yield so_far.digest()[:12]
