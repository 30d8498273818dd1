"""The images stage: a document's pictures are fetched, checked, cleaned, hashed and kept once.

`check` is the part that touches hostile bytes; it is pure and runs in a child process. `Images`
decides what to fetch and puts the verdicts together.
"""

from vqva_crawl.stages.images.check import CheckedPicture, Refusal, check
from vqva_crawl.stages.images.stage import PICTURES, Blobs, Images

__all__ = ["PICTURES", "Blobs", "CheckedPicture", "Images", "Refusal", "check"]
