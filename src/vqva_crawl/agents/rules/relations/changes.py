"""A picture and the same picture after something happened that a caption names."""

from __future__ import annotations

from vqva_crawl.agents.rules.captions import Shown
from vqva_crawl.agents.rules.finding import Finding, Material


def find(material: Material, question: Shown, answer: Shown) -> Finding | None:
    return None
