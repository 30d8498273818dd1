"""A body that comes too slowly is given up long before the request's deadline."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from vqva_crawl.errors import Transient

WINDOW = 10.0  # seconds
LEAST = 1_000  # bytes that a window brings at least


async def steady(
    chunks: AsyncIterator[bytes], url: str, window: float = WINDOW
) -> AsyncIterator[bytes]:
    """The same chunks. Raises Transient (slow) when a window brings fewer than LEAST bytes."""
    clock = asyncio.get_running_loop().time
    end, received = clock() + window, 0
    while True:
        try:
            async with asyncio.timeout_at(end):
                chunk = await anext(chunks)
        except StopAsyncIteration:
            return
        except TimeoutError as error:
            said = f"{received} bytes in {window:g} seconds"
            raise Transient("slow", url, said) from error
        yield chunk
        received += len(chunk)
        if received >= LEAST:
            end, received = clock() + window, 0
