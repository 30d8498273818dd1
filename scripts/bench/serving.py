"""nginx over one folder on loopback, with a config of its own."""

from __future__ import annotations

import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CONFIG = """
daemon off;
worker_processes 1;
pid {place}/nginx.pid;
error_log {place}/error.log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    sendfile on;
    keepalive_requests 100000;
    types {{ text/html html; image/jpeg jpg; image/png png; text/plain txt; }}
    client_body_temp_path {place}/body;
    proxy_temp_path {place}/proxy;
    fastcgi_temp_path {place}/fastcgi;
    uwsgi_temp_path {place}/uwsgi;
    scgi_temp_path {place}/scgi;
    server {{ listen 127.0.0.1:{port}; root {folder}; }}
}}
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def wait_for(port: int, host: str = "127.0.0.1") -> None:
    """Until somebody listens there; OSError when nobody does for five seconds."""
    for left in range(100, 0, -1):
        try:
            socket.create_connection((host, port), 0.1).close()
            return
        except OSError:
            if left == 1:
                raise
            time.sleep(0.05)


@contextmanager
def nginx(folder: Path) -> Iterator[str]:
    """The origin of a folder that every user may read (nginx's workers are nobody)."""
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        port = free_port()
        config = Path(place) / "nginx.conf"
        config.write_text(CONFIG.format(place=place, port=port, folder=folder))
        process = subprocess.Popen(["nginx", "-c", str(config)])
        try:
            wait_for(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()
