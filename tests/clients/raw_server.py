"""A server that answers each request with bytes of a test's own, HTTP or not."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def completion(text: str = "fine") -> bytes:
    """The body of an answer in the protocol's form."""
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return json.dumps({"choices": [choice], "usage": None}).encode()


def sound(text: str = "fine", headers: bytes = b"") -> bytes:
    """A whole answer, as HTTP has it."""
    body = completion(text)
    return OK + headers + b"Content-Length: %d\r\n\r\n" % len(body) + body


@dataclass
class RawServer:
    """`calls` counts the requests."""

    answer: Callable[[int], bytes]
    base_url: str = ""
    calls: int = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while await self._answered(reader, writer):
                pass
        writer.close()

    async def _answered(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Whether the connection stays open for another request."""
        head = await reader.readuntil(b"\r\n\r\n")
        found = re.search(rb"(?i)content-length: *(\d+)", head)
        await reader.readexactly(int(found[1]) if found else 0)
        self.calls += 1
        said = self.answer(self.calls)
        writer.write(said)
        await writer.drain()
        return said.startswith(OK)


@contextlib.asynccontextmanager
async def serving(answer: Callable[[int], bytes]) -> AsyncIterator[RawServer]:
    """A server on a loopback port; `answer` is told the number of the request, from 1."""
    raw = RawServer(answer)
    server = await asyncio.start_server(raw.talk, "127.0.0.1", 0)
    raw.base_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    try:
        yield raw
    finally:
        server.close()
