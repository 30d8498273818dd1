"""What can go wrong, in one tree.

VqvaError
├── ConfigError            exit 2   the user's input: config, command line, taxonomy, plug-in
│   └── ConfigConflict     exit 2   deciding keys differ from those the run was started with
├── GateError              exit 3   a quality gate of the config was not met
├── ModelError             exit 4   model endpoint or authentication
├── BudgetReached          exit 5   a cap on spend was reached; the run is checkpointed
├── Pending                exit 6   waiting for a batch
├── StorageError           exit 74  disk full, unwritable folder, damaged part
├── Locked                 exit 75  another process holds the run
├── Stopped                exit 130/143  a signal, after a checkpoint
├── FetchError             one URL's failure, with `kind` (never ends a run)
│   ├── Transient          worth another try (time-out, reset, 5xx)
│   │   └── LeftAlone      its host has a rest after too many failures
│   ├── RateLimited        429/503 with or without Retry-After
│   └── Refused            no other try will help (robots, opt-out, 404, denied address, too large)
├── Unusable               a model's answer to one call cannot be used; costs one record
└── WorkError              CPU work in a child process failed
    ├── WorkerDied         the child was killed or crashed
    ├── WorkerTimeout      the child passed its deadline and was killed
    └── Poison             it failed as often as is allowed; the record is given up
"""

from __future__ import annotations

import re
from typing import ClassVar


class VqvaError(Exception):
    """Base of all errors that are raised on purpose; the command returns `exit_code`."""

    exit_code: ClassVar[int] = 1


class ConfigError(VqvaError):
    exit_code = 2


class ConfigConflict(ConfigError):
    """The config differs from the run's in keys that decide samples; `keys` names them.

    `collecting` are those among them that decide what is collected: no fork can change them.
    """

    def __init__(self, run: str, keys: list[str], collecting: list[str]) -> None:
        self.run = run
        self.keys = keys
        self.collecting = collecting
        way_out = (
            f"{', '.join(collecting)} decided what was collected: set that back, or start a run of "
            f"another name"
            if collecting
            else "set them back, or start a run that reuses its documents with --fork NAME"
        )
        super().__init__(
            f"run '{run}' was started with other values of {', '.join(keys)}; {way_out}"
        )


class GateError(VqvaError):
    exit_code = 3


class ModelError(VqvaError):
    exit_code = 4


class BudgetReached(VqvaError):
    exit_code = 5


class Pending(VqvaError):
    exit_code = 6


class StorageError(VqvaError):
    exit_code = 74


class Locked(VqvaError):
    exit_code = 75


class Stopped(VqvaError):
    """A signal ended the run after a checkpoint; `signum` is SIGINT or SIGTERM."""

    def __init__(self, signum: int, message: str) -> None:
        self.signum = signum
        super().__init__(message)


FATAL = (StorageError, ModelError, BudgetReached, Pending)  # of the run, not of a record


class FetchError(VqvaError):
    """One URL could not be had.

    `kind` is a short, stable name for histograms: those of `CAUSES`, and http_404, http_429, …; of
    a model endpoint also empty and broken, of search backends names of their own.
    """

    def __init__(self, kind: str, url: str, detail: str) -> None:
        self.kind = kind
        self.url = url
        self.detail = detail
        super().__init__(f"{url}: {detail} ({kind})")

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.kind, self.url, self.detail)


class Transient(FetchError):
    """Another try may succeed."""


class LeftAlone(Transient):
    """Nothing was asked: the host failed again and again, and has a rest."""


class RateLimited(FetchError):
    """The server asked for patience; `retry_after` is in seconds, None when it did not say."""

    def __init__(self, kind: str, url: str, detail: str, retry_after: float | None = None) -> None:
        super().__init__(kind, url, detail)
        self.retry_after = retry_after

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.kind, self.url, self.detail, self.retry_after)


class Refused(FetchError):
    """Another try would give the same answer."""


def may_pass(kind: str) -> bool:
    """Whether what failed with this `kind` may work on another day."""
    return kind in _PASSING or kind.startswith("http_5") or kind == "http_429"


_PASSING = frozenset(
    "connect dns internal_api_error maxlag pictures_unreachable ratelimited readonly "
    "robots_unreachable slow timeout truncated".split()
)


CAUSES = {
    "dns": "the host's name has no address",
    "connect": "no connection to the host",
    "tls": "no encryption that can be trusted",
    "timeout": "no answer in time",
    "slow": "the answer came too slowly",
    "truncated": "the answer was cut off",
    "protocol": "no URL or no answer that HTTP knows",
    "redirects": "too many redirects, or one that leads nowhere",
    "broken": "an answer that cannot be read",
    "bad_row": "a row of a corpus that does not hold what its layout says",
    "maxlag": "the wiki's databases lag behind",
    "ratelimited": "the wiki was asked too often",
    "readonly": "the wiki is in read-only mode",
    "internal_api_error": "the wiki failed inside",
    "api_error": "the wiki cannot answer this question",
    "robots": "robots.txt forbids it",
    "robots_unreachable": "robots.txt could not be read, which forbids it",
    "opt_out": "the site does not want to be used for training",
    "denied_address": "a private address that the config does not allow",
    "too_large": "larger than the config allows",
    "bomb": "it unpacks into far more than was sent",
    "pixel_bomb": "more pixels or frames than are decoded",
    "corrupt": "a picture that cannot be decoded",
    "wrong_type": "another kind of file than was asked for",
    "render_timeout": "the page's scripts did not come to rest",
    "render_crash": "the browser broke over the page, twice",
    "pictures_unreachable": "pictures of the page could not be had",
}
"""Why a URL or a picture could not be had: the short name that is counted, and what it means."""


def is_cause(kind: str) -> bool:
    """Whether something with this `kind` could not be had, or was had and then turned down."""
    return kind in CAUSES or re.fullmatch(r"http_\d{3}", kind) is not None


def in_words(kind: str) -> str:
    """A cause for people, its short name alone where it is none of ours."""
    if kind in CAUSES:
        return CAUSES[kind]
    if not is_cause(kind):
        return kind.replace("_", " ")
    from http import HTTPStatus  # here, since the command line loads this file first of all

    status = int(kind.removeprefix("http_"))
    phrases = {known.value: f" ({known.phrase})" for known in HTTPStatus}
    return f"the server answered {status}{phrases.get(status, '')}"


class Unusable(VqvaError):
    """A model's answer cannot be used, or one call was refused: the record is rejected.

    `reason` is a short, stable name: refusal, truncated, empty, loop, language, too_long,
    page_reference, prompt_echo, leak, unreadable, budget, endpoint_refused, endpoint_failed. `raw`
    is the model's text as it came.
    """

    def __init__(self, reason: str, detail: str, raw: str = "") -> None:
        self.reason = reason
        self.detail = detail
        self.raw = raw
        super().__init__(f"{detail} ({reason})")

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.reason, self.detail, self.raw)


class WorkError(VqvaError):
    """CPU work on one record failed in its child process."""


class WorkerDied(WorkError):
    pass


class WorkerTimeout(WorkError):
    pass


class Poison(WorkError):
    pass
