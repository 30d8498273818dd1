"""The files of batch mode.

They are OpenAI's batch form, one request a line, which `vllm run-batch` reads too; the
`custom_id` is who asks and the answer's address in the cache, so that filing needs no other
book-keeping.

    <digest>.jsonl          what is asked
    <digest>.submitted      the id of the batch at the endpoint, when it was handed over
    <digest>.answers.jsonl  what came back; yours to put there where nothing is submitted
    refused/                what the endpoint refused for good, and why
    failed/                 how often a question was asked without an answer to read
    aside/                  answers that no agent takes, such as ones cut off: not for other runs
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from vqva_crawl.errors import ModelError, StorageError
from vqva_crawl.records import digest, whole
from vqva_crawl.storage.cache import Entries, write_whole
from vqva_crawl.storage.parts import storage_errors

MOST_BYTES = 100_000_000  # of one file; OpenAI allows 200 MB


class BatchError(ModelError):
    """What is wrong with one batch; the answers of others may still be filed."""


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
    role, _, key = whole(str(line["custom_id"])).rpartition("-")
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
    except (ValueError, TypeError, KeyError, RecursionError):
        return {}
    return line


def encoded(line: dict[str, Any]) -> bytes:
    return json.dumps(line).encode() + b"\n"


def write(folder: Path, written: Iterable[tuple[str, bytes]], most: int) -> None:
    """Writes (address, line) pairs into files of at most so many lines, and of MOST_BYTES."""
    for some in _grouped(written, most):
        name = digest(*(key for key, _ in some))
        write_whole(folder / f"{name}.jsonl", b"".join(line for _, line in some))


def _grouped(written: Iterable[tuple[str, bytes]], most: int) -> Iterator[list[tuple[str, bytes]]]:
    some: list[tuple[str, bytes]] = []
    size = 0
    for key, line in written:
        if some and (len(some) == most or size + len(line) > MOST_BYTES):
            yield some
            some, size = [], 0
        some.append((key, line))
        size += len(line)
    if some:
        yield some


def divide(path: Path, most: int) -> None:
    """Writes a file anew in parts where it is over the limits; they may be lower by now.

    For one that nobody is at work on. After a kill in between, it is done again.
    """
    with storage_errors(str(path)), path.open("rb") as file:
        count, size = sum(1 for _ in file), file.tell()
    if count > 1 and (count > most or size > MOST_BYTES):
        write(path.parent, ((asker(line)[1], encoded(line)) for line in lines(path) if line), most)
        path.unlink()


def answers_of(path: Path) -> Path:
    return path.with_suffix(".answers.jsonl")


def refusals(folder: Path) -> Entries:
    """The reasons of refused questions by the answer's address, for the batches in a folder."""
    return Entries(folder / "refused")


def failures(folder: Path) -> Entries:
    """How often each question failed, by the answer's address, for the batches in a folder."""
    return Entries(folder / "failed")


def set_aside(folder: Path) -> Entries:
    """The answers that are kept for this run alone, for the batches in a folder."""
    return Entries(folder / "aside")


def unanswered(path: Path) -> dict[str, str]:
    """Address -> role of a batch file's questions that its answers do not mention."""
    told = set(asked(answers_of(path)))
    every = (asker(line) for line in lines(path) if line)
    return {key: role for role, key in every if key not in told}


def unfinished(path: Path) -> bool:
    """Whether somebody still writes the answers: one is missing, or the last line cut off."""
    return bool(unanswered(path)) or {} in lines(answers_of(path))
