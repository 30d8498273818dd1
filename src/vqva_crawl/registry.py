"""Names -> factories. Built-ins and plug-ins enter by the same door.

A plug-in is a module named in the config's `plugins`, or an entry point of the group
`vqva_crawl.plugins`; importing it runs its decorators.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Mapping
from importlib.metadata import entry_points
from typing import Any, TypeVar

from pydantic import ConfigDict, ValidationError

from vqva_crawl.errors import ConfigError
from vqva_crawl.settings import Settings, complaints

F = TypeVar("F", bound=Callable[..., Any])

ROLES = ("planner", "retriever", "instructor", "filter", "rewriter", "reasoner")
KINDS = (*ROLES, "search", "source", "labeller", "picture_screen")


class Options(Settings):
    """Base of the options that an agent or a search backend declares.

    A config with a key that is not declared is refused before the run begins. The agent itself
    overlooks such keys, so that one agent may call another with its own options.
    """

    model_config = ConfigDict(extra="ignore")

    def idle(self) -> frozenset[str]:
        """Prompt files of the agent that it does not use with these options."""
        return frozenset()


_registry: dict[tuple[str, str], Callable[..., Any]] = {}
_options: dict[tuple[str, str], type[Options]] = {}
_prompts: dict[tuple[str, str], tuple[str, ...]] = {}
_asks: dict[tuple[str, str], bool | None] = {}


def register(kind: str, name: str, value: F, options: type[Options] | None = None) -> F:
    """Files `value` under (kind, name). A second, different value for a name is an error.

    `options` says which options it takes, so that a wrong one is found before a run begins.
    """
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
    if options is not None:
        _options[kind, name] = options
    return value


def agent(
    role: str,
    *,
    name: str,
    options: type[Options] | None = None,
    prompts: tuple[str, ...] = (),
    asks: bool | None = None,
) -> Callable[[F], F]:
    """Decorator: makes an async function `(input, context) -> output` an agent of a role.

    See `vqva_crawl.agents.base` for the input and output of each role. `prompts` names the prompt
    files that it asks a model with. An agent that has some, or that `asks`, gets a
    `context.model`; one that says nothing gets it where the config gives it a `model` of its own.
    """
    if role not in ROLES:
        raise ConfigError(f"no agent role '{role}': choose one of {', '.join(ROLES)}")
    _prompts[role, name], _asks[role, name] = prompts, asks
    return lambda function: register(role, name, function, options)


def prompts_of(role: str, name: str, given: Mapping[str, Any] | None = None) -> tuple[str, ...]:
    """The prompt files that an agent asks its model with; none for one that asks no model.

    With the options `given`, those that it uses then; without, all.
    """
    names, declared = _prompts.get((role, name), ()), _options.get((role, name))
    if given is None or declared is None:
        return names
    idle = declared.model_validate(given).idle()
    return tuple(each for each in names if each not in idle)


def prompt_names() -> frozenset[str]:
    """The prompt files of all agents."""
    return frozenset(name for names in _prompts.values() for name in names)


def asks_model(role: str, name: str, given: bool) -> bool:
    """Whether an agent asks a model; `given` tells that the config gives it one of its own."""
    said = _asks.get((role, name))
    return bool(_prompts.get((role, name))) or (given if said is None else said)


def search_backend(name: str, options: type[Options] | None = None) -> Callable[[F], F]:
    """Decorator: makes a factory `(options, context) -> SearchBackend` a backend kind."""
    return lambda factory: register("search", name, factory, options)


def source(name: str) -> Callable[[F], F]:
    """Decorator: makes a factory `(options, context) -> Source` what the collect
    units of a backend kind open; its options are the backend's."""
    return lambda factory: register("source", name, factory)


def picture_screen(name: str, options: type[Options] | None = None) -> Callable[[F], F]:
    """Decorator: makes a factory `(options) -> screen` one that `images.screens` can name.

    See `vqva_crawl.stages.images.screens` for what a screen gets and gives.
    """
    return lambda factory: register("picture_screen", name, factory, options)


def find(kind: str, name: str) -> Callable[..., Any] | None:
    """The value under (kind, name), None when there is none."""
    return _registry.get((kind, name))


def labeller(
    name: str,
    options: type[Options] | None = None,
    prompts: tuple[str, ...] = (),
    asks: bool | None = None,
) -> Callable[[F], F]:
    """Decorator: makes a factory `(AgentContext) -> Labeller` one that commands can name.

    See `vqva_crawl.stages.classify.labellers` for what a labeller gets and gives, and `agent` for
    when it has a model.
    """
    _prompts["labeller", name], _asks["labeller", name] = prompts, asks
    return lambda factory: register("labeller", name, factory, options)


def lookup(kind: str, name: str) -> Callable[..., Any]:
    """The value under (kind, name); ConfigError naming the known ones when there is none."""
    try:
        return _registry[kind, name]
    except KeyError:
        known = ", ".join(sorted(n for k, n in _registry if k == kind)) or "none"
        raise ConfigError(
            f"no {kind} named '{name}' (known: {known}); is its plug-in listed?"
        ) from None


def check_options(kind: str, name: str, given: Mapping[str, Any], where: str) -> None:
    """ConfigError naming the key, when (kind, name) is unknown or does not take an option.

    `where` is the config's key of the options. What declares no options takes any.
    """
    try:
        lookup(kind, name)
    except ConfigError as error:
        raise ConfigError(f"{where.rpartition('.')[0]}: {error}") from None
    declared = _options.get((kind, name))
    if declared is None:
        return
    if unknown := sorted(given.keys() - declared.model_fields):
        known = ", ".join(declared.model_fields) or "no options"
        raise ConfigError(f"{where}.{unknown[0]}: unknown key; {kind} '{name}' takes {known}")
    try:
        declared.model_validate(given)
    except ValidationError as error:
        key, said = next(complaints(error))
        raise ConfigError(f"{where}.{key}: {said}" if key else f"{where}: {said}") from error


def full_options(kind: str, name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The options as (kind, name) sees them, its defaults filled in where it declares any."""
    declared = _options.get((kind, name))
    return dict(given) if declared is None else declared.model_validate(given).model_dump()


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
