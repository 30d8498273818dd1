"""Artistic styles and print techniques."""

from vqva_crawl.agents.rules.effects.base import (
    Effect,
    aligned,
    altered,
    fewer_tones,
    outlines,
    visible,
)
from vqva_crawl.agents.rules.likeness import Likeness


def _same_motif(like: Likeness) -> bool:
    return like.structure > 0.35 and visible(like)


EFFECTS = (
    Effect(
        "emboss",
        r"emboss|bas[- ]?relief|bump ?-?map",
        (
            "Apply an emboss effect to {this} so that its contours look carved in relief, with "
            "bumps and hollows.",
            "Make {this} look like a shallow relief pressed into a plate, with raised and sunken "
            "contours lit from one side.",
        ),
        "as a relief with raised and sunken contours",
        lambda like: (
            like.same_shape
            and visible(like)
            and like.outline > (0.25 if like.question.photographic else 0.6)
        ),
    ),
    Effect(
        "engraving",
        r"engrav",
        (
            "Turn {this} into an antique engraving: black and white horizontal lines whose "
            "thickness renders light and dark.",
            "Redraw {this} as an old copperplate print made of fine parallel lines in black and "
            "white.",
        ),
        "as an engraving of black and white lines",
        lambda like: like.same_shape and like.tone > 0.3 and like.answer.saturation < 0.08,
    ),
    Effect(
        "oil painting",
        r"oil(?:ify|[- ]?paint)",
        (
            "Make {this} look like an oil painting with thick, rounded dabs of the brush.",
            "Repaint {this} in oil: let its fine details merge into thick blobs of paint.",
        ),
        "as if painted in oil with thick dabs",
        lambda like: like.same_shape and like.tone > 0.6 and visible(like),
    ),
    Effect(
        "cartoon",
        r"cartoon",
        (
            "Turn {this} into a cartoon: black strokes along its dark contours, over its own "
            "colors.",
            "Make {this} look like a comic drawing, with its edges emphasized by black ink lines.",
        ),
        "as a cartoon with black lines along its contours",
        lambda like: aligned(like) and like.tone > 0.6,
    ),
    Effect(
        "cubism",
        r"cubis[mt]",
        (
            "Repaint {this} in a cubist manner, from small squares of semi-transparent paint "
            "turned in all directions.",
            "Rebuild {this} from little tilted squares of color, like a cubist painting.",
        ),
        "rebuilt from small, tilted squares of color",
        lambda like: like.same_shape and like.tone > 0.5,
    ),
    Effect(
        "photocopy",
        r"photo ?-?cop(?:y|ied)",
        (
            "Make {this} look like a black-and-white photocopy, with dark areas and contours in "
            "black toner on white.",
            "Reproduce {this} as a cheap copying machine would: black toner where it is dark, "
            "blank paper elsewhere.",
        ),
        "as a black-and-white photocopy",
        lambda like: like.same_shape and like.answer.saturation < 0.06 and like.outline > 0.2,
    ),
    Effect(
        "newsprint",
        r"newsprint|half[- ]?ton",
        (
            "Make {this} look printed in a newspaper: break it up into halftone dots of varying "
            "size.",
            "Render {this} as a coarse halftone print, made of rows of dots instead of "
            "continuous tones.",
        ),
        "broken up into halftone dots",
        lambda like: like.same_shape and like.tone > 0.4 and like.detail_ratio > 1.2,
    ),
    Effect(
        "glass tiles",
        r"glass[- ]tiles?|tile glass|glass blocks?|stained glass",
        (
            "Show {this} as if seen through a wall of square glass bricks, each of them "
            "refracting its own piece.",
            "Put a grid of thick glass blocks in front of {this}, so that each block distorts "
            "what lies behind it.",
        ),
        "as seen through a wall of glass bricks",
        lambda like: like.same_shape and visible(like),
    ),
    Effect(
        "illusion",
        r"\billusion\b",
        (
            "Overlay {this} with many faint copies of itself that are fanned out in a circle "
            "around its center.",
            "Let faint, rotated copies of {this} fan out around its center, with the original "
            "showing through.",
        ),
        "overlaid with faint copies of itself fanned out around its center",
        altered,
    ),
    Effect(
        "mosaic",
        r"mosaic",
        (
            "Turn {this} into a mosaic of small tiles with slightly raised, visible edges.",
            "Lay {this} out as a mosaic: small polygonal tiles, each with one color and a "
            "visible joint around it.",
        ),
        "as a mosaic of small tiles",
        lambda like: like.same_shape and like.tone > 0.4 and visible(like),
    ),
    Effect(
        "canvas",
        r"(?:apply |on )?canvas (?:texture|effect|filter)|apply canvas|canvas\b.{0,12}applied|"
        r"texturi[sz]e",
        (
            "Give {this} the woven texture of artist's canvas, as if it were painted on rough "
            "cloth.",
            "Let the weave of a coarse canvas show through all of {this}.",
        ),
        "with the weave of a canvas over its whole surface",
        lambda like: aligned(like) and like.tone > 0.6 and like.detail_ratio > 1.1,
    ),
    Effect(
        "brush strokes",
        r"impressionis|brush ?strokes?|painterly|water ?-?colou?r|pointillis",
        (
            "Repaint {this} with visible brush strokes, like an impressionist painting.",
            "Turn {this} into a painting in which short, visible strokes of the brush replace "
            "the fine details.",
        ),
        "as a painting with visible brush strokes",
        lambda like: like.same_shape and like.tone > 0.35 and visible(like),
    ),
    Effect(
        "sketch",
        r"pencil|charcoal|sketch|line art|drawing style|crayon",
        (
            "Turn {this} into a hand-drawn sketch, its contours drawn as dark strokes on light "
            "paper.",
        ),
        "as a sketch of dark strokes on light paper",
        lambda like: (
            outlines(like)
            and like.question.photographic
            and like.answer.brightness > 0.5
            and like.answer.saturation < 0.1
        ),
    ),
    Effect(
        "weave",
        r"\bweave\b|\bwoven\b",
        ("Make {this} look woven from ribbons that cross over and under each other.",),
        "as if woven from crossing ribbons",
        altered,
        loose=True,
    ),
    Effect(
        "cloth",
        r"clothify|\bcloth\b",
        (
            "Print {this} on coarse cloth, so that the threads of the fabric show through "
            "everywhere.",
        ),
        "as if printed on coarse cloth",
        altered,
        loose=True,
    ),
    Effect(
        "old photo",
        r"old photo|aged photo|vintage|antique photo",
        (
            "Make {this} look like a photograph from long ago: faded brownish tones, a little "
            "blur and a worn, pale border.",
            "Age {this} by many decades, with a yellowed brown tint, soft focus and a blotchy "
            "border.",
        ),
        "as an aged photograph in faded brownish tones",
        _same_motif,
    ),
    Effect(
        "dithering",
        r"dither|bayer matrix|floyd[- ]steinberg",
        (
            "Render {this} with only a few colors in a dither pattern of fine dots, so that "
            "shades are suggested by the density of the dots.",
        ),
        "in few colors, with shades suggested by patterns of dots",
        lambda like: like.same_shape and like.tone > 0.5 and like.detail_ratio > 1.3,
    ),
    Effect(
        "video lines",
        r"video degradation|scan ?-?lines?|interlac|crt\b",
        (
            "Make {this} look like a close-up of an old low-resolution video screen, with its "
            "pattern of colored stripes or dots.",
        ),
        "as on an old video screen with its visible pattern",
        lambda like: like.same_shape and like.tone > 0.3 and like.detail_ratio > 1.3,
    ),
    Effect(
        "flat colour patches",
        r"segment(?:ed|ation)|region growing|mean[- ]shift|simplified",
        ("Simplify {this} into flat patches of color along its natural regions.",),
        "simplified into flat patches of color",
        fewer_tones,
        loose=True,
    ),
)
