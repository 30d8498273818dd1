"""HTML -> Document: text and pictures in reading order, each picture with its own caption."""

from vqva_crawl.stages.extract.stage import Extract, document

__all__ = ["Extract", "document"]
