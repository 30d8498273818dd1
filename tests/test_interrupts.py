"""A run that is interrupted early, or from a notebook, ends in good order."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest

import runs
from webpages import gallery

# The interpreter's own start is not ours: the clock runs from our door on.
DOOR = "from vqva_crawl.__main__ import main; print('up', flush=True); main()"


@pytest.mark.parametrize("after", [0.05, 0.5, 1.2])
def test_ctrl_c_in_the_first_seconds_is_one_line(tmp_path, after):
    process = subprocess.Popen(
        [sys.executable, "-c", DOOR, "run", "--config", "quickstart", "--quiet"],
        cwd=tmp_path,
        env=runs.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "up\n"
    time.sleep(after)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert len(err.strip().splitlines()) == 1


CELL = """
import asyncio, os, signal, threading, time
import vqva_crawl as vc

async def cell():
    threading.Timer(6, os.kill, (os.getpid(), signal.SIGINT)).start()
    try:
        vc.run(CONFIG)
    except KeyboardInterrupt:
        print("stopped")
    began = time.monotonic()
    report = vc.run(CONFIG, overrides=["fetch.per_host.delay=0"])
    print(report.samples)

asyncio.new_event_loop().run_until_complete(cell())  # as a kernel does
"""


def test_an_interrupted_cell_lets_go_of_the_run(tmp_path, serve):
    site = serve(gallery(14))
    slow = {"allow_origins": [site.origin], "per_host": {"concurrency": 1, "delay": 0.3}}
    config = runs.config(tmp_path, [site.origin], fetch=slow)
    (tmp_path / "cell.py").write_text(f"CONFIG = {str(config)!r}\n{CELL}")
    environment = {**runs.environment(), "PYTHONUNBUFFERED": "1"}
    done = subprocess.run(
        [sys.executable, "cell.py"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout.split() == ["stopped", "14"], done.stderr
