"""The files of batch mode.

They are OpenAI's batch form, one request a line, which `vllm run-batch` reads too; the
`custom_id` is who asks and the answer's address in the cache, so that filing needs no other
book-keeping.

    <digest>.jsonl          what is asked
    <digest>.submitted      the id of the batch at the endpoint, when it was handed over
    <digest>.answers.jsonl  what came back; yours to put there where nothing is submitted
    refused/                what the endpoint refused for good, and why
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vqva_crawl.errors import StorageError
from vqva_crawl.storage.cache import Entries
from vqva_crawl.storage.parts import storage_errors


def open_batches(folder: Path) -> list[Path]:
    """The files whose answers have not been filed yet."""
    files = sorted(folder.glob("*.jsonl"))
    return [path for path in files if not path.name.endswith(".answers.jsonl")]


def asked(path: Path) -> Iterator[str]:
    """The addresses of the questions or answers in a file, less one that is cut off."""
    for line in lines(path):
        if line:
            yield asker(line)[1]


def asker(line: dict[str, Any]) -> tuple[str, str]:
    """(role, address of the answer) of a question or an answer."""
    role, _, key = str(line["custom_id"]).rpartition("-")
    return role or "batch", key


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """The questions or answers of a file; an empty one is a last line that is cut off.

    Raises StorageError, also for another line that cannot be read.
    """
    with storage_errors(str(path)), path.open("rb") as file:
        for number, text in enumerate(file, 1):
            if not text.strip():
                continue
            line = _line(text)
            if not line and text.endswith(b"\n"):
                raise StorageError(
                    f"{path}: line {number} is no line of a batch; mend or remove it"
                )
            yield line


def _line(text: bytes) -> dict[str, Any]:
    """Empty when it is no question and no answer."""
    try:
        line: dict[str, Any] = json.loads(text)
        asker(line)
    except (ValueError, TypeError, KeyError):
        return {}
    return line


def answers_of(path: Path) -> Path:
    return path.with_suffix(".answers.jsonl")


def refusals(folder: Path) -> Entries:
    """The reasons of refused questions by the answer's address, for the batches in a folder."""
    return Entries(folder / "refused")


def unanswered(path: Path) -> set[str]:
    """The addresses of a batch file's questions that its answers do not mention."""
    return set(asked(path)) - set(asked(answers_of(path)))


def unfinished(path: Path) -> bool:
    """Whether somebody still writes the answers: one is missing, or the last line cut off."""
    return bool(unanswered(path)) or {} in lines(answers_of(path))
