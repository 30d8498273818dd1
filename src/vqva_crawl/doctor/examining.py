"""All checks of a config: those that need nothing else at once, then the clock."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from vqva_crawl.config import Config, load
from vqva_crawl.doctor import disk, machine, models, web
from vqva_crawl.doctor.finding import Check, Finding, failed, looked
from vqva_crawl.errors import ConfigError
from vqva_crawl.running import check as check_config

OFFLINE, UNUSABLE = "--offline", "the config cannot be run"
HOME = ("proxy", "browser", "folder")


@dataclass(frozen=True)
class Diagnosis:
    config: str
    offline: bool
    findings: tuple[Finding, ...]
    seconds: float

    @property
    def exit_code(self) -> int:
        """That of the first failure; warnings are none."""
        return next((f.code for f in self.findings if f.state == "failed"), 0)


def examine(reference: str, overrides: Sequence[str], offline: bool) -> Diagnosis:
    """Looks at everything that a run of the config needs, in less than a minute."""
    began = time.monotonic()
    config, first = _config(reference, overrides)
    findings = asyncio.run(_all(config, first.state == "ok", offline))
    taken = round(time.monotonic() - began, 3)
    return Diagnosis(reference, offline, (first, *findings), taken)


def _config(reference: str, overrides: Sequence[str]) -> tuple[Config | None, Finding]:
    """The config, None where it cannot be read, and whether a run could use it."""
    config = None
    try:
        config = load(reference, tuple(overrides))
        check_config(config)
        models.endpoints(config)
    except ConfigError as error:
        return config, failed("config", str(error), code=ConfigError.exit_code)
    return config, Finding("config", "ok", f"{reference} can be run")


async def _all(config: Config | None, usable: bool, offline: bool) -> list[Finding]:
    checks = [
        Check("versions", 5, machine.versions),
        Check("certificates", 5, machine.certificates),
        Check("processes", 25, machine.children),
        *(_at_home(config) if config else ()),
    ]
    dates = web.Dates()
    if config and usable and not offline:
        found = await asyncio.gather(*map(looked, [*checks, *_asking(config, dates)]))
        return [*found, await looked(Check("clock", 5, partial(web.clock, dates)))]
    found = await asyncio.gather(*map(looked, checks))
    if config and usable:
        return [*found, *_skipped((check.name for check in _asking(config, dates)), OFFLINE)]
    rest = ("search", "model", "clock") if config else (*HOME, "search", "model", "clock")
    return [*found, *_skipped(rest, UNUSABLE)]


def _skipped(names: Iterable[str], why: str) -> list[Finding]:
    return [Finding(name, "skipped", f"not looked at ({why})") for name in names]


def _at_home(config: Config) -> list[Check]:
    """The checks of what the config says that ask nobody; they need no config that can be run."""
    proxy, browser, folder = HOME
    through = config.fetch.proxy.get_secret_value() if config.fetch.proxy else None
    return [
        Check(proxy, 5, partial(machine.proxy, through)),
        Check(browser, 5, partial(machine.browser, config.fetch.render)),
        Check(folder, 15, partial(disk.folder, config.storage), disk.DISK),
    ]


def _asking(config: Config, dates: web.Dates) -> list[Check]:
    """The checks that ask somebody else."""
    storage = config.storage
    checks: list[Check] = []
    if storage.ledger is not None:
        url = storage.ledger.get_secret_value()
        checks.append(Check("ledger", 15, partial(disk.ledger, url), disk.DISK))
    if storage.parts is not None:
        checks.append(Check("parts", 20, partial(disk.parts, storage.parts), disk.DISK))
    for choice in config.search.backends:
        name = f"search {choice.name or choice.kind}"
        checks.append(Check(name, 20, partial(web.search, config, choice, dates)))
    for asked in models.endpoints(config):
        checks.append(Check(asked.name, 45, partial(models.model, asked), models.MODEL))
    return checks
