"""Code of others: agents, labellers, search backends and sources that a user brings."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from vqva_crawl.masking import told


@contextmanager
def contained(who: str) -> Iterator[None]:
    """Around a call of `who`: what it raises is an Exception, which costs a record, not the run.

    A cancellation passes where somebody asked for ours (Ctrl-C, the end of the run): asyncio counts
    these in `Task.cancelling`. One of its own making, such as that of a task that it awaits, does
    not. KeyboardInterrupt passes, and GeneratorExit, by which Python closes a coroutine.
    """
    try:
        yield
    except (Exception, KeyboardInterrupt, GeneratorExit):
        raise
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise RuntimeError(f"{who} was cancelled, though not by us") from error
    except SystemExit as error:
        raise RuntimeError(f"{who} tried to end the program") from error
    except BaseException as error:  # Rust's panics are no Exception either
        raise RuntimeError(f"{who} raised {told(error)}") from error
