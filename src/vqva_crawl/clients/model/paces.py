"""Which calls share a pace: a provider's limits do not know our roles and their settings."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from vqva_crawl.clients.model.pace import Pace
from vqva_crawl.config import Endpoint as Settings

PLACE = ("base_url", "name", "api_key_env")
SHARED = (*PLACE, "concurrency", "requests_per_minute", "tokens_per_minute")

log = structlog.get_logger()


class Paces:
    """One pace for all settings that state the same limits of the same model at the same place.

    What roles ask there by other settings (a temperature, prices) counts against the same limits,
    as it does with the provider.
    """

    def __init__(self, waits: Callable[[str], Callable[[float], None]] | None = None) -> None:
        """`waits` gives for an endpoint's URL what is told the seconds of its pauses."""
        self._waits = waits
        self._paces: dict[str, Pace] = {}

    def of(self, settings: Settings) -> Pace:
        place = settings.model_dump_json(include=set(SHARED))
        if place not in self._paces:
            self._paces[place] = Pace(
                settings.concurrency,
                settings.requests_per_minute,
                settings.tokens_per_minute,
                waits=self._telling(settings),
            )
        return self._paces[place]

    def _telling(self, settings: Settings) -> Callable[[float], None]:
        tell = self._waits(settings.base_url or "") if self._waits else None

        def told(seconds: float) -> None:
            log.info("model_waits", model=settings.name, seconds=round(seconds, 1))
            if tell:
                tell(seconds)

        return told
