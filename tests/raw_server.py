"""A server that answers each request with bytes of a test's own, HTTP or not."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass

from vqva_crawl.clients.fake_model import chain
from vqva_crawl.clients.fake_model.loop_thread import LoopThread

Answering = Callable[[int, bytes], bytes]
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
    """`answer` is told the number of a request, from 1, and its body; `calls` counts them."""

    answer: Answering
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
        asked = await reader.readexactly(int(found[1]) if found else 0)
        self.calls += 1
        said = self.answer(self.calls, asked)
        writer.write(said)
        await writer.drain()
        return said.startswith(OK)


@contextlib.asynccontextmanager
async def serving(answer: Answering) -> AsyncIterator[RawServer]:
    """A server on a loopback port."""
    raw = RawServer(answer)
    server = await asyncio.start_server(raw.talk, "127.0.0.1", 0)
    raw.base_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    try:
        yield raw
    finally:
        server.close()


@contextlib.contextmanager
def serving_apart(answer: Answering) -> Iterator[RawServer]:
    """The same in a thread of its own, for tests that run the program."""
    thread, server = LoopThread(), serving(answer)
    raw = thread.run(server.__aenter__())
    try:
        yield raw
    finally:
        thread.run(server.__aexit__(None, None, None))
        thread.close()


def of_chain(body: bytes) -> bytes:
    """What passes the shipped chain, as a whole answer."""
    asked = json.loads(body)["response_format"]["json_schema"]["name"]
    return sound(chain.answer(asked))
