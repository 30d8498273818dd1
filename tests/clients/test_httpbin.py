"""The fetcher against httpbin, the test server that many HTTP clients are tried on.

Debian's package runs in a process of its own: the one on the package index asks for a greenlet
older than Playwright can use.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from vqva_crawl.clients.cached import StoredResponses
from vqva_crawl.errors import FetchError, RateLimited, Refused, Transient
from vqva_crawl.storage.cache import Entries

SECONDS = 30.0  # until it has to answer
INSTALLED = Path("/usr/lib/python3/dist-packages/httpbin").is_dir()
MISSING = "needs Debian's python3-httpbin and gunicorn"


@pytest.fixture(scope="module")
def httpbin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its origin, while it runs."""
    gunicorn = shutil.which("gunicorn", path="/usr/bin")
    if gunicorn is None or not INSTALLED:
        pytest.skip(MISSING)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{probe.getsockname()[1]}"
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    with (tmp_path_factory.mktemp("httpbin") / "log").open("w") as said:
        server = subprocess.Popen(
            [gunicorn, "--bind", place, "--threads", "8", "httpbin:app"],
            env={**environment, "PATH": "/usr/bin:/bin"},
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
        try:
            wait_for(f"http://{place}/get", server)
            yield f"http://{place}"
        finally:
            os.killpg(server.pid, signal.SIGKILL)  # its worker too
            server.wait()


def wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            assert server.poll() is None, "httpbin ended at once"
            assert time.monotonic() < deadline, "httpbin does not answer"
            time.sleep(0.1)


@pytest.fixture
def fetcher(httpbin, fetcher_for):
    return fetcher_for(allow_origins=(httpbin,))


async def failure(fetcher, url: str, kind: str = "text") -> FetchError:
    with pytest.raises(FetchError) as caught:
        await fetcher.get(url, kind)
    return caught.value


# Redirects -----------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["redirect", "relative-redirect", "absolute-redirect"])
async def test_five_redirects_are_followed_and_six_are_not(httpbin, fetcher, form):
    found = await fetcher.get(f"{httpbin}/{form}/5", "text")
    assert found.url == f"{httpbin}/get"
    assert fetcher.counters.requests == 7  # robots.txt, five redirects, the page
    assert (await failure(fetcher, f"{httpbin}/{form}/6")).kind == "redirects"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_every_kind_of_redirect_is_vetted(httpbin, fetcher, status):
    def to(target: str) -> str:
        return f"{httpbin}/redirect-to?url={target}&status_code={status}"

    assert (await fetcher.get(to("/html"), "page")).url == f"{httpbin}/html"
    assert (await failure(fetcher, to("http://169.254.169.254/latest"))).kind == "denied_address"
    assert (await failure(fetcher, to("file:///etc/passwd"))).kind == "protocol"


# Encodings -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "said"), [("gzip", "gzipped"), ("deflate", "deflated")])
async def test_packed_answers_are_unpacked(httpbin, fetcher, path, said):
    found = await fetcher.get(f"{httpbin}/{path}", "text")
    assert json.loads(found.body)[said] is True


async def test_brotli_is_unpacked_and_asked_for(httpbin, fetcher):
    found = await fetcher.get(f"{httpbin}/brotli", "text")
    assert json.loads(found.body)["brotli"] is True
    assert "br" in json.loads(found.body)["headers"]["Accept-Encoding"]


# Slow and long bodies ------------------------------------------------------------------------


async def test_a_drip_that_ends_in_time_is_read(httpbin, fetcher_for):
    fetcher = fetcher_for(allow_origins=(httpbin,))
    found = await fetcher.get(f"{httpbin}/drip?duration=1&numbytes=5&delay=0", "text")
    assert found.body == b"*****"


@pytest.mark.parametrize(
    ("path", "kind"),
    [("drip?duration=9&numbytes=9&delay=0", "slow"), ("delay/9", "timeout")],
)
async def test_what_takes_longer_than_the_deadline_is_given_up(httpbin, fetcher_for, path, kind):
    fetcher = fetcher_for(allow_origins=(httpbin,), timeout=1)
    await fetcher.robots.rules(httpbin)
    began = time.monotonic()
    error = await failure(fetcher, f"{httpbin}/{path}")
    assert (type(error), error.kind) == (Transient, kind)
    assert time.monotonic() - began < 8


async def test_a_delay_within_the_deadline_is_waited_for(httpbin, fetcher):
    assert (await fetcher.get(f"{httpbin}/delay/1", "text")).status == 200


async def test_a_stream_is_read_to_its_end(httpbin, fetcher):
    found = await fetcher.get(f"{httpbin}/stream/20", "text")
    assert [json.loads(line)["id"] for line in found.body.splitlines()] == list(range(20))


async def test_a_range_is_read_whole_and_up_to_the_cap(httpbin, fetcher_for):
    fetcher = fetcher_for(allow_origins=(httpbin,), max_page_bytes=1024)
    url = f"{httpbin}/range/1024?chunk_size=10"
    assert len((await fetcher.get(url, "text")).body) == 1024
    assert (await failure(fetcher, f"{httpbin}/range/1025", "asset")).kind == "too_large"
    unsaid = f"{httpbin}/stream/100"  # its length is not told
    assert (await failure(fetcher, unsaid, "asset")).kind == "too_large"


# Types ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["png", "jpeg", "webp"])
async def test_pictures_are_pictures(httpbin, fetcher, format):
    found = await fetcher.get(f"{httpbin}/image/{format}", "image")
    assert found.headers["content-type"] == f"image/{format}"
    assert (await failure(fetcher, f"{httpbin}/image/{format}", "page")).kind == "wrong_type"


async def test_other_types_are_refused(httpbin, fetcher):
    assert (await failure(fetcher, f"{httpbin}/get", "page")).kind == "wrong_type"
    assert (await failure(fetcher, f"{httpbin}/html", "image")).kind == "wrong_type"
    assert (await failure(fetcher, f"{httpbin}/bytes/64", "page")).kind == "wrong_type"


# Statuses ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [
        (204, Refused, "http_204"),
        (400, Refused, "http_400"),
        (401, Refused, "http_401"),
        (403, Refused, "http_403"),
        (404, Refused, "http_404"),
        (410, Refused, "http_410"),
        (418, Refused, "http_418"),
        (429, RateLimited, "http_429"),
        (500, Transient, "http_500"),
        (502, Transient, "http_502"),
        (503, RateLimited, "http_503"),
        (504, Transient, "http_504"),
    ],
)
async def test_statuses_have_their_kinds(httpbin, fetcher, status, error, kind):
    got = await failure(fetcher, f"{httpbin}/status/{status}")
    assert (type(got), got.kind) == (error, kind)


async def test_no_password_is_ever_sent(httpbin, fetcher):
    place = httpbin.removeprefix("http://")
    error = await failure(fetcher, f"http://me:secret@{place}/basic-auth/me/secret")
    assert error.kind == "http_401"


async def test_cookies_are_not_kept(httpbin, fetcher):
    found = await fetcher.get(f"{httpbin}/cookies/set?id=1", "text")
    assert json.loads(found.body) == {"cookies": {}}


async def test_its_robots_txt_is_obeyed(httpbin, fetcher):
    error = await failure(fetcher, f"{httpbin}/deny")
    assert (error.kind, fetcher.counters.requests) == ("robots", 1)


# Asking again --------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["etag/vintage", "cache"])
async def test_what_has_not_changed_is_not_sent_again(httpbin, fetcher_for, tmp_path, path):
    cache = StoredResponses(Entries(tmp_path))
    url = f"{httpbin}/{path}"
    first = await fetcher_for(allow_origins=(httpbin,), cache=cache).get(url, "text")
    again = fetcher_for(allow_origins=(httpbin,), cache=cache, refresh=0)
    second = await again.get(url, "text")
    assert (second.body, second.cached) == (first.body, False)
    # robots.txt was kept, and the answer had no body
    assert (again.counters.requests, again.counters.bytes) == (1, 0)
