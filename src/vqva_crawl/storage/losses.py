"""What could not be had, by cause and host: pages and pictures apart."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import Column, ColumnElement, Connection, case, func, inspect, or_, select, true

from vqva_crawl.errors import CAUSES, in_words
from vqva_crawl.storage import tables as t
from vqva_crawl.urls import host

ASKING = ("fetch", "render", "describe")  # stages that ask the web for a page or what goes with it
MOST_HOSTS = 10  # of each cause


@dataclass(frozen=True)
class Loss:
    """One cause: how many URLs, the hosts with the most of them, and one of the URLs."""

    cause: str
    count: int
    hosts: tuple[tuple[str, int], ...]
    example: str

    @property
    def words(self) -> str:
        return in_words(self.cause)


@dataclass(frozen=True)
class Losses:
    """By cause, the most frequent first."""

    pages: tuple[Loss, ...] = ()
    pictures: tuple[Loss, ...] = ()


def losses(c: Connection) -> Losses:
    """What the run could not have when it last asked: a page that waits again is not among it."""
    u = t.urls.c
    asked = or_(u.stage.in_(ASKING), u.reason.in_(CAUSES), u.reason.like("http\\____", escape="\\"))
    found = _by_cause(c, u.reason, u.key, (u.state == "dropped") & asked)
    if not inspect(c).has_table(t.picture_losses.name):  # a run from before they were kept
        return Losses(found)
    p = t.picture_losses.c
    return Losses(found, _by_cause(c, p.reason, p.url, true()))


def _by_cause(
    c: Connection, cause: Column[str], key: Column[str], where: ColumnElement[bool]
) -> tuple[Loss, ...]:
    """The rows by cause; of equal counts, the first name comes first."""
    hosts: dict[str, Counter[str]] = {}
    example: dict[str, str] = {}
    place = place_in(c, key)
    counted = select(cause, place, func.count(), func.min(key)).where(where)
    for name, at, count, url in c.execute(counted.group_by(cause, place)):
        hosts.setdefault(name, Counter())[at] += count
        example[name] = min(example.get(name, url), url)
    causes = sorted(hosts, key=lambda name: (-hosts[name].total(), name))
    return tuple(_loss(name, hosts[name], example[name]) for name in causes)


def place_of(key: str) -> str:
    """Where a lost URL lies: its host; of a corpus row without a URL, the file."""
    return host(key) or key.partition("#")[0]


def place_in(c: Connection, key: Column[str]) -> ColumnElement[str]:
    """`place_of`, told by the database."""
    if c.dialect.name == "postgresql":
        file: ColumnElement[str] = func.split_part(key, "#", 1)
    else:
        file = func.substr(key, 1, func.instr(key + "#", "#") - 1)
    return func.coalesce(func.nullif(host_of(c, key), ""), file)


def places(c: Connection) -> set[str]:
    """Where all pages of the run lie, those that redirects led to too."""
    keys = (t.urls.c.key, t.documents.c.url)
    return {place for key in keys for place in c.scalars(select(place_in(c, key)).distinct())}


def host_of(c: Connection, key: Column[str]) -> ColumnElement[str]:
    """The host of a URL key, "" without one, told by the database: rows may be millions."""
    if c.dialect.name == "postgresql":
        return func.split_part(key, "/", 3)
    start = func.instr(key, "//")
    rest = func.substr(key, start + 2)
    return case((start == 0, ""), else_=func.substr(rest, 1, func.instr(rest + "/", "/") - 1))


def _loss(cause: str, at: Counter[str], example: str) -> Loss:
    hosts = sorted(at.items(), key=lambda pair: (-pair[1], pair[0]))
    return Loss(cause, at.total(), tuple(hosts[:MOST_HOSTS]), example)
