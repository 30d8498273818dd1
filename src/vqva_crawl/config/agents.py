"""Which agent does what, and which endpoint it asks."""

from __future__ import annotations

from typing import Any

from vqva_crawl.config.section import Section


class AgentChoice(Section):
    name: str = "rules"
    """The registered name of the agent."""
    options: dict[str, Any] = {}
    """Handed to the agent as `context.options`."""
    model: dict[str, Any] = {}
    """Keys of the endpoint in `model` that are others for this agent."""
    fallback: dict[str, Any] = {}
    """The same for an endpoint that is asked where the first cannot answer."""
    second: dict[str, Any] = {}
    """The same for an endpoint whose opinion is asked beside the first one's, by agents that do."""


class LabellerChoice(AgentChoice):
    name: str = "keywords"
    """The registered name of the labeller."""


class Agents(Section):
    retriever: AgentChoice = AgentChoice()
    """Document -> pairs."""
    instructor: AgentChoice = AgentChoice()
    """Pair -> instruction."""
    filter: AgentChoice = AgentChoice()
    """Candidate -> three scores."""
    rewriter: AgentChoice = AgentChoice()
    """Candidate -> variants of the instruction."""
    reasoner: AgentChoice = AgentChoice()
    """Candidate -> reasoning."""
