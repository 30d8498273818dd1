"""The images stage: a document's pictures are fetched, checked, cleaned, hashed and kept once.

`check` is the part that touches hostile bytes; it is pure and runs in a child process. `Images`
decides what to fetch and puts the verdicts together.
"""

from vqva_crawl.stages.images.check import check
from vqva_crawl.stages.images.screens import check_screens, screens_of
from vqva_crawl.stages.images.stage import PICTURES, Blobs, Images
from vqva_crawl.stages.images.verdicts import CheckedPicture, Decoded, Refusal

__all__ = [
    "PICTURES",
    "Blobs",
    "CheckedPicture",
    "Decoded",
    "Images",
    "Refusal",
    "check",
    "check_screens",
    "screens_of",
]
