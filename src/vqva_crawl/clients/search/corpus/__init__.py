"""The corpus backend: rows of published interleaved corpora as documents; only their pictures are
fetched."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import chain, islice
from pathlib import Path
from threading import Event
from typing import Any

from pydantic import Field

from vqva_crawl.clients.search.aside import aside, while_waited_for
from vqva_crawl.clients.search.base import SearchContext, SourceContext
from vqva_crawl.clients.search.corpus.layouts import LISTED, Name, layout_of
from vqva_crawl.clients.search.corpus.rows import TOLD, UNREADABLE, BadRow, Row, listed, row_at
from vqva_crawl.clients.search.globs import files
from vqva_crawl.clients.search.index import PageIndex, opened
from vqva_crawl.clients.search.listed import Listed
from vqva_crawl.errors import ConfigError, Refused
from vqva_crawl.records import Document, Target
from vqva_crawl.registry import Options, search_backend, source
from vqva_crawl.urls import url_key

MOST_ODD = 1000  # rows; a file that begins with so many of no known layout is of no corpus


class CorpusOptions(Options):
    paths: list[str] = Field(min_length=1)
    """Globs of .parquet, .jsonl and .jsonl.gz files, from the folder that the command is started
    in."""
    layout: Name = "auto"
    """How rows are laid out: omnicorpus, obelics or mmc4; `auto` tells by the columns."""
    exhaust: bool = True
    """Also annotate rows that no query hit."""
    max_pages: int | None = Field(100_000, ge=1)
    """Rows read in all, in the order of files and rows; null reads all."""


class Corpus(Listed):
    def __init__(self, options: CorpusOptions, context: SearchContext, index: PageIndex) -> None:
        super().__init__(context.name, options.exhaust, options.max_pages, index)
        self._options = options
        self._tell = context.tell

    async def seeds(self) -> list[Target]:
        lost: list[str] = []
        found = await aside(lambda gone: self._list(lost, gone))
        for line in lost:
            self._tell(f"{self.name}: {line}")
        return found

    def _list(self, lost: list[str], gone: Event) -> list[Target]:
        return list(islice(while_waited_for(self._targets(lost), gone), self.max_pages))

    def _targets(self, lost: list[str]) -> Iterator[Target]:
        """Of all rows; a file that is damaged gives those before the damage.

        Raises ConfigError where files have rows, and none of them a layout that is known.
        """
        unknown: list[str] = []
        known = False
        for path in files(self._options.paths, self.name):
            try:
                rows = listed(path, LISTED)
                first = self._to_the_first_known(rows)
                if first is None:
                    unknown.append(_unknown(path))
                    continue
                known = known or bool(first)
                for position, row in chain(first, rows):
                    yield self._target(path, position, row)
            except UNREADABLE as error:
                lost.append(f"{path}: cannot be read on: {error}")
        if unknown and not known:
            raise ConfigError(unknown[0])
        lost += unknown

    def _to_the_first_known(self, rows: Iterator[tuple[int, Row]]) -> list[tuple[int, Row]] | None:
        """The rows up to one with a known layout; None where the first MOST_ODD have none."""
        odd: list[tuple[int, Row]] = []
        for position, row in islice(rows, MOST_ODD):
            odd.append((position, row))
            if layout_of(row, self._options.layout):
                return odd
        return None if odd else []

    def _target(self, path: Path, position: int, row: Row) -> Target:
        layout = layout_of(row, self._options.layout)
        place = f"{path}#{position}"
        if layout and (url := layout.url(row)):
            return self.target(url, place)
        # A row without a URL is rejected by name where it is read.
        name = f"{self.name}:{path.name}#{position}"
        return Target(key=name, url=name, depth=1, backend=self.name, place=place)


def _unknown(path: Path) -> str:
    return (
        f"{path}: none of its first rows has a layout that is known (omnicorpus, obelics, mmc4); "
        f"name the layout in options.layout"
    )


def _columns(row: Row) -> str:
    """What a row has of what tells its layout."""
    if "general_metadata" in row:
        value = row["general_metadata"]
        return f"general_metadata is {'null' if value is None else type(value).__name__}"
    return f"its columns are {list(islice(row, 5))!r:.{TOLD}}"


class CorpusSource:
    """`Reading`: a target's row as a document."""

    def __init__(self, options: CorpusOptions) -> None:
        self._layout = options.layout

    async def read(self, target: Target) -> Document:
        return await asyncio.to_thread(self._read, target)

    def _read(self, target: Target) -> Document:
        path, _, position = target.place.rpartition("#")
        try:
            return self._document(target, row_at(Path(path), int(position)))
        except BadRow as error:
            raise Refused("bad_row", target.url, str(error)) from error
        except UnicodeDecodeError as error:
            raise Refused("bad_row", target.url, f"{target.place}: {error}") from error
        except (*UNREADABLE, ValueError) as error:
            raise Refused("broken", target.url, f"{target.place}: {error}") from error

    def _document(self, target: Target, row: Row) -> Document:
        layout = layout_of(row, self._layout)
        if layout is None:
            raise BadRow(f"no layout that is known fits it: {_columns(row)}")
        if not (url := layout.url(row)):
            raise BadRow("it has no http(s) URL")
        if url_key(url) != target.key:
            raise BadRow("another row stands at its place now")
        licence = layout.licence(row)
        return Document(
            url=url,
            licence=licence,
            licence_evidence="corpus" if licence else "",
            items=tuple(layout.items(row)),
            target=target,
        )


@search_backend("corpus", options=CorpusOptions)
@asynccontextmanager
async def corpus(options: dict[str, Any], context: SearchContext) -> AsyncIterator[Corpus]:
    checked = CorpusOptions.model_validate(options)
    with opened(context.folder / f"{context.name}.sqlite") as index:
        yield Corpus(checked, context, index)


@source("corpus")
@asynccontextmanager
async def corpus_source(
    options: dict[str, Any], context: SourceContext
) -> AsyncIterator[CorpusSource]:
    yield CorpusSource(CorpusOptions.model_validate(options))
