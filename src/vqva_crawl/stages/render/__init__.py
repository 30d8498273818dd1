"""render: pages that are empty without scripts get what their scripts put on them."""

from vqva_crawl.stages.render.needed import needs_scripts
from vqva_crawl.stages.render.stage import Render

__all__ = ["Render", "needs_scripts"]
