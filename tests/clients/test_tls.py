import asyncio
import shutil
import ssl
import subprocess
from pathlib import Path

import pytest

from vqva_crawl.errors import FetchError, Refused

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes the certificate")


@pytest.fixture
def self_signed(tmp_path: Path) -> ssl.SSLContext:
    subject = ["-subj", "/CN=secure.test", "-addext", "subjectAltName=DNS:secure.test"]
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    files = ["-nodes", "-keyout", str(tmp_path / "key"), "-out", str(tmp_path / "cert")]
    subprocess.run([*command, *files, *subject], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert", tmp_path / "key")
    return context


async def test_the_name_is_kept_for_tls_and_the_certificate_is_checked(
    self_signed: ssl.SSLContext, fetcher_for
) -> None:
    names: list[str | None] = []
    self_signed.sni_callback = lambda _, name, __: names.append(name)

    async def nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(nothing, "127.0.0.1", 0, ssl=self_signed)
    port = server.sockets[0].getsockname()[1]

    async def lookup(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    origin = f"https://secure.test:{port}"
    fetcher = fetcher_for(allow_origins=(origin,), lookup=lookup, robots="ignore")
    with pytest.raises(FetchError) as error:
        await fetcher.get(f"{origin}/", "page")
    assert (type(error.value), error.value.kind) == (Refused, "tls")
    assert names == ["secure.test"]
    server.close()
    await server.wait_closed()
