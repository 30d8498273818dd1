"""What all tests share: a clean environment and small real web sites on loopback."""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable, Iterator
from unittest import mock

import certifi
import pytest
from hypothesis import settings

from webpages import Site

# Consoles are made when the program is imported; how wide they are is each test's own matter.
os.environ.pop("COLUMNS", None)
# Without stored bytecode each of hundreds of child processes would compile the program anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# How long an example takes says more of the machine than of the code.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

END = "-----END CERTIFICATE-----\n"


@pytest.fixture(scope="session", autouse=True)
def one_authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One is trusted: to read all that a system trusts takes a client longer than most tests."""
    path = tmp_path_factory.mktemp("trusted") / "authority.pem"
    path.write_text(certifi.contents().partition(END)[0] + END)
    paths = ssl.get_default_verify_paths()._replace(
        openssl_cafile=str(path), openssl_capath=str(path.parent / "none")
    )
    with (
        mock.patch.object(certifi, "where", return_value=str(path)),
        mock.patch.object(ssl, "get_default_verify_paths", return_value=paths),
    ):
        yield


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "http_proxy",
        "https_proxy",
        "all_proxy",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture
def serve() -> Iterator[Callable[[dict[str, tuple[str, bytes]]], Site]]:
    """Starts sites that are stopped after the test."""
    sites: list[Site] = []

    def start(files: dict[str, tuple[str, bytes]]) -> Site:
        sites.append(Site(files))
        return sites[-1]

    yield start
    for site in sites:
        site.close()
