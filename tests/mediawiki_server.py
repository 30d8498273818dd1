"""A real MediaWiki on loopback, out of Debian's packages, with pages and pictures of our own.

SQLite holds it and PHP's own web server serves it, so neither a database nor Apache is needed; all
it writes lies in one folder.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

CODE = Path("/usr/share/mediawiki")
DEADLINE = 60  # seconds for one step of the installation, and for the server to answer
SETTINGS = """
$wgArticlePath = '/wiki/$1';
$wgEnableUploads = true;
$wgUploadPath = '/images';
$wgUploadDirectory = '{folder}/images';
$wgCacheDirectory = '{folder}/cache';
$wgUseImageMagick = false;
$wgRightsUrl = '{licence}';
$wgRightsText = 'the licence of this wiki';
$wgJobRunRate = 0;
$wgLanguageCode = 'en';
"""
# Apache's rewrite rules of a usual installation, for PHP's own server.
ROUTER = """<?php
file_put_contents('{folder}/asked', $_SERVER['REQUEST_URI'] . "\\n", FILE_APPEND);
$path = urldecode(parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH));
if (str_starts_with($path, '/images/')) {
    $file = '{folder}' . $path;
    if (!is_file($file)) { http_response_code(404); exit; }
    header('Content-Type: ' . mime_content_type($file));
    readfile($file);
    exit;
}
if ($path === '/robots.txt') {
    header('Content-Type: text/plain');
    echo "User-agent: *\\nDisallow: /w/\\n";
    exit;
}
if (str_starts_with($path, '/wiki/')) { $_SERVER['PATH_INFO'] = substr($path, 5); }
elseif (!in_array($path, ['/w/api.php', '/w/index.php'])) { http_response_code(404); exit; }
$script = $path === '/w/api.php' ? 'api.php' : 'index.php';
$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = "/w/$script";
chdir('{code}');
require "{code}/$script";
"""


@dataclass(frozen=True)
class Wiki:
    """A wiki that runs."""

    origin: str
    folder: Path

    @property
    def api(self) -> str:
        return f"{self.origin}/w/api.php"

    def asked(self) -> list[str]:
        """Path and query of all requests so far, in their order."""
        return (self.folder / "asked").read_text().splitlines()


def missing() -> str:
    """What has to be installed for it, "" when all is there."""
    if shutil.which("php") and (CODE / "maintenance/install.php").exists():
        return ""
    return "needs Debian's mediawiki php8.2-cli php8.2-sqlite3 php8.2-gd"


@contextmanager
def mediawiki(
    folder: Path, pages: Mapping[str, str], pictures: Mapping[str, bytes], licence: str = ""
) -> Iterator[Wiki]:
    """A wiki with these pages (title to wikitext) and files (name to bytes) until the block ends.

    `licence` is the URL that its pages state.
    """
    port = _free_port()
    origin = f"http://127.0.0.1:{port}"
    _install(folder, origin, licence)
    _fill(folder, pages, pictures)
    router = folder / "router.php"
    router.write_text(ROUTER.replace("{folder}", str(folder)).replace("{code}", str(CODE)))
    with (folder / "server.log").open("w") as out:
        command = ["php", "-S", f"127.0.0.1:{port}", "-t", str(CODE), str(router)]
        server = subprocess.Popen(command, stdout=out, stderr=out, env=_environment(folder))
        try:
            _wait(f"{origin}/w/api.php", server)
            yield Wiki(origin, folder)
        finally:
            server.kill()
            server.wait()


def _install(folder: Path, origin: str, licence: str) -> None:
    for name in ("images", "cache"):
        (folder / name).mkdir(parents=True)
    places = ("--dbtype=sqlite", f"--dbpath={folder}/db", f"--confpath={folder}")
    web = (f"--server={origin}", "--scriptpath=/w", "--pass=loopback-wiki-1")
    _php(folder, "install.php", *places, *web, "Field notes", "Admin")
    with (folder / "LocalSettings.php").open("a") as settings:
        settings.write(SETTINGS.replace("{folder}", str(folder)).replace("{licence}", licence))


def _fill(folder: Path, pages: Mapping[str, str], pictures: Mapping[str, bytes]) -> None:
    new = folder / "new"
    new.mkdir()
    for name, body in pictures.items():
        (new / name).write_bytes(body)
    if pictures:
        _php(folder, "importImages.php", "--user=Admin", str(new))
    _php(folder, "importDump.php", given=_dump(pages))


def _dump(pages: Mapping[str, str]) -> str:
    """The pages as one wiki hands them to another (Help:Export)."""
    made = (
        "<timestamp>2024-01-01T00:00:00Z</timestamp><contributor><ip>127.0.0.1</ip></contributor>"
    )
    entries = (
        f"<page><title>{escape(title)}</title><ns>0</ns><revision>{made}<model>wikitext</model>"
        f"<format>text/x-wiki</format><text xml:space='preserve'>{escape(text)}</text>"
        "</revision></page>"
        for title, text in pages.items()
    )
    return f"<mediawiki version='0.11' xml:lang='en'>{''.join(entries)}</mediawiki>"


def _php(folder: Path, script: str, *arguments: str, given: str = "") -> None:
    command = ["php", str(CODE / "maintenance" / script), *arguments]
    ended = subprocess.run(
        command,
        input=given,
        env=_environment(folder) if script != "install.php" else None,
        capture_output=True,
        text=True,
        timeout=DEADLINE,
    )
    assert ended.returncode == 0, f"{script}: {ended.stdout}{ended.stderr}"


def _environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "MW_CONFIG_FILE": str(folder / "LocalSettings.php")}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + DEADLINE
    while True:
        try:
            with urllib.request.urlopen(url, timeout=DEADLINE):
                return
        except OSError:
            assert server.poll() is None, "the wiki's server ended at once"
            assert time.monotonic() < deadline, "the wiki does not answer"
            time.sleep(0.1)
