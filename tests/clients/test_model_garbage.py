"""Answers that are no valid HTTP: the endpoint's failure, never a record's."""

from __future__ import annotations

import aiohttp
import pytest
from model_clients import call, client, outcomes

from raw_server import OK, completion, serving, sound
from vqva_crawl.clients.base import Answer
from vqva_crawl.clients.fake_model import FakeModelServer
from vqva_crawl.clients.model import retried
from vqva_crawl.clients.model.endpoint import Endpoint
from vqva_crawl.clients.model.fallen import Fallen
from vqva_crawl.config import Endpoint as Settings
from vqva_crawl.errors import FetchError, ModelError, Transient

KEY = "sk-canary-0123456789"
BODY = completion()
LENGTH = b"Content-Length: %d\r\n\r\n" % len(BODY)
GARBAGE = {
    "a TLS alert": (b"\x15\x03\x01\x00\x02\x02\x28", "does base_url want https"),
    "another protocol": (b"SSH-2.0-OpenSSH_9.6\r\n", "does base_url want https"),
    "no status line": (b"garbage here\r\n\r\n", "not answer in HTTP"),
    "HTTP/0.9": (BODY, "not answer in HTTP"),
    "HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP"),
    "status 99": (b"HTTP/1.1 99 Odd\r\nContent-Length: 2\r\n\r\n{}", "not answer in HTTP"),
    "a long status line": (b"HTTP/1.1 200 " + b"x" * 50_000 + b"\r\n\r\n", "too long"),
    "a long header": (OK + b"X: " + b"a" * 9_000 + b"\r\n" + LENGTH + BODY, "too long"),
    "many headers": (OK + b"X: a\r\n" * 40_000 + LENGTH + BODY, "no valid HTTP"),
    "a header without a colon": (OK + b"no colon here\r\n" + LENGTH + BODY, "no valid HTTP"),
    "NUL in a header": (OK + b"X: a\0b\r\n" + LENGTH + BODY, "no valid HTTP"),
    "a length of letters": (OK + b"Content-Length: abc\r\n\r\n" + BODY, "no valid HTTP"),
    "a negative length": (OK + b"Content-Length: -5\r\n\r\n" + BODY, "no valid HTTP"),
    "two lengths": (OK + b"Content-Length: 5\r\n" + LENGTH + BODY, "no valid HTTP"),
    "a bad chunk": (OK + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n" + BODY, "no valid HTTP"),
    "a chunk that is cut": (OK + b"Transfer-Encoding: chunked\r\n\r\nfff\r\n{", "no answer|cut"),
    "stray bytes after an answer": (sound() + b"stray", "not answer in HTTP"),
    "a second answer": (sound() + BODY, "not answer in HTTP"),
    "the key": (b"Bearer " + KEY.encode() + b"\r\n\r\n", "not answer in HTTP"),
}


@pytest.fixture(autouse=True)
def short_waits(monkeypatch):
    monkeypatch.setattr(retried, "BACKOFF", 0.01)


def patience(bytes_: bytes) -> float:
    """Seconds: long where no answer is waited for to its end, which alone takes as long."""
    return 1.5 if b"chunked" in bytes_ else 30


garbage = pytest.mark.parametrize(("bytes_", "said"), GARBAGE.values(), ids=GARBAGE)


@garbage
async def test_what_is_no_http_is_tried_again_and_then_ends_the_run_with_one_line(
    tmp_path, bytes_, said
):
    async with (
        serving(lambda n, body: bytes_) as server,
        client(server, tmp_path, retries=1, timeout=patience(bytes_), key=KEY) as model,
    ):
        with pytest.raises(ModelError, match=said) as ended:
            await model.chat(call())
        assert model.journal.total().failed == server.calls == 2
    line = str(ended.value)
    assert "2 attempts" in line
    assert "\n" not in line
    assert len(line) < 200
    assert not {KEY, "Bearer", "ClientResponseError"} & set(line.replace("'", " ").split())
    assert KEY not in line


@garbage
async def test_what_is_no_http_now_and_then_is_outlasted(tmp_path, bytes_, said):
    async with (
        serving(lambda n, body: sound() if n % 3 else bytes_) as server,
        client(server, tmp_path, retries=5, timeout=patience(bytes_), concurrency=2) as model,
    ):
        assert await outcomes(model, range(8)) == {Answer: 8}
        assert model.journal.total().failed == server.calls // 3 > 0


async def test_what_is_no_http_is_asked_of_the_fallback(tmp_path):
    async with (
        serving(lambda n, body: b"garbage\r\n\r\n") as server,
        FakeModelServer() as other,
        client(server, tmp_path / "first", retries=1) as first,
        client(other, tmp_path / "second") as second,
    ):
        assert await outcomes(Fallen(first, second), range(3)) == {Answer: 3}
    assert server.calls >= 2


async def test_a_broken_cookie_breaks_no_later_call(tmp_path):
    cookies = b"Set-Cookie: a=\xff\xfe; expires=junk\r\n"
    async with (
        serving(lambda n, body: sound(headers=cookies)) as server,
        client(server, tmp_path, retries=0) as model,
    ):
        assert await outcomes(model, range(2)) == {Answer: 2}
        assert await outcomes(model, range(2, 4)) == {Answer: 2}


@pytest.mark.parametrize(
    "error",
    [
        aiohttp.ClientError(KEY),
        aiohttp.InvalidURL(f"http://{KEY}"),
        OSError(5, KEY),
        RuntimeError(KEY),
        LookupError(KEY),
        AttributeError(KEY),
        EOFError(KEY),
        TimeoutError(KEY),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_whatever_the_http_client_raises_is_the_endpoints_failure(
    tmp_path, monkeypatch, error
):
    async def fails(*args, **options):
        raise error

    async with FakeModelServer() as server:
        endpoint = Endpoint(Settings(base_url=server.base_url, name="fake"), KEY)
        monkeypatch.setattr(endpoint._client, "post", fails)
        with pytest.raises(Transient) as failed:
            await endpoint.chat(call())
        await endpoint.aclose()
    assert KEY not in str(failed.value)


async def test_garbage_in_place_of_a_batch_is_the_endpoints_failure():
    async with serving(lambda n, body: b"garbage\r\n\r\n") as server:
        endpoint = Endpoint(Settings(base_url=server.base_url, name="fake"), KEY)
        for asked in (endpoint.submit("a.jsonl", b"{}\n"), endpoint.batch("batch-1")):
            with pytest.raises(FetchError, match="not answer in HTTP"):
                await asked
        await endpoint.aclose()
