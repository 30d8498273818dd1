"""All checks of a config: those that need nothing else at once, then the clock."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from vqva_crawl.config import Config, Fetch, load
from vqva_crawl.doctor import disk, machine, models, web
from vqva_crawl.doctor.finding import Check, Finding, failed, looked
from vqva_crawl.errors import ConfigError
from vqva_crawl.running import check as check_config

SKIPPED = "not looked at (--offline)"


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
    findings = asyncio.run(_all(config, offline))
    taken = round(time.monotonic() - began, 3)
    return Diagnosis(reference, offline, (first, *findings), taken)


def _config(reference: str, overrides: Sequence[str]) -> tuple[Config | None, Finding]:
    """The config, None with a failure where it is of no use; the machine is looked at anyway."""
    try:
        config = load(reference, tuple(overrides))
        check_config(config)
        models.endpoints(config)
    except ConfigError as error:
        return None, failed("config", str(error), code=ConfigError.exit_code)
    return config, Finding("config", "ok", f"{reference} can be run")


async def _all(config: Config | None, offline: bool) -> list[Finding]:
    fetch = config.fetch if config else Fetch()
    checks = [
        Check("versions", 5, machine.versions),
        Check("certificates", 5, machine.certificates),
        Check("proxy", 5, partial(machine.proxy, fetch.proxy)),
        Check("browser", 5, partial(machine.browser, fetch.render)),
        Check("processes", 25, machine.children),
    ]
    if config is None:
        return list(await asyncio.gather(*map(looked, checks)))
    checks.append(Check("folder", 15, partial(disk.folder, config.storage), disk.DISK))
    dates = web.Dates()
    asking = _asking(config, dates)
    if offline:
        found = await asyncio.gather(*map(looked, checks))
        return [*found, *(Finding(check.name, "skipped", SKIPPED) for check in asking)]
    found = await asyncio.gather(*map(looked, [*checks, *asking]))
    return [*found, await looked(Check("clock", 5, partial(web.clock, dates)))]


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
