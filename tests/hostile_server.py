"""Web servers on loopback that do to a crawler whatever one can do, and nothing as it should be."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Request = BaseHTTPRequestHandler
Answer = Callable[[Request], None]
HTML = "text/html; charset=utf-8"


# Servers -------------------------------------------------------------------------------------


class Origin:
    """One host. `answers` maps paths to what they do; one that ends in "*" stands for many."""

    def __init__(self, answers: dict[str, Answer] | None = None) -> None:
        self.answers = answers or {}
        self.requests: Counter[str] = Counter()
        origin = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                origin.requests[self.path] += 1
                with suppress(OSError):  # who asked has had enough
                    origin.answer(self.path)(self)

            def handle(self) -> None:
                with suppress(OSError):
                    super().handle()

            def log_message(self, *_: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def answer(self, path: str) -> Answer:
        exact = self.answers.get(path)
        prefixes = (p for p in self.answers if p.endswith("*") and path.startswith(p[:-1]))
        return exact or self.answers.get(max(prefixes, key=len, default=""), status(404))

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Secret:
    """A port that nobody may connect to; `connections` counts who did."""

    def __init__(self) -> None:
        self.connections = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                self._socket.accept()[0].close()
                self.connections += 1

    def close(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()


# Answers -------------------------------------------------------------------------------------


def head(request: Request, kind: str = HTML, code: int = 200, **headers: str) -> None:
    request.send_response(code)
    for name, value in {"content_type": kind, **headers}.items():
        request.send_header(name.replace("_", "-"), value)
    request.end_headers()


def body(content: bytes | str, kind: str = HTML, code: int = 200, **headers: str) -> Answer:
    """A whole answer, as it should be sent."""
    raw = content.encode() if isinstance(content, str) else content

    def answer(request: Request) -> None:
        head(request, kind, code, content_length=str(len(raw)), **headers)
        request.wfile.write(raw)

    return answer


def status(code: int, **headers: str) -> Answer:
    return body(b"", code=code, **headers)


def to(target: str, code: int = 302) -> Answer:
    return status(code, location=target)


def packed(content: bytes, coding: str, kind: str = HTML) -> Answer:
    return body(content, kind, content_encoding=coding)


def drip(kind: str = HTML) -> Answer:
    """One byte a second."""

    def answer(request: Request) -> None:
        head(request, kind, content_length="1000000")
        for _ in range(60):
            request.wfile.write(b"x")
            time.sleep(1)

    return answer


def silence(request: Request) -> None:
    time.sleep(20)
    request.close_connection = True


def endless(kind: str = HTML, piece: bytes = b"<p>more</p>" * 1000) -> Answer:
    """Chunks for as long as anybody reads them, a gigabyte at most."""

    def answer(request: Request) -> None:
        head(request, kind, transfer_encoding="chunked")
        for _ in range((1 << 30) // len(piece)):
            request.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))

    return answer


def header_flood(request: Request) -> None:
    request.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for n in range(200_000):
        request.wfile.write(b"X-%d: %b\r\n" % (n, b"y" * 200))
    request.close_connection = True


def long_header(request: Request) -> None:
    head(request, x_long="y" * 3_000_000)
    request.close_connection = True


def reset(request: Request) -> None:
    """RST in place of an answer."""
    linger = struct.pack("ii", 1, 0)
    request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    request.connection.close()
    request.close_connection = True


def garbage(request: Request) -> None:
    request.wfile.write(b"\x16\x03\x01 this is no HTTP \r\n\r\n")
    request.close_connection = True


def too_short(kind: str = HTML) -> Answer:
    """More was promised than is sent."""

    def answer(request: Request) -> None:
        head(request, kind, content_length="100000")
        request.wfile.write(b"<html><p>only this")
        request.close_connection = True

    return answer


def two_lengths(request: Request) -> None:
    request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 900\r\n\r\nhello")
    request.close_connection = True
