"""A run's folder: where everything of a run lies, and what is thrown away when it is opened."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from sqlalchemy import URL

from vqva_crawl.config import Storage
from vqva_crawl.errors import ConfigError, StorageError
from vqva_crawl.records import digest
from vqva_crawl.storage.ledger import Ledger, get_fact
from vqva_crawl.storage.parts import PartStore
from vqva_crawl.storage.rests import Rests


class RunFolder:
    """Paths below `<storage.root>/<name>`; parts and dataset may live at an fsspec URL instead."""

    def __init__(self, storage: Storage, name: str) -> None:
        self.name = name
        self.path = Path(storage.root) / name
        self._min_free = storage.min_free_mb << 20
        remote = (
            f"{storage.parts.rstrip('/')}/{name}" if storage.parts else str(self.path.absolute())
        )
        self.parts_url = f"{remote}/parts"
        self.dataset_url = f"{remote}/dataset"
        self._ledger = storage.ledger

    def ledger(self, create: bool = True, read_only: bool = False) -> Ledger:
        """The run's ledger; for what it is given and raises see there.

        Raises ConfigError, too, where `storage.ledger` is the file of another run.
        """
        if self._ledger is None:  # the folder may have another name than when it began
            own = str(self.path.absolute() / "ledger.sqlite")
            return Ledger(URL.create("sqlite", database=own), create, read_only)
        ledger = Ledger(self._ledger.get_secret_value(), create, read_only, schema(self.name))
        with ledger.begin() as c:
            of = get_fact(c, "run") or self.name
        if of != self.name:
            ledger.close()
            raise ConfigError(
                f"storage.ledger: {ledger.place} is the ledger of run '{of}'; leave the key out, "
                f"name another file, or a PostgreSQL database, which holds those of many runs"
            )
        return ledger

    def create(self) -> None:
        """Makes the folder; StorageError when that or writing into it is not possible."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            probe = self.path / f".probe-{os.getpid()}"
            probe.write_bytes(b"")
            probe.unlink()
        except OSError as error:
            raise StorageError(
                f"{self.path}: cannot be written ({error.strerror}); choose another storage.root"
            ) from error

    def check_space(self) -> None:
        """StorageError when the disk is nearly full, while there is room to stop in order."""
        free = shutil.disk_usage(self.path).free
        if free < self._min_free:
            raise StorageError(
                f"{self.path}: {free >> 20} MB free, storage.min_free_mb asks for "
                f"{self._min_free >> 20}; free some space and run again"
            )

    def parts(self) -> PartStore:
        return PartStore(self.parts_url)

    def journal(self, unit: str) -> Path:
        return self.path / "journal" / f"{unit}.log"

    @property
    def spool(self) -> Path:
        """Picture bytes of open units."""
        return self.cache / "pictures"

    def drop_spool(self) -> None:
        shutil.rmtree(self.spool, ignore_errors=True)

    @property
    def cache(self) -> Path:
        return self.path / "cache"

    @property
    def search(self) -> Path:
        """What search backends keep."""
        return self.path / "search"

    @property
    def batches(self) -> Path:
        """Batch files of model calls, in a folder for each endpoint."""
        return self.path / "batch"

    @property
    def spend(self) -> Path:
        """What model calls cost, a line for each attempt."""
        return self.path / "spend.jsonl"

    @property
    def rests(self) -> Rests:
        """The hosts that asked to be left alone."""
        return Rests(self.path / "rests.txt")

    @property
    def report(self) -> Path:
        return self.path / "report"


def schema(run: str) -> str:
    """The schema of a run's tables on PostgreSQL, where a name has at most 63 bytes."""
    whole = f"run_{run}"
    return whole if len(whole) <= 63 else f"{whole[:46]}_{digest(run)[:16]}"


def remove_orphans(parts: PartStore, committed: set[str], most: int, ledger: str) -> list[str]:
    """Removes parts that no row of the ledger names (a kill between rename and commit).

    StorageError, with nothing removed, when there are more than the `most` that a kill explains.
    """
    orphans = [unit for unit in parts.units() if unit not in committed]
    if len(orphans) > most:
        raise StorageError(
            f"{ledger}: does not know {len(orphans)} units of {parts.root}, such as {orphans[0]}: "
            f"it is probably an older copy; bring back the newer one, or move these units' folders "
            f"away to have their work done again (nothing was deleted)"
        )
    for unit in orphans:
        parts.remove(unit)
    return orphans
