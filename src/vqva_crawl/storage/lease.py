"""The lock of a run: a lease in the ledger with an owner token. A second process exits 75.

A holder on this machine is asked whether it lives; a holder elsewhere has to renew its lease, which
is taken over when it has expired.
"""

from __future__ import annotations

import os
import socket
import time
import uuid
from pathlib import Path

from sqlalchemy import Connection, delete, select, update

from vqva_crawl.errors import Locked
from vqva_crawl.storage import tables as t
from vqva_crawl.storage.ledger import Ledger, add

SECONDS = 60.0  # a lease's length; renewed every third of it


class Lease:
    """Holds the run from construction to `release`. Raises Locked when another process has it."""

    def __init__(self, ledger: Ledger, name: str) -> None:
        self._ledger = ledger
        self._name = name
        self._owner = uuid.uuid4().hex
        with ledger.begin() as c:
            self._take(c)

    def _take(self, c: Connection) -> None:
        mine = {
            "owner": self._owner,
            "host": socket.gethostname(),
            "pid": os.getpid(),
            "started": process_start(os.getpid()),
            "expires": time.time() + SECONDS,
        }
        if add(c, t.lease, [{"name": self._name, **mine}]):
            return
        held = c.execute(select(t.lease).where(t.lease.c.name == self._name)).one()
        local = held.host == mine["host"]
        alive = local and process_start(held.pid) == held.started
        if alive or (not local and held.expires > time.time()):
            raise Locked(
                f"run '{self._name}' is held by process {held.pid} on {held.host}; "
                f"wait until it ends or stop it, then run the same command again"
            )
        # The owner we saw must still be the owner: two takers race, one wins.
        where = (t.lease.c.name == self._name) & (t.lease.c.owner == held.owner)
        if not c.execute(update(t.lease).where(where).values(**mine)).rowcount:
            raise Locked(
                f"run '{self._name}' was just taken by another process; wait until that one ends"
            )

    def renew(self) -> None:
        """Prolongs the lease; Locked when it was lost to another process."""
        where = (t.lease.c.name == self._name) & (t.lease.c.owner == self._owner)
        with self._ledger.begin() as c:
            values = {"expires": time.time() + SECONDS}
            if not c.execute(update(t.lease).where(where).values(**values)).rowcount:
                raise Locked(
                    f"run '{self._name}' was taken over while this process stood still; "
                    f"the other process goes on with it"
                )

    def release(self) -> None:
        where = (t.lease.c.name == self._name) & (t.lease.c.owner == self._owner)
        with self._ledger.begin() as c:
            c.execute(delete(t.lease).where(where))


def process_start(pid: int) -> str:
    """When a process of this machine began (clock ticks since boot), "" when there is none.

    Where there is no /proc, the pid alone has to do.
    """
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except FileNotFoundError:
        if Path("/proc/self/stat").exists():
            return ""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return ""
    except PermissionError:
        pass
    return str(pid)
