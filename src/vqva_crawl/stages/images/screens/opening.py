"""The config's screens: opened once in each child process, asked one after the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from inspect import iscoroutinefunction

from vqva_crawl.config import Images, PictureScreen
from vqva_crawl.errors import ConfigError
from vqva_crawl.foreign import contained
from vqva_crawl.masking import told
from vqva_crawl.registry import check_options, load_plugins, lookup
from vqva_crawl.stages.images.verdicts import Decoded, Refusal

Screen = Callable[[Decoded], str]

FAILED = "screen_failed"
LONGEST = 200  # characters of what a screen says
_KIND = "picture_screen"


@dataclass(frozen=True, slots=True)
class Screens:
    """What `images.screens` names, as it goes to a child process with each picture.

    `choices` are the config's as JSON; `modules` are imported there so that their names are known.
    """

    choices: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()


NO_SCREENS = Screens()


def check_screens(images: Images) -> None:
    """ConfigError for a screen that a run could not use. For before a run begins."""
    for n, choice in enumerate(images.screens):
        where = f"images.screens.{n}"
        check_options(_KIND, choice.name, choice.options, f"{where}.options")
        if lookup(_KIND, choice.name).__module__ == "__main__":
            raise ConfigError(
                f"{where}: '{choice.name}' stands in the script that was started, which child "
                f"processes do not read; put it into a module and name that in plugins"
            )
        try:
            _opened(choice.model_dump_json())
        except ConfigError as error:
            raise ConfigError(f"{where}: {error}") from error


def screens_of(images: Images, plugins: tuple[str, ...]) -> Screens:
    """The screens of a config that `check_screens` has seen, for child processes."""
    if not images.screens:
        return NO_SCREENS
    homes = (lookup(_KIND, choice.name).__module__ for choice in images.screens)
    modules = tuple(dict.fromkeys((*plugins, *homes)))
    return Screens(tuple(choice.model_dump_json() for choice in images.screens), modules)


def refused_by(screens: Screens, found: Decoded) -> Refusal | None:
    """The first refusal, None where all let it pass. Raises MemoryError.

    Reasons: the screen's name; screen_failed where one raises or cannot be opened, since nobody
    has looked at the picture then.
    """
    if not screens.choices:
        return None
    try:
        named = _all(screens)
    except ConfigError as error:
        return Refusal(FAILED, str(error))
    refusals = (_verdict(name, screen, found) for name, screen in named)
    return next(filter(None, refusals), None)


def _verdict(name: str, screen: Screen, found: Decoded) -> Refusal | None:
    # A copy: what one screen does to the pixels in place is not what the next one sees.
    mine = replace(found, pixels=found.pixels.copy(), grey=found.grey.copy())
    try:
        with contained(f"screen {name}"):
            said = screen(mine)
    except MemoryError:
        raise
    except (Exception, KeyboardInterrupt, GeneratorExit) as error:  # a child gets no Ctrl-C
        return Refusal(FAILED, _line(f"{name}: {told(error)}"))
    if not isinstance(said, str):
        return Refusal(FAILED, f"{name} gave {type(said).__name__}, not text")
    return Refusal(name, _line(said)) if said else None


def _line(said: str) -> str:
    return " ".join(said.split())[:LONGEST]


@lru_cache(maxsize=4)
def _all(screens: Screens) -> tuple[tuple[str, Screen], ...]:
    """Runs in the child, once. Raises ConfigError."""
    load_plugins(screens.modules)
    return tuple(map(_opened, screens.choices))


def _opened(written: str) -> tuple[str, Screen]:
    """(name, screen) of a choice as JSON. Raises ConfigError."""
    choice = PictureScreen.model_validate_json(written)
    try:
        with contained(f"screen {choice.name}"):
            screen: Screen = lookup(_KIND, choice.name)(choice.options)
    except ConfigError:
        raise
    except Exception as error:
        raise ConfigError(f"'{choice.name}' could not be opened: {told(error)}") from error
    if not callable(screen):
        raise ConfigError(f"'{choice.name}' gives {type(screen).__name__}, not a screen")
    if iscoroutinefunction(screen) or iscoroutinefunction(type(screen).__call__):
        raise ConfigError(f"'{choice.name}' gives an async function; a screen is a plain one")
    return choice.name, screen
