"""A real searx on loopback, whose one engine asks an address of the test's for JSON."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

SECONDS = 30.0  # until it has to answer


def settings(port: int, search_url: str) -> dict[str, object]:
    """Its settings.yml; `search_url` has {query} and {pageno}."""
    engine = {
        "name": "catalogue",
        "engine": "json_engine",
        "shortcut": "cat",
        "categories": "general",
        "enable_http": True,
        "paging": True,
        "search_url": search_url,
        "results_query": "results",
        "url_query": "url",
        "title_query": "title",
        "content_query": "content",
    }
    shared = "/usr/share/python3-searx"
    return {
        "general": {"debug": False, "instance_name": "test", "contact_url": False},
        "search": {"safe_search": 0, "autocomplete": "", "default_lang": ""},
        "server": {
            "port": port,
            "bind_address": "127.0.0.1",
            "secret_key": "of this test",
            "base_url": False,
            "image_proxy": False,
            "http_protocol_version": "1.1",
            "method": "GET",
        },
        "ui": {
            "static_path": f"{shared}/static",
            "templates_path": f"{shared}/templates",
            "default_theme": "oscar",
            "default_locale": "",
            "theme_args": {"oscar_style": "logicodev"},
        },
        "outgoing": {"request_timeout": 3.0, "useragent_suffix": ""},
        "locales": {"en": "English"},
        "doi_resolvers": {"none": "http://127.0.0.1/"},
        "default_doi_resolver": "none",
        "engines": [engine],
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def searx(folder: Path, search_url: str) -> Iterator[str]:
    """Its origin, while it runs. Skips the test where the program is not installed."""
    program = shutil.which("searx-run")
    if program is None:
        pytest.skip("needs searx (Debian package searx)")
    port = free_port()
    path = folder / "settings.yml"
    path.write_text(yaml.safe_dump(settings(port, search_url)))
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    with (folder / "searx.log").open("w") as said:
        process = subprocess.Popen(
            [program],
            env={**environment, "SEARX_SETTINGS_PATH": str(path)},
            stdout=said,
            stderr=said,
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/healthz", process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()
            process.wait()


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"searx did not come up: {process.poll()}") from error
            time.sleep(0.1)
