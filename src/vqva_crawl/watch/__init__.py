"""How a run is shown: to people while it goes on, in tables, and to machines as JSON."""

from vqva_crawl.watch.events import Events
from vqva_crawl.watch.figures import figures
from vqva_crawl.watch.live import Plain, Quiet, Screen
from vqva_crawl.watch.tables import tables

__all__ = ["Events", "Plain", "Quiet", "Screen", "figures", "tables"]
