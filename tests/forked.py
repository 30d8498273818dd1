"""Processes forked from one that has loaded the program, to save the seconds that its imports take.

A user's run starts its children anew, and each imports for a second or two before its first page.
The tests of the children themselves do so, and those of whole processes that end by themselves.
Runs inside the tests' process, of which there are hundreds, and those that are killed from outside
take their processes from here.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from unittest import mock

from vqva_crawl.clients import workers

# The program, and what its libraries import at their first use.
LOADED = """vqva_crawl.running vqva_crawl.cli vqva_crawl.stages.extract.stage
vqva_crawl.stages.images.stage scipy.fftpack datasketch pandas""".split()


class _Process(workers._Process):
    _start_method = "forkserver"
    _Popen = staticmethod(ForkServerProcess._Popen)


class _Context(ForkServerContext):
    Process = _Process


CONTEXT = _Context()
CONTEXT.set_forkserver_preload(LOADED)


@contextmanager
def forked_children() -> Iterator[None]:
    """What runs in here forks its children."""
    with mock.patch.object(workers, "_Context", return_value=CONTEXT):
        yield


class Forked:
    """The program at work in a process of its own, which can be killed."""

    def __init__(self, arguments: tuple[str, ...], cwd: Path, environment: dict[str, str]) -> None:
        self._process = CONTEXT.Process(target=_work, args=(arguments, cwd, environment))
        self._process.start()

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self) -> int | None:
        """What it ended with, as Popen gives it."""
        self._process.join()
        return self._process.exitcode

    def kill(self) -> None:
        self._process.kill()
        self._process.join()


def _work(arguments: tuple[str, ...], cwd: Path, environment: dict[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(cwd)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    with open("output.txt", "ab") as output:
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
    sys.argv = ["vqva-crawl", *arguments]
    from vqva_crawl.__main__ import main

    main()
