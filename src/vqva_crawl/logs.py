"""The JSON log of a run: one line an event, in `logs/` of the run's folder."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import structlog

from vqva_crawl.errors import StorageError
from vqva_crawl.masking import masked

KEY = re.compile(r"(?i)(bearer\s+|(?:api[_-]?key|token)[^\w/]{1,3})[^\s\"'@&]+")
_WORD = re.compile(r"[^\s\"']+")
# Of user:password@ what stands before the password; digits up to a slash are a port.
_USER = re.compile(r"://[^][/?#\s\"'@:]*:(?!\d*(?:[/?#]|$))")


def redact(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Last in the chain: nothing that looks like a key or a password in a URL is written."""
    for key, value in event.items():
        if isinstance(value, str):
            known = masked(_WORD.sub(_without_password, value))
            event[key] = KEY.sub(r"\1[redacted]", known)
    return event


def _without_password(word: re.Match[str]) -> str:
    """Found word by word: one expression for all of it takes quadratic time."""
    said, last = word[0], word[0].rfind("@")
    user = _USER.search(said) if last > 0 else None
    if user is None or user.end() >= last:
        return said
    return f"{said[: user.end()]}[redacted]{said[last:]}"


@contextmanager
def logging_to(folder: Path, level: str) -> Iterator[None]:
    """Sends structlog's events to `run.jsonl` in the folder while the block runs."""
    before = structlog.get_config()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"{folder}: {error.strerror}") from error
    with (folder / "run.jsonl").open("a", encoding="utf-8") as file:
        structlog.configure(
            processors=[
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.processors.add_log_level,
                structlog.processors.format_exc_info,
                redact,
                structlog.processors.JSONRenderer(),
            ],
            wrapper_class=structlog.make_filtering_bound_logger(
                logging.getLevelNamesMapping()[level.upper()]
            ),
            logger_factory=structlog.WriteLoggerFactory(file=file),
            cache_logger_on_first_use=False,
        )
        try:
            yield
        finally:
            structlog.configure(**before)
