"""Light, shadows, frames and what lies on top of a picture."""

from vqva_crawl.agents.rules.effects.base import (
    Effect,
    aligned,
    reframed,
    visible,
)
from vqva_crawl.agents.rules.likeness import Likeness


def _lit(like: Likeness) -> bool:
    """Light was added: rays may be drawn in any colour, black too, which darkens instead."""
    return visible(like) and float(like.answer.gray.mean()) > float(like.question.gray.mean())


EFFECTS = (
    Effect(
        "coffee stain",
        r"coffee[- ]stain",
        (
            "Add the brown ring stains of coffee cups to {this}, as if someone had set cups down "
            "on the print.",
            "Leave a few realistic coffee stains on {this}.",
        ),
        "with brown coffee stains on it",
        lambda like: aligned(like) and like.tone > 0.6 and visible(like),
    ),
    Effect(
        "slide",
        r"\bslide\b(?! ?show|r)",
        (
            "Frame {this} like a photographic slide, with a black film border that carries "
            "lettering and frame numbers.",
        ),
        "framed as a photographic slide with a black film border",
        reframed,
        loose=True,
    ),
    Effect(
        "film strip",
        r"film ?-?strip",
        (
            "Turn {this} into a frame of a film strip, with a black border and rows of "
            "perforation holes.",
            "Put {this} on cinema film: black edges with sprocket holes along both sides.",
        ),
        "on a film strip with perforated black edges",
        reframed,
        loose=True,
    ),
    Effect(
        "rounded corners",
        r"round(?:ed)?[- ]corners?",
        (
            "Round off the four corners of {this} and let it cast a soft shadow, as if it were a "
            "card.",
        ),
        "with rounded corners and a soft shadow",
        lambda like: like.structure > 0.5,
    ),
    Effect(
        "fuzzy border",
        r"(?:fuzzy|ragged|soft|feathered|jagged)[- ](?:border|edge)",
        (
            "Give {this} a ragged, fuzzy border that fades into plain white.",
            "Let {this} fade out into a jagged, blurry white border on all sides.",
        ),
        "with a ragged, fuzzy border",
        lambda like: like.outline > 0.4 and visible(like),
    ),
    Effect(
        "bevel",
        r"\bbevel",
        (
            "Bevel the edges of {this} so that it looks like a raised tile with a bright and a "
            "dark rim.",
            "Give {this} slanted edges, lit on one side and shaded on the other, so that it "
            "seems to rise from the page.",
        ),
        "raised like a tile, with a bright and a dark rim",
        lambda like: like.tone > 0.6 and visible(like),
    ),
    Effect(
        "border",
        r"add(?:ed)?[- ]border|border added|with (?:a )?(?:border|frame)|"
        r"\bframed?\b.{0,10}(?:applied|added)",
        (
            "Put a colored frame around {this} whose sides are shaded so that it looks "
            "three-dimensional.",
        ),
        "inside a shaded, three-dimensional frame",
        lambda like: not like.same_size or visible(like),
        loose=True,
    ),
    Effect(
        "drop shadow",
        r"drop[- ]shadow",
        (
            "Add a soft drop shadow to {this}, so that it seems to float above the background.",
            "Let {this} cast a soft shadow toward the lower right, as if it hovered over the "
            "background.",
        ),
        "floating above the background with a soft shadow",
        reframed,
    ),
    Effect(
        "perspective shadow",
        r"perspective shadow|(?:cast|long)[- ]shadow",
        ("Let the object in {this} cast a long, slanted shadow on the ground behind it.",),
        "with a long, slanted shadow behind its object",
        lambda like: visible(like) and like.tone > 0.6,
    ),
    Effect(
        "lens flare",
        r"lens[- ]?flare|(?:gradient|\bg) ?-?flare|flare effect",
        (
            "Add a lens flare to {this}, as if a bright light shone straight into the camera.",
            "Let a bright light source dazzle the lens in {this}, with rays and a chain of "
            "colored reflections.",
        ),
        "with a dazzling light source and its reflections in the lens",
        lambda like: aligned(like) and like.tone > 0.3 and _lit(like),
    ),
    Effect(
        "light burst",
        r"super ?-?nova|star ?-?burst|line ?-?nova|sun ?-?burst|light rays",
        (
            "Add a burst of light with rays that shoot out in all directions to {this}.",
            "Place a brilliant star with long rays into {this}.",
        ),
        "with a burst of rays shining in it",
        lambda like: like.same_shape and _lit(like),
        loose=True,
    ),
    Effect(
        "sparkle",
        r"sparkle",
        ("Put little star-shaped sparkles on the brightest points of {this}.",),
        "with star-shaped sparkles on its brightest points",
        lambda like: aligned(like) and visible(like),
        loose=True,
    ),
    Effect(
        "spotlight",
        r"light(?:ing)? effects?|spot ?-?light",
        ("Light {this} with a single spotlight: a bright pool of light, and darkness around it.",),
        "lit by a single spotlight, with darkness around it",
        lambda like: aligned(like) and like.answer.brightness < like.question.brightness,
        loose=True,
    ),
    Effect(
        "grid",
        r"\bgrid\b(?! ?mode| ?view)",
        (
            "Lay a regular grid of thin straight lines over {this}.",
            "Draw evenly spaced horizontal and vertical lines across all of {this}.",
        ),
        "with a regular grid of lines on top",
        lambda like: like.same_shape and like.tone > 0.5 and visible(like),
        loose=True,
    ),
    Effect(
        "jigsaw",
        r"jig ?saw|puzzle",
        (
            "Turn {this} into a jigsaw puzzle: draw the outlines of interlocking pieces across "
            "all of it.",
            "Cut {this} into the interlocking pieces of a puzzle, all still lying in place.",
        ),
        "cut into interlocking puzzle pieces",
        lambda like: like.same_shape and like.tone > 0.5,
    ),
    Effect(
        "paper tiles",
        r"paper[ -]?tiles?",
        (
            "Cut {this} into small square pieces of paper and shift them slightly out of place, "
            "so that gaps and overlaps appear.",
        ),
        "cut into small paper squares that lie slightly out of place",
        lambda like: like.same_shape and visible(like),
    ),
)
