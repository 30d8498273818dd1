"""vqva-crawl: from web pages to (question image, instruction, answer image) triples.

import vqva_crawl as vc
report = vc.run("quickstart")
"""

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
    TextItem,
    Topic,
)
from vqva_crawl.registry import agent, search_backend
from vqva_crawl.run import RunReport, run
from vqva_crawl.version import __version__

__all__ = [
    "AgentContext",
    "Candidate",
    "Config",
    "Document",
    "Drop",
    "Hit",
    "ImageItem",
    "Pair",
    "Picture",
    "PlanState",
    "Query",
    "Rejected",
    "RunReport",
    "Sample",
    "Scores",
    "TextItem",
    "Topic",
    "VqvaError",
    "__version__",
    "agent",
    "load",
    "run",
    "search_backend",
]
