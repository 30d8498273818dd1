"""Reading what a search service answers: a result that is odd costs itself, never the answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vqva_crawl.urls import url_key

MOST_TEXT = 300  # characters of a title or snippet


@dataclass(frozen=True, slots=True)
class Result:
    """A page that was found."""

    url: str
    title: str
    snippet: str


@dataclass(frozen=True, slots=True)
class Shape:
    """Where an answer has its list of results, and what each calls its URL and its texts."""

    path: tuple[str, ...]
    url: str
    snippet: str
    title: str = "title"

    def entries(self, answer: Any) -> list[dict[str, Any]]:
        """The results of an answer as they came; none where the list is missing or is no list."""
        for name in self.path:
            answer = answer.get(name) if isinstance(answer, dict) else None
        return [one for one in answer if isinstance(one, dict)] if isinstance(answer, list) else []

    def result(self, entry: Mapping[str, Any]) -> Iterator[tuple[str, Result]]:
        """One with its URL key, or none when it has no http(s) URL."""
        url = entry.get(self.url)
        if not isinstance(url, str):
            return
        try:
            key = url_key(url)
        except ValueError:
            return
        yield key, Result(url.strip(), _line(entry.get(self.title)), _line(entry.get(self.snippet)))


def _line(text: Any) -> str:
    """A text in one line of printable characters; "" for anything else."""
    if not isinstance(text, str):
        return ""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:MOST_TEXT]
