"""The rule-based agents: no model, no key, the same output for the same input.

Importing this package registers planner, retriever, instructor, filter, rewriter and reasoner as "rules".
"""

from vqva_crawl.agents.rules import filter, instructor, planner, reasoner, retriever, rewriter  # noqa: A004

__all__ = ["filter", "instructor", "planner", "reasoner", "retriever", "rewriter"]
