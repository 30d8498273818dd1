"""vqva-crawl: from web pages to (question image, instruction, answer image) triples.

    import vqva_crawl as vc
    report = vc.run("quickstart")

The names below are the public face. They are imported at first use: the child processes that parse
and decode need a tenth of the package, and start that much faster.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vqva_crawl.agents.base import AgentContext, PlanState
    from vqva_crawl.config import Config, load
    from vqva_crawl.errors import VqvaError
    from vqva_crawl.records import (
        Candidate,
        Document,
        Drop,
        Hit,
        ImageItem,
        Pair,
        Picture,
        Query,
        Rejected,
        Sample,
        Scores,
        Target,
        TextItem,
        Topic,
    )
    from vqva_crawl.registry import Options, agent, picture_screen, search_backend, source
    from vqva_crawl.reporting import RunReport
    from vqva_crawl.running import run
    from vqva_crawl.version import __version__

_HOMES = {
    "agents.base": ("AgentContext", "PlanState"),
    "config": ("Config", "load"),
    "errors": ("VqvaError",),
    "records": (
        "Candidate",
        "Document",
        "Drop",
        "Hit",
        "ImageItem",
        "Pair",
        "Picture",
        "Query",
        "Rejected",
        "Sample",
        "Scores",
        "Target",
        "TextItem",
        "Topic",
    ),
    "registry": ("Options", "agent", "picture_screen", "search_backend", "source"),
    "reporting": ("RunReport",),
    "running": ("run",),
    "version": ("__version__",),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "AgentContext",
    "Candidate",
    "Config",
    "Document",
    "Drop",
    "Hit",
    "ImageItem",
    "Options",
    "Pair",
    "Picture",
    "PlanState",
    "Query",
    "Rejected",
    "RunReport",
    "Sample",
    "Scores",
    "Target",
    "TextItem",
    "Topic",
    "VqvaError",
    "__version__",
    "agent",
    "load",
    "picture_screen",
    "run",
    "search_backend",
    "source",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'vqva_crawl' has no attribute '{name}'")
    value = getattr(import_module(f"vqva_crawl.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
