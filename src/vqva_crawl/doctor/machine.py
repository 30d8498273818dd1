"""What is asked of the machine alone: packages, certificates, proxies, browser, child processes."""

from __future__ import annotations

import os
import platform
import re
import sys
import time
from importlib.metadata import PackageNotFoundError, requires, version

import httpx

from vqva_crawl.clients.render.found import find_browser
from vqva_crawl.clients.transport import trusted
from vqva_crawl.clients.workers import Workers
from vqva_crawl.config.models import Render
from vqva_crawl.doctor.finding import Finding, failed
from vqva_crawl.errors import ConfigError, WorkerTimeout
from vqva_crawl.version import __version__

LEAST_PYTHON = (3, 11)
TOLD = ("httpx", "aiohttp", "openai", "pyarrow", "pillow", "sqlalchemy", "pydantic")
PROXIES = ("http_proxy", "https_proxy", "all_proxy")
BUNDLES = ("SSL_CERT_FILE", "SSL_CERT_DIR")


async def versions() -> Finding:
    """Python's and the packages' versions; nothing is asked of any registry."""
    found, missing = packages()
    said = ", ".join(f"{name} {found[name]}" for name in TOLD if name in found)
    python = platform.python_version()
    details = {"python": python, "vqva-crawl": __version__, **found}
    if sys.version_info < LEAST_PYTHON:
        least = ".".join(map(str, LEAST_PYTHON))
        return failed("versions", f"Python {python}", f"use Python {least} or later")
    if missing:
        return failed("versions", f"missing: {', '.join(missing)}", "install vqva-crawl again")
    return Finding("versions", "ok", f"Python {python}, {said}", details=details)


def packages() -> tuple[dict[str, str], list[str]]:
    """(name -> version, names of those that are missing) of the packages that we need."""
    found: dict[str, str] = {}
    missing: list[str] = []
    try:
        needed = requires("vqva-crawl") or []
    except PackageNotFoundError:  # it runs from a folder
        needed = list(TOLD)
    for line in needed:
        if "extra ==" in line:
            continue
        name = re.split(r"[^\w.-]", line, maxsplit=1)[0]
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            missing.append(name)
    return found, missing


async def certificates() -> Finding:
    """The authorities that HTTPS connections trust: certifi's, not the system's."""
    count = trusted().cert_store_stats()["x509_ca"]
    if not count:
        advice = "install the package certifi again"
        return failed("certificates", "no certificate authority is trusted", advice)
    said = f"{count} authorities, of the package certifi"
    if named := [name for name in BUNDLES if os.environ.get(name)]:
        advice = "they are not read; an authority of your own has to be in certifi's file"
        return Finding("certificates", "warning", f"{said}; {' and '.join(named)} set", advice)
    return Finding("certificates", "ok", said, details={"authorities": count})


async def proxy(configured: str | None) -> Finding:
    """The environment's proxies are not read, so that no crawled request goes by them unseen."""
    named = sorted(n for p in PROXIES for n in (p, p.upper()) if os.environ.get(n))
    use = httpx.URL(configured).copy_with(username=None, password=None) if configured else None
    said = f"fetch.proxy is {use}" if use else "none"
    if named and not use:
        said = f"{', '.join(named)} set in the environment, which is not read"
        return Finding("proxy", "warning", said, "set fetch.proxy if requests have to go by it")
    return Finding("proxy", "ok", said)


async def browser(render: Render) -> Finding:
    """A Chromium and what drives it: only a warning for a config that renders nothing."""
    try:
        path = find_browser(render.browser)
    except ConfigError as error:
        if render.mode != "off":
            raise
        return Finding("browser", "warning", str(error), "or leave pages unrendered, as now")
    return Finding("browser", "ok", str(path or "the one that Playwright installed"))


async def children() -> Finding:
    """A child process starts, works, and is killed at its deadline."""
    workers = Workers(1)
    try:
        await workers.call(os.getpid, timeout=10)
        began = time.monotonic()
        try:
            await workers.call(time.sleep, 60.0, timeout=0.5)
        except WorkerTimeout:
            took = time.monotonic() - began
            return Finding("processes", "ok", f"one starts, and is killed in {took:.1f} s")
        return failed("processes", "a child process was not killed at its deadline")
    finally:
        await workers.aclose()
