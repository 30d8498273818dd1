"""Artistic styles, light, frames and overlays."""

from vqva_crawl.agents.rules.effects.base import (
    Effect,
    aligned,
    altered,
    fewer_tones,
    outlines,
    reframed,
    visible,
)


def _same_motif(like):  # type: ignore[no-untyped-def]
    return like.structure > 0.35 and visible(like)


EFFECTS = (
    Effect(
        "emboss", r"emboss|bas[- ]?relief|bump ?-?map",
        (
            "Apply an emboss effect to {this} so that its contours look carved in relief, with bumps and hollows.",
            "Make {this} look like a shallow relief pressed into a plate, with raised and sunken contours lit from one side.",
        ),
        "as a relief with raised and sunken contours",
        lambda like: like.same_shape and like.outline > 0.25 and visible(like),
    ),
    Effect(
        "engraving", r"engrav",
        (
            "Turn {this} into an antique engraving: black and white horizontal lines whose thickness renders light and dark.",
            "Redraw {this} as an old copperplate print made of fine parallel lines in black and white.",
        ),
        "as an engraving of black and white lines",
        lambda like: like.same_shape and like.tone > 0.3 and like.answer.saturation < 0.08,
    ),
    Effect(
        "oil painting", r"oil(?:ify|[- ]?paint)",
        (
            "Make {this} look like an oil painting with thick, rounded dabs of the brush.",
            "Repaint {this} in oil: let its fine details merge into thick blobs of paint.",
        ),
        "as if painted in oil with thick dabs",
        lambda like: like.same_shape and like.tone > 0.6 and visible(like),
    ),
    Effect(
        "cartoon", r"cartoon",
        (
            "Turn {this} into a cartoon: black strokes along its dark contours, over its own colors.",
            "Make {this} look like a comic drawing, with its edges emphasized by black ink lines.",
        ),
        "as a cartoon with black lines along its contours",
        lambda like: aligned(like) and like.tone > 0.6,
    ),
    Effect(
        "cubism", r"cubis[mt]",
        (
            "Repaint {this} in a cubist manner, from small squares of semi-transparent paint turned in all directions.",
            "Rebuild {this} from little tilted squares of color, like a cubist painting.",
        ),
        "rebuilt from small, tilted squares of color",
        lambda like: like.same_shape and like.tone > 0.5,
    ),
    Effect(
        "photocopy", r"photo ?-?cop(?:y|ied)",
        (
            "Make {this} look like a black-and-white photocopy, with dark areas and contours in black toner on white.",
            "Reproduce {this} as a cheap copying machine would: black toner where it is dark, blank paper elsewhere.",
        ),
        "as a black-and-white photocopy",
        lambda like: like.same_shape and like.answer.saturation < 0.06 and like.outline > 0.2,
    ),
    Effect(
        "newsprint", r"newsprint|half[- ]?ton",
        (
            "Make {this} look printed in a newspaper: break it up into halftone dots of varying size.",
            "Render {this} as a coarse halftone print, made of rows of dots instead of continuous tones.",
        ),
        "broken up into halftone dots",
        lambda like: like.same_shape and like.tone > 0.4 and like.detail_ratio > 1.2,
    ),
    Effect(
        "glass tiles", r"glass[- ]tiles?|tile glass|glass blocks?|stained glass",
        (
            "Show {this} as if seen through a wall of square glass bricks, each of them refracting its own piece.",
            "Put a grid of thick glass blocks in front of {this}, so that each block distorts what lies behind it.",
        ),
        "as seen through a wall of glass bricks",
        lambda like: like.same_shape and visible(like),
    ),
    Effect(
        "mosaic", r"mosaic",
        (
            "Turn {this} into a mosaic of small tiles with slightly raised, visible edges.",
            "Lay {this} out as a mosaic: small polygonal tiles, each with one color and a visible joint around it.",
        ),
        "as a mosaic of small tiles",
        lambda like: like.same_shape and like.tone > 0.4 and visible(like),
    ),
    Effect(
        "canvas", r"(?:apply |on )?canvas (?:texture|effect|filter)|apply canvas|canvas\b.{0,12}applied|texturi[sz]e",
        (
            "Give {this} the woven texture of artist's canvas, as if it were painted on rough cloth.",
            "Let the weave of a coarse canvas show through all of {this}.",
        ),
        "with the weave of a canvas over its whole surface",
        lambda like: aligned(like) and like.tone > 0.6 and like.detail_ratio > 1.1,
    ),
    Effect(
        "brush strokes", r"impressionis|brush ?strokes?|painterly|water ?-?colou?r|pointillis",
        (
            "Repaint {this} with visible brush strokes, like an impressionist painting.",
            "Turn {this} into a painting in which short, visible strokes of the brush replace the fine details.",
        ),
        "as a painting with visible brush strokes",
        lambda like: like.same_shape and like.tone > 0.35 and visible(like),
    ),
    Effect(
        "sketch", r"pencil|charcoal|sketch|line art|drawing style|crayon",
        (
            "Turn {this} into a hand-drawn sketch, its contours drawn as dark strokes on light paper.",
        ),
        "as a sketch of dark strokes on light paper",
        lambda like: outlines(like) and like.question.photographic and like.answer.brightness > 0.5 and like.answer.saturation < 0.1,
    ),
    Effect(
        "weave", r"\bweave\b|\bwoven\b",
        (
            "Make {this} look woven from ribbons that cross over and under each other.",
        ),
        "as if woven from crossing ribbons",
        altered,
    ),
    Effect(
        "cloth", r"clothify|\bcloth\b",
        (
            "Print {this} on coarse cloth, so that the threads of the fabric show through everywhere.",
        ),
        "as if printed on coarse cloth",
        altered,
    ),
    Effect(
        "old photo", r"old photo|aged photo|vintage|antique photo",
        (
            "Make {this} look like a photograph from long ago: faded brownish tones, a little blur and a worn, pale border.",
            "Age {this} by many decades, with a yellowed brown tint, soft focus and a blotchy border.",
        ),
        "as an aged photograph in faded brownish tones",
        _same_motif,
    ),
    Effect(
        "coffee stain", r"coffee[- ]stain",
        (
            "Add the brown ring stains of coffee cups to {this}, as if someone had set cups down on the print.",
            "Leave a few realistic coffee stains on {this}.",
        ),
        "with brown coffee stains on it",
        lambda like: aligned(like) and like.tone > 0.6 and visible(like),
    ),
    Effect(
        "slide", r"\bslide\b(?! ?show|r)",
        (
            "Frame {this} like a photographic slide, with a black film border that carries lettering and frame numbers.",
        ),
        "framed as a photographic slide with a black film border",
        reframed,
    ),
    Effect(
        "film strip", r"film ?-?strip",
        (
            "Turn {this} into a frame of a film strip, with a black border and rows of perforation holes.",
            "Put {this} on cinema film: black edges with sprocket holes along both sides.",
        ),
        "on a film strip with perforated black edges",
        reframed,
    ),
    Effect(
        "rounded corners", r"round(?:ed)?[- ]corners?",
        (
            "Round off the four corners of {this} and let it cast a soft shadow, as if it were a card.",
        ),
        "with rounded corners and a soft shadow",
        lambda like: like.structure > 0.5,
    ),
    Effect(
        "fuzzy border", r"(?:fuzzy|ragged|soft|feathered|jagged)[- ](?:border|edge)",
        (
            "Give {this} a ragged, fuzzy border that fades into plain white.",
            "Let {this} fade out into a jagged, blurry white border on all sides.",
        ),
        "with a ragged, fuzzy border",
        lambda like: like.outline > 0.4 and visible(like),
    ),
    Effect(
        "bevel", r"\bbevel",
        (
            "Bevel the edges of {this} so that it looks like a raised button with a bright and a dark rim.",
            "Give {this} slanted edges, lit on one side and shaded on the other, so that it seems to rise from the page.",
        ),
        "raised like a button, with a bright and a dark rim",
        lambda like: like.tone > 0.6 and visible(like),
    ),
    Effect(
        "border", r"add(?:ed)?[- ]border|border added|with (?:a )?(?:border|frame)|\bframed?\b.{0,10}(?:applied|added)",
        (
            "Put a colored frame around {this} whose sides are shaded so that it looks three-dimensional.",
        ),
        "inside a shaded, three-dimensional frame",
        lambda like: not like.same_size or visible(like),
    ),
    Effect(
        "drop shadow", r"drop[- ]shadow",
        (
            "Add a soft drop shadow to {this}, so that it seems to float above a white sheet.",
            "Let {this} cast a soft shadow toward the lower right, as if it hovered over the background.",
        ),
        "floating above the background with a soft shadow",
        reframed,
    ),
    Effect(
        "perspective shadow", r"perspective shadow|(?:cast|long)[- ]shadow",
        (
            "Let the object in {this} cast a long, slanted shadow on the ground behind it.",
        ),
        "with a long, slanted shadow behind its object",
        lambda like: visible(like) and like.structure > 0.4,
    ),
    Effect(
        "lens flare", r"lens[- ]?flare|(?:gradient|\bg) ?-?flare|flare effect",
        (
            "Add a lens flare to {this}, as if a bright light shone straight into the camera.",
            "Let a bright light source dazzle the lens in {this}, with rays and a chain of colored reflections.",
        ),
        "with a dazzling light source and its reflections in the lens",
        lambda like: aligned(like) and like.tone > 0.3 and visible(like),
    ),
    Effect(
        "light burst", r"super ?-?nova|star ?-?burst|line ?-?nova|sun ?-?burst|light rays",
        (
            "Add a burst of light with rays that shoot out in all directions to {this}.",
            "Place a brilliant star with long rays into {this}.",
        ),
        "with a burst of rays shining in it",
        lambda like: like.same_shape and visible(like),
    ),
    Effect(
        "sparkle", r"sparkle",
        (
            "Put little star-shaped sparkles on the brightest points of {this}.",
        ),
        "with star-shaped sparkles on its brightest points",
        lambda like: aligned(like) and visible(like),
    ),
    Effect(
        "spotlight", r"light(?:ing)? effects?|spot ?-?light",
        (
            "Light {this} with a single spotlight: a bright pool of light, and darkness around it.",
        ),
        "lit by a single spotlight, with darkness around it",
        lambda like: aligned(like) and like.answer.brightness < like.question.brightness,
    ),
    Effect(
        "grid", r"\bgrid\b(?! ?mode| ?view)",
        (
            "Lay a regular grid of thin straight lines over {this}.",
            "Draw evenly spaced horizontal and vertical lines across all of {this}.",
        ),
        "with a regular grid of lines on top",
        lambda like: like.same_shape and like.tone > 0.5 and visible(like),
    ),
    Effect(
        "jigsaw", r"jig ?saw|puzzle",
        (
            "Turn {this} into a jigsaw puzzle: draw the outlines of interlocking pieces across all of it.",
            "Cut {this} into the interlocking pieces of a puzzle, all still lying in place.",
        ),
        "cut into interlocking puzzle pieces",
        lambda like: like.same_shape and like.tone > 0.5,
    ),
    Effect(
        "paper tiles", r"paper[ -]?tiles?",
        (
            "Cut {this} into small square pieces of paper and shift them slightly out of place, so that gaps and overlaps appear.",
        ),
        "cut into small paper squares that lie slightly out of place",
        lambda like: like.same_shape and visible(like),
    ),
    Effect(
        "dithering", r"dither|bayer matrix|floyd[- ]steinberg",
        (
            "Render {this} with only a few colors in a dither pattern of fine dots, so that shades are suggested by the density of the dots.",
        ),
        "in few colors, with shades suggested by patterns of dots",
        lambda like: like.same_shape and like.tone > 0.5 and like.detail_ratio > 1.3,
    ),
    Effect(
        "video lines", r"video degradation|scan ?-?lines?|interlac|crt\b",
        (
            "Make {this} look like a close-up of an old low-resolution video screen, with its pattern of colored stripes or dots.",
        ),
        "as on an old video screen with its visible pattern",
        lambda like: like.same_shape and like.tone > 0.3 and like.detail_ratio > 1.3,
    ),
    Effect(
        "flat colour patches", r"segment(?:ed|ation)|region growing|mean[- ]shift|simplified",
        (
            "Simplify {this} into flat patches of color along its natural regions.",
        ),
        "simplified into flat patches of color",
        fewer_tones,
    ),
)
