"""Causes of failures in words."""

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey

from vqva_crawl.clients.faults import first_line
from vqva_crawl.clients.transport import trusted


@pytest.mark.parametrize("tls", [True, False, trusted()], ids=["default", "unchecked", "context"])
def test_a_refused_connection_is_told_without_the_options_of_tls(tls) -> None:
    key = ConnectionKey("a.test", 80, False, tls, None, None, None)
    refused = aiohttp.ClientConnectorError(key, OSError(111, "Connect call failed"))
    assert "ssl:" in str(refused)
    assert first_line(refused) == "Cannot connect to host a.test:80 [Connect call failed]"
