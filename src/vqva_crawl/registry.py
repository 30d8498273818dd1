"""Names -> factories. Built-ins and plug-ins enter by the same door.

A plug-in is a module named in the config's `plugins`, or an entry point of the group
`vqva_crawl.plugins`; importing it runs its decorators.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable
from importlib.metadata import entry_points
from typing import Any, TypeVar

from vqva_crawl.errors import ConfigError

F = TypeVar("F", bound=Callable[..., Any])

ROLES = ("planner", "retriever", "instructor", "filter", "rewriter", "reasoner")
KINDS = (*ROLES, "search")

_registry: dict[tuple[str, str], Callable[..., Any]] = {}


def register(kind: str, name: str, value: F) -> F:
    """Files `value` under (kind, name). A second, different value for a name is an error."""
    if kind not in KINDS:
        raise ConfigError(
            f"nothing can be registered as '{kind}': choose one of {', '.join(KINDS)}"
        )
    known = _registry.get((kind, name))
    # A module that is imported again (a notebook cell run twice) may replace its own entry.
    if known is not None and known.__module__ != value.__module__:
        raise ConfigError(
            f"{kind} '{name}' is registered twice: {known.__module__}, {value.__module__}"
        )
    _registry[kind, name] = value
    return value


def agent(role: str, *, name: str) -> Callable[[F], F]:
    """Decorator: makes an async function `(input, context) -> output` an agent of a role.

    See `vqva_crawl.agents.base` for the input and output of each role.
    """
    if role not in ROLES:
        raise ConfigError(f"no agent role '{role}': choose one of {', '.join(ROLES)}")
    return lambda function: register(role, name, function)


def search_backend(name: str) -> Callable[[F], F]:
    """Decorator: makes a factory `(options, context) -> SearchBackend` a backend kind."""
    return lambda factory: register("search", name, factory)


def lookup(kind: str, name: str) -> Callable[..., Any]:
    """The value under (kind, name); ConfigError naming the known ones when there is none."""
    try:
        return _registry[kind, name]
    except KeyError:
        known = ", ".join(sorted(n for k, n in _registry if k == kind)) or "none"
        raise ConfigError(
            f"no {kind} named '{name}' (known: {known}); is its plug-in listed?"
        ) from None


def load_plugins(modules: tuple[str, ...]) -> None:
    """Imports the config's plug-ins and those that installed packages announce.

    The folder one starts from is searched too, which a console script does not do by itself.
    """
    if os.getcwd() not in sys.path:
        sys.path.append(os.getcwd())
    for point in entry_points(group="vqva_crawl.plugins"):
        point.load()
    for module in modules:
        try:
            importlib.import_module(module)
        except Exception as error:  # a plug-in may fail in any way
            raise ConfigError(f"plugins: cannot import '{module}': {error}") from error
