"""The rule-based agents: no model, no key, the same output for the same input.

Importing this package registers all six roles under the name "rules".
"""

from vqva_crawl.agents.rules import filter, instructor, planner, reasoner, retriever, rewriter

__all__ = ["filter", "instructor", "planner", "reasoner", "retriever", "rewriter"]
