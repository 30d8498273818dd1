"""Labels: which class a document belongs to, who said so and why. One JSON line each."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Literal, get_args

from pydantic import ValidationError

from vqva_crawl.errors import ConfigError, Pending, Unusable, VqvaError
from vqva_crawl.foreign import contained
from vqva_crawl.masking import told
from vqva_crawl.records import Document, Domain, Record, Rejected, digest
from vqva_crawl.stages.classify.labellers import Labeller
from vqva_crawl.stages.classify.reading import captions_of, text_of
from vqva_crawl.storage.parts import storage_errors

OTHER = "other"
DOMAINS: tuple[str, ...] = get_args(Domain)
Class = Literal["world_knowledge", "design_knowledge", "reasoning", "other"]  # Domain, and none
CLASSES = (*DOMAINS, OTHER)
AT_ONCE = 8  # documents with the labeller at a time; how hard a model is asked is its own matter


class Label(Record):
    """A labelled document. `text` is the digest of what the labeller read."""

    document: str
    url: str
    text: str
    label: Class
    labeller: str
    reason: str = ""


def read_labels(path: Path) -> dict[str, Label]:
    """The labels of a file by document id; none when there is no file.

    A last line that a kill cut off is left out. ConfigError names any other line that is none.
    """
    if not path.exists():
        return {}
    try:
        lines = path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read as labels: {error}") from error
    found: dict[str, Label] = {}
    for number, line in enumerate(lines[:-1], 1):
        if line.strip():
            label = _parse(line, f"{path}:{number}")
            found[label.document] = label
    return found


def _parse(line: str, where: str) -> Label:
    try:
        return Label.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"][:1]) or "the line"
        raise ConfigError(f"{where}: {key}: {first['msg']}") from error


class LabelFile:
    """Labels on their way to a file: each one is there before the next is asked for.

    Opened on an old file, it goes on behind the last whole line.
    """

    def __init__(self, path: Path) -> None:
        with storage_errors(str(path)):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._path, self._file = path, path.open("ab+")
            self._file.seek(0)
            self._file.truncate(self._file.read().rfind(b"\n") + 1)

    def add(self, label: Label) -> None:
        with storage_errors(str(self._path)):
            self._file.write(label.model_dump_json().encode() + b"\n")
            self._file.flush()

    def close(self) -> None:
        self._file.close()


async def label(
    documents: Iterable[Document], labeller: Labeller, name: str
) -> AsyncIterator[Label | Rejected]:
    """Asks the labeller of that name for each document; what it cannot label comes as `Rejected`.

    In the order of the answers. What ends a run (ModelError, BudgetReached, StorageError) ends
    this; Pending is raised when every document was asked for, so that one batch holds them all.
    """
    waiting: list[Pending] = []
    asked: set[asyncio.Task[Label | Rejected]] = set()
    try:
        for document in documents:
            if len(asked) == AT_ONCE:
                done, asked = await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
                for answer in _answers(done, waiting):
                    yield answer
            asked.add(asyncio.create_task(_one(document, labeller, name)))
        while asked:
            done, asked = await asyncio.wait(asked)
            for answer in _answers(done, waiting):
                yield answer
    finally:
        for task in asked:
            task.cancel()
        await asyncio.gather(*asked, return_exceptions=True)
    if waiting:
        raise waiting[0]


def _answers(
    done: Iterable[asyncio.Task[Label | Rejected]], waiting: list[Pending]
) -> list[Label | Rejected]:
    """The answers, all of them before what went wrong is raised."""
    tasks = list(done)
    waiting += [e for task in tasks if isinstance(e := task.exception(), Pending)]
    return sorted((t.result() for t in tasks if not isinstance(t.exception(), Pending)), key=_id)


def _id(answer: Label | Rejected) -> str:
    return answer.document if isinstance(answer, Label) else answer.id


async def _one(document: Document, labeller: Labeller, name: str) -> Label | Rejected:
    text = text_of(document)
    reason = "error"
    try:
        with contained(f"labeller '{name}'"):
            said, why = await labeller(text, document.title, captions_of(document))
        if said in CLASSES:
            return Label(
                document=document.id,
                url=document.url,
                text=digest(text),
                label=said,
                labeller=name,
                reason=why,
            )
        reason, detail = "unknown_class", f"'{said}' is none of {', '.join(CLASSES)}"
    except Unusable as error:
        reason, detail = error.reason, error.detail
    except VqvaError:
        raise
    except Exception as error:  # a labeller may fail in any way; the others go on
        detail = told(error)
    return Rejected(id=document.id, stage="label", reason=reason, detail=detail, url=document.url)
