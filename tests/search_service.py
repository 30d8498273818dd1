"""A search service on loopback for whole runs: what it answers is each test's own."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Asked:
    """One request: the parameters of a GET or the body of a POST."""

    path: str
    given: dict[str, Any]
    headers: dict[str, str]


Reply = tuple[int, dict[str, str], Any]


class SearchService:
    """Answers each request with (status, headers, what the JSON holds); `asked` lists them."""

    def __init__(self, answer: Callable[[Asked], Reply]) -> None:
        self.answer = answer
        self.asked: list[Asked] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self.reply(dict(parse_qsl(urlsplit(self.path).query)))

            def do_POST(self) -> None:
                self.reply(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

            def reply(self, given: dict[str, Any]) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                asked = Asked(urlsplit(self.path).path, given, headers)
                service.asked.append(asked)
                status, headers, said = service.answer(asked)
                body = json.dumps(said).encode()
                with suppress(ConnectionError):  # who asked may have been killed
                    self.send_response(status)
                    for name, value in headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)

            def log_message(self, *_: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextmanager
def search_service(answer: Callable[[Asked], Reply]) -> Iterator[SearchService]:
    service = SearchService(answer)
    try:
        yield service
    finally:
        service.close()
