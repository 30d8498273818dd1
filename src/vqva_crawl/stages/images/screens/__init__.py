"""Screens: what looks at a sound picture before it is stored or shown, and may refuse it.

A screen is a callable `(Decoded) -> str`: "" lets the picture pass, anything else says in short why
it is refused. It runs in the child process in which the picture was decoded, so it may crash, hang
or eat memory there. What is registered is a factory `(options) -> screen`, which each child calls
once:

    @vc.picture_screen("name")
    def factory(options): ...

None looks unless `images.screens` names it. All of them miss some of what they look for.
"""

from vqva_crawl.stages.images.screens import documents, faces  # noqa: F401  (registers them)
from vqva_crawl.stages.images.screens.opening import (
    FAILED,
    NO_SCREENS,
    Screens,
    check_screens,
    refused_by,
    screens_of,
)

__all__ = ["FAILED", "NO_SCREENS", "Screens", "check_screens", "refused_by", "screens_of"]
