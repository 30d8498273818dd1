"""What the families of relations mean, told alike to every agent: a prompt says `families`.

What counts follows the published method (VQ-VA World, arXiv 2511.20573) and what a reading of 68
real pages found: in textbooks a cut, a zoom, the next step, a schematic and its micrograph; in
manuals a source picture and what was made of it.
"""

from __future__ import annotations

from typing import NamedTuple

from vqva_crawl.records import Relation


class Family(NamedTuple):
    means: str
    stays: str  # what a judge must find in both pictures


FAMILIES: dict[Relation, Family] = {
    "temporal": Family(
        "one thing at two times: stages, numbered steps, growth, life cycles, seasons",
        "the individual, or in a drawn series the kind and the drawing's manner; the view; "
        "whatever that time leaves alone",
    ),
    "causal": Family(
        "something is done to a thing or happens to it, and this is the result: treated, "
        "processed, moved, loaded, lit, excited; one scene with one change",
        "the very thing or scene, with its place, view and frame, as far as the cause leaves them "
        "alone",
    ),
    "compositional": Family(
        "a whole and its parts: assembled and exploded, put together of pieces, one part by itself",
        "the very parts: their shape, number, colours and how they fit together",
    ),
    "spatial": Family(
        "the same thing seen otherwise: cut open, inside and outside, another side, a detail "
        "enlarged",
        "the thing itself: proportions, sides, colours, the number and order of parts; the manner "
        "may go from photo to drawing or micrograph",
    ),
    "analytical": Family(
        "a thing and the picture that explains it: its diagram, graph, map or measurement, a "
        "schematic and the micrograph it explains",
        "the case at hand: arrangement, numbers, letters and proportions must fit; the manner is "
        "another",
    ),
    "variant": Family(
        "the same kind of thing in another design, style, material or arrangement",
        "what it is and is for, and all that the request leaves alone; design, shape and colours "
        "may be others",
    ),
}
