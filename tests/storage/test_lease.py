"""A run is held by one process."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from sqlalchemy import update

from vqva_crawl.errors import Locked
from vqva_crawl.storage import tables as t
from vqva_crawl.storage.lease import Lease, process_start
from vqva_crawl.storage.ledger import Ledger


@pytest.fixture
def ledger(tmp_path):
    ledger = Ledger(f"sqlite:///{tmp_path}/ledger.sqlite")
    yield ledger
    ledger.close()


def change(ledger: Ledger, **values: object) -> None:
    with ledger.begin() as c:
        c.execute(update(t.lease).values(**values))


def test_the_second_is_refused_until_the_first_lets_go(ledger):
    first = Lease(ledger, "run")
    with pytest.raises(Locked, match=f"held by process {os.getpid()} .*wait until it ends or stop"):
        Lease(ledger, "run")
    first.release()
    Lease(ledger, "run").release()


def test_a_dead_holder_on_this_machine_is_replaced_at_once(ledger):
    process = subprocess.Popen([sys.executable, "-c", "pass"])
    process.wait()
    Lease(ledger, "run")
    change(ledger, pid=process.pid, started="1")
    second = Lease(ledger, "run")
    second.renew()


def test_a_holder_elsewhere_keeps_it_until_it_expires(ledger):
    first = Lease(ledger, "run")
    change(ledger, host="elsewhere", pid=1)
    with pytest.raises(Locked, match="elsewhere"):
        Lease(ledger, "run")
    change(ledger, expires=0.0)
    Lease(ledger, "run")
    with pytest.raises(Locked, match="taken over"):
        first.renew()


def test_a_lost_lease_is_not_released_for_the_new_holder(ledger):
    first = Lease(ledger, "run")
    change(ledger, owner="somebody else")
    first.release()
    with pytest.raises(Locked):
        Lease(ledger, "run")


def test_a_reused_pid_is_another_process():
    assert process_start(os.getpid())
    assert process_start(2**22 + 1) == ""
