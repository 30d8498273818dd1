"""The agents that ask a vision-language model, one file each; their prompts lie in `prompts/`.

Importing this package registers all six roles under the name "vlm".
"""

from vqva_crawl.agents.vlm import (
    filter,
    instructor,
    labeller,
    planner,
    reasoner,
    retriever,
    rewriter,
)

__all__ = ["filter", "instructor", "labeller", "planner", "reasoner", "retriever", "rewriter"]
