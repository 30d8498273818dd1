"""Opening a run under its lock, and forking one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from vqva_crawl.config import Config, deciding, differences, parse, to_yaml
from vqva_crawl.errors import ConfigConflict, ConfigError, StorageError
from vqva_crawl.storage import ledger as l
from vqva_crawl.storage.cache import write_whole
from vqva_crawl.storage.folder import RunFolder, remove_orphans
from vqva_crawl.storage.fork import copy_collected
from vqva_crawl.storage.lease import Lease
from vqva_crawl.storage.ledger import Ledger


@contextmanager
def opened(
    config: Config, folder: RunFolder, create: bool = True
) -> Iterator[tuple[Ledger, Lease]]:
    """The run's ledger, under its lock, after what a kill left behind was cleared away.

    Raises Locked, ConfigConflict, StorageError.
    """
    ledger = Ledger(folder.ledger_url, create=create)
    try:
        lease = Lease(ledger, config.name)
        try:
            with ledger.begin() as c:
                committed = set(l.committed(c))
                known = l.get_fact(c, "config") is not None
            if not known and folder.parts().units():
                raise StorageError(
                    f"{folder.parts_url}: there are parts, but the ledger knows no run; give the "
                    f"ledger they belong to (storage.ledger), or another name"
                )
            _check_config(config, ledger)
            remove_orphans(folder.parts(), committed)
            write_whole(folder.path / "config.yaml", to_yaml(config).encode())
            yield ledger, lease
        finally:
            lease.release()
    finally:
        ledger.close()


def _check_config(config: Config, ledger: Ledger) -> None:
    """Files the deciding keys of a new run; refuses other values for an old one."""
    mine = deciding(config)
    with ledger.begin() as c:
        stored = l.get_fact(c, "config")
        if stored is None or not l.last_round(c):  # a typo found before round 1 binds nobody
            l.set_fact(c, "config", mine)
            l.set_fact(c, "started_at", datetime.now(UTC).isoformat(timespec="seconds"))
        elif changed := differences(stored, mine):
            raise ConfigConflict(config.name, changed)


def make_fork(config: Config, name: str) -> Config:
    """Makes run `name` of the documents that run `config.name` collected; gives its config."""
    if name == config.name:
        raise ConfigError(f"--fork {name}: a fork needs a name of its own")
    forked = parse({**config.model_dump(), "name": name}, "--fork")
    source, target = RunFolder(config.storage, config.name), RunFolder(forked.storage, name)
    if not (source.path / "config.yaml").exists():
        raise ConfigError(f"--fork {name}: there is no run '{config.name}' in {source.path.parent}")
    if config.storage.ledger:
        raise ConfigError("--fork: with storage.ledger set, give the fork a ledger of its own")
    target.create()
    with opened(forked, target) as (new, _):
        with new.begin() as c:
            begun = l.last_round(c) > 0
        if not begun:
            old = Ledger(source.ledger_url)
            try:
                copy_collected(old, source.parts(), new, target.parts())
            finally:
                old.close()
    return forked
