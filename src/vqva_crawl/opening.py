"""Opening a run under its lock, and forking one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import Any

from vqva_crawl.agents.vlm.prompts import prompt
from vqva_crawl.clients.model.roles import choices
from vqva_crawl.config import Config, deciding, differences, find, parse, to_yaml
from vqva_crawl.config.comparing import collecting
from vqva_crawl.errors import ConfigConflict, ConfigError, StorageError
from vqva_crawl.records import digest
from vqva_crawl.registry import prompts_of
from vqva_crawl.stages.classify import model_digest
from vqva_crawl.storage import ledger as l
from vqva_crawl.storage import totals
from vqva_crawl.storage.cache import write_whole
from vqva_crawl.storage.folder import RunFolder, remove_orphans
from vqva_crawl.storage.fork import copy_collected
from vqva_crawl.storage.lease import Lease
from vqva_crawl.storage.ledger import Ledger

ORPHANS = 8  # units without a row that are removed without a question; more for an engine of more
BY_CONTENT = ("topics", "screen.classifier", "prompts.")  # recorded as what is in a file


@contextmanager
def opened(config: Config, folder: RunFolder) -> Iterator[tuple[Ledger, Lease]]:
    """The ledger of a run that is to be played, under its lock, cleared of what a kill left behind.

    Raises Locked, ConfigConflict, StorageError.
    """
    with _locked(folder.ledger(), config.name) as (ledger, lease):
        _check_parts(folder, ledger)
        _forget_empty(config, folder, ledger)
        _bind(config, ledger)
        _clear(config, folder, ledger)
        write_whole(folder.path / "config.yaml", to_yaml(config).encode())
        yield ledger, lease


@contextmanager
def reopened(config: Config, folder: RunFolder) -> Iterator[Ledger]:
    """The ledger of a run to be published, under its lock; the run itself is left as it is.

    Raises Locked, ConfigConflict, StorageError.
    """
    with _locked(folder.ledger(create=False), config.name) as (ledger, _):
        _check_parts(folder, ledger)
        with ledger.begin() as c:
            stored = l.get_fact(c, "config") or deciding(config)
        # A project may have been moved or its files edited since: nothing is read from them now.
        files = {key: value for key, value in stored.items() if key.startswith(BY_CONTENT)}
        _compare(config.name, stored, deciding(config) | files)
        yield ledger


@contextmanager
def _locked(ledger: Ledger, name: str) -> Iterator[tuple[Ledger, Lease]]:
    with closing(ledger):
        lease = Lease(ledger, name)
        try:
            yield ledger, lease
        finally:
            lease.release()


def _check_parts(folder: RunFolder, ledger: Ledger) -> None:
    with ledger.begin() as c:
        known = l.get_fact(c, "config") is not None
        empty = totals.has_no_document(c)  # such a run may be begun anew
    there = folder.parts().units()
    if not empty and not there:
        raise StorageError(
            f"{ledger.place}: knows documents of a run '{folder.name}' that are not in "
            f"{folder.parts_url}: give this run a name or a ledger of its own, or bring its parts "
            f"back"
        )
    if not known and there:
        raise StorageError(
            f"{folder.parts_url}: there are parts, but the ledger knows no run; give the "
            f"ledger they belong to (storage.ledger), or another name"
        )


def _clear(config: Config, folder: RunFolder, ledger: Ledger) -> None:
    """Removes what the last call left unfinished: no more units than its engine had under way."""
    with ledger.begin() as c:
        committed = set(l.committed(c))
        before = l.get_fact(c, "units_at_once") or 0
    most = max(ORPHANS, config.engine.units, before)
    remove_orphans(folder.parts(), committed, most, ledger.place)
    with ledger.begin() as c:
        l.set_fact(c, "units_at_once", config.engine.units)


# the config a run is bound to -------------------------------------------------------------------


def _forget_empty(config: Config, folder: RunFolder, ledger: Ledger) -> None:
    """A run that has no document yet starts anew when its config was put right."""
    with ledger.begin() as c:
        stored = l.get_fact(c, "config")
        empty = totals.has_no_document(c)
        units = l.committed(c)
    changed = differences(stored, _recorded(config)) if stored and empty else []
    if not changed:
        return
    if any(key.startswith("fetch.") for key in changed):
        shutil.rmtree(folder.cache / "pages", ignore_errors=True)  # fetched under other rules
    shutil.rmtree(folder.search, ignore_errors=True)  # indexes by unit
    for unit in units:
        folder.parts().remove(unit)
    with ledger.begin() as c:
        l.forget_all(c)


def _bind(config: Config, ledger: Ledger) -> None:
    """Files the deciding keys of a new run; refuses other values for an old one."""
    mine = _recorded(config)
    with ledger.begin() as c:
        stored = l.get_fact(c, "config")
        l.set_fact(c, "run", config.name)
        if stored is None or not l.last_round(c):  # a typo found before round 1 binds nobody
            l.set_fact(c, "config", mine)
            l.set_fact(c, "started_at", datetime.now(UTC).isoformat(timespec="seconds"))
        else:
            _compare(config.name, stored, mine)


def _recorded(config: Config) -> dict[str, Any]:
    """The deciding keys with their values, files by what is in them."""
    mine = deciding(config)
    mine["topics"] = digest(find(config.topics).read_bytes())
    if config.screen.classifier is not None:
        mine["screen.classifier"] = model_digest(config.screen.classifier)
    for role, choice in choices(config).items():
        for name in prompts_of(role, choice.name, choice.options):
            mine[f"prompts.{name}"] = prompt(name).digest
    return mine


def _compare(run: str, stored: dict[str, Any], mine: dict[str, Any]) -> None:
    """Raises ConfigConflict."""
    if changed := differences(stored, mine):
        raise ConfigConflict(run, changed, collecting(changed))


# forks ------------------------------------------------------------------------------------------


def make_fork(config: Config, name: str) -> Config:
    """Makes run `name` of the documents that run `config.name` collected; gives its config.

    Raises ConfigConflict when they were collected with other settings than the config's.
    """
    if name == config.name:
        raise ConfigError(f"--fork {name}: a fork needs a name of its own")
    forked = parse({**config.model_dump(), "name": name}, "--fork")
    source, target = RunFolder(config.storage, config.name), RunFolder(forked.storage, name)
    if not (source.path / "config.yaml").exists():
        raise ConfigError(f"--fork {name}: there is no run '{config.name}' in {source.path.parent}")
    with closing(source.ledger(read_only=True)) as old:
        _check_collected(config, old)
        target.create()
        # Not `opened`, which would clear away what a fork that was stopped has copied.
        with _locked(target.ledger(), name) as (new, _):
            with new.begin() as c:
                begun = l.last_round(c) > 0
            if not begun:
                _bind(forked, new)
                copy_collected(old, source.parts(), new, target.parts())
    return forked


def _check_collected(config: Config, old: Ledger) -> None:
    """ConfigConflict when the old run's documents do not obey the config."""
    with old.begin() as c:
        stored = l.get_fact(c, "config")
    mine = _recorded(config)
    if changed := collecting(differences(stored or mine, mine)):
        raise ConfigConflict(config.name, changed, changed)
