"""One running Chromium, behind walls: nothing it does by itself reaches any network."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import suppress
from pathlib import Path

from playwright.async_api import Browser as Driven
from playwright.async_api import BrowserContext, Error, Playwright, async_playwright

PATIENCE = 5.0  # seconds that a browser has to end, or to open a page
START = 30.0  # seconds to start

# A proxy that nobody can reach and a resolver that knows no name, for addresses too: what the
# routes of a page do not see (prefetch, WebRTC, what a release adds) ends here. UDP goes by no
# proxy; its switch has had two names.
WALLS = (
    "--proxy-server=http://127.0.0.1:9",
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-quic",
    "--dns-prefetch-disable",
    "--no-pings",
)
QUIET = (
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)
# Of ours, a browser sees what it needs to start: no keys.
ENVIRONMENT = ("PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH")
# A second look, for browsers that know neither switch.
NO_SOCKETS = "delete self.RTCPeerConnection; delete self.webkitRTCPeerConnection; " + (
    "delete self.WebTransport"
)
WIDTH, HEIGHT = 1280, 2000  # CSS pixels: tall, so that less has to be scrolled


class Browser:
    """A Chromium and the driver it is spoken to by. `worn` tells that it is not to be used again;
    `users` counts the pages under way in it."""

    def __init__(self, playwright: Playwright, driven: Driven, pid: int) -> None:
        self.pid = pid
        self.pages = 0
        self.users = 0
        self.worn = False
        self._playwright = playwright
        self._driven = driven
        driven.on("disconnected", self._wear)

    @classmethod
    async def start(cls, path: Path | None) -> Browser:
        """Raises Error (of Playwright) when it does not start.

        Chromium's sandbox is off for root alone, under whom it does not start with it.
        """
        playwright = await async_playwright().start()
        try:
            driven = await playwright.chromium.launch(
                executable_path=path,
                args=[*QUIET, *WALLS],
                chromium_sandbox=os.geteuid() != 0,
                env={name: os.environ[name] for name in ENVIRONMENT if name in os.environ},
                handle_sigint=False,  # a signal is ours; the run is brought to a checkpoint first
                handle_sigterm=False,
                handle_sighup=False,
                timeout=START * 1000,
            )
            return cls(playwright, driven, (await _processes(driven))[0])
        except BaseException:
            await playwright.stop()
            raise

    async def context(self, user_agent: str) -> BrowserContext:
        """A profile of its own for one page. Raises Error, TimeoutError."""
        self.pages += 1
        async with asyncio.timeout(PATIENCE):
            context = await self._driven.new_context(
                user_agent=user_agent,
                viewport={"width": WIDTH, "height": HEIGHT},
                service_workers="block",
                accept_downloads=False,
            )
            await context.add_init_script(NO_SOCKETS)
            return context

    async def memory(self) -> int:
        """Bytes that its processes take, shared ones counted in each. Raises Error and
        TimeoutError."""
        async with asyncio.timeout(PATIENCE):
            return sum(map(_resident, await _processes(self._driven)))

    def kill(self) -> None:
        """Its children end with it: their pipes break."""
        self._wear()
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    async def aclose(self) -> None:
        """Asks it to end, and kills it when it does not."""
        self._wear()
        try:
            async with asyncio.timeout(PATIENCE):
                await self._driven.close()
        except (Error, TimeoutError):
            self.kill()
        with suppress(Error, TimeoutError):
            async with asyncio.timeout(PATIENCE):
                await self._playwright.stop()

    def _wear(self, *_: object) -> None:
        self.worn = True


async def _processes(driven: Driven) -> list[int]:
    """The pids of a browser, that of its main process first."""
    session = await driven.new_browser_cdp_session()
    try:
        found = (await session.send("SystemInfo.getProcessInfo"))["processInfo"]
    finally:
        await session.detach()
    return [p["id"] for p in sorted(found, key=lambda p: p["type"] != "browser")]


def _resident(pid: int) -> int:
    """The resident bytes of a process; 0 where /proc does not tell."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
