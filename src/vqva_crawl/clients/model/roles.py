"""Which endpoints a role may ask: its own, a fallback, and a second opinion, from the config."""

from __future__ import annotations

import os
from collections.abc import Mapping

from pydantic import ValidationError

from vqva_crawl.config import AgentChoice, Config
from vqva_crawl.config import Endpoint as Settings
from vqva_crawl.errors import ConfigError, ModelError
from vqva_crawl.masking import secret
from vqva_crawl.registry import asks_model
from vqva_crawl.settings import complaints


def choices(config: Config) -> dict[str, AgentChoice]:
    """Role -> what the config says of its agent, the planner's first, the labeller's last."""
    chain = dict(config.agents)
    return {"planner": config.plan.agent, **chain, "labeller": config.screen.labeller}


def place_of(role: str) -> str:
    """The config's key of a role's agent."""
    return {"planner": "plan.agent", "labeller": "screen.labeller"}.get(role, f"agents.{role}")


def asking_roles(config: Config) -> list[str]:
    """The roles whose agent asks a model."""
    every = choices(config).items()
    return [role for role, choice in every if asks_model(role, choice.name, bool(choice.model))]


def settings_for(config: Config, role: str) -> list[Settings]:
    """The endpoint of an agent and, where there is one, its fallback. Raises ConfigError."""
    choice = choices(config)[role]
    place = place_of(role)
    base = config.model.model_dump(include=set(Settings.model_fields))
    first = _merged(base, choice.model, f"{place}.model")
    if not choice.fallback:
        return [first]
    return [first, _merged(first.model_dump(), choice.fallback, f"{place}.fallback")]


def second_of(role: str) -> str:
    """Where the opened models have the second one of a role."""
    return f"{role}.second"


def second_for(config: Config, role: str) -> Settings | None:
    """The endpoint of a second opinion, None for an agent without one. Raises ConfigError."""
    choice, place = choices(config)[role], f"{place_of(role)}.second"
    if choice.second:
        return _merged(settings_for(config, role)[0].model_dump(), choice.second, place)
    if choice.options.get("agreement", "off") not in ("off", False):  # YAML 1.1's word for it
        raise ConfigError(f"{place}: the option 'agreement' needs a second model; say which")
    return None


def every_for(config: Config, role: str) -> list[Settings]:
    """All that may answer for a role: first, fallback, second.

    Raises ConfigError, also where money is capped and one of them has no price.
    """
    second = second_for(config, role)
    every = [*settings_for(config, role), *([second] if second else [])]
    for settings in every:
        _check_priced(config, settings, role)
    return every


def _check_priced(config: Config, settings: Settings, role: str) -> None:
    """Raises ConfigError where a cap on money would hold nothing back."""
    caps, prices = config.model.caps, settings.prices
    capped = [name for name in ("run_money", "day_money") if getattr(caps, name) is not None]
    missing = [name for name in ("prompt", "completion") if getattr(prices, name) is None]
    if capped and missing:
        raise ConfigError(
            f"model.caps.{capped[0]}: '{settings.name}' at {settings.base_url}, which "
            f"{place_of(role)} may ask, has no price; set prices.{' and prices.'.join(missing)} "
            f"(0 where it costs nothing)"
        )


def _merged(base: dict[str, object], more: Mapping[str, object], where: str) -> Settings:
    try:
        merged = Settings.model_validate({**base, **more})
    except ValidationError as error:
        key, said = next(complaints(error))
        raise ConfigError(f"{where}.{key}: {said}") from error
    for name in ("base_url", "name"):
        if not getattr(merged, name):
            key = f"{where}.{name}" if more else f"model.{name}"
            raise ConfigError(f"{key}: the agents of this config ask a model; say which")
    return merged


def key_of(settings: Settings, needed: bool = True) -> str:
    """The key out of the environment, without the space around it that a file may have brought.

    Raises ModelError where it is `needed` and the variable is not set, or holds what no HTTP
    header takes.
    """
    name = settings.api_key_env
    if name is None or (name not in os.environ and not needed):
        return ""
    key = os.environ.get(name, "").strip()
    if not key:
        raise ModelError(
            f"{settings.base_url}: ${name} is not set; set it, or say api_key_env: null for a "
            f"server that needs no key"
        )
    if not (key.isascii() and key.isprintable()):
        raise ModelError(
            f"{settings.base_url}: ${name} holds control or non-ASCII characters, which no key "
            f"has; set it again"
        )
    return secret(key)
