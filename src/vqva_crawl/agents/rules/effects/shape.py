"""Distortions, flips, rotations, cut-outs."""

import numpy as np

from vqva_crawl.agents.rules.effects.base import (
    Effect,
    cut_out,
    palette_gap,
    turn_is,
    visible,
    warped,
)
from vqva_crawl.agents.rules.likeness import Likeness
from vqva_crawl.agents.rules.look import SIDE
from vqva_crawl.agents.rules.remains import kept


def _distorted(like: Likeness) -> bool:
    return like.same_shape and warped(like) and like.difference > 0.02


def _rippled(like: Likeness) -> bool:
    """Moved by little, so that a photo is not torn to shreds."""
    return _distorted(like) and kept(like)[1] > (0.7 if like.question.photographic else 0.5)


def _ball(like: Likeness) -> bool:
    """Nothing but an even ground outside the circle that fits into the answer."""
    rows, columns = np.mgrid[:SIDE, :SIDE] / (SIDE - 1) - 0.5
    outside = like.answer.gray[np.hypot(rows, columns) > 0.52]
    return _on_object(like) and float(outside.std()) < 0.06


def _on_object(like: Likeness) -> bool:
    return visible(like) and palette_gap(like) < 0.7


def _circle(like: Likeness) -> bool:
    return visible(like) and palette_gap(like) < 0.6 and like.structure < 0.4


EFFECTS = (
    Effect(
        "mirror",
        r"flip(?:ped)?[- ]?(?:layer )?horizontal|horizontal(?:ly)? flip|horizontal flipped|"
        r"mirror(?:ed)?\b(?! rotation)|"
        r"flip(?:ped)? (?:left|right)|reflect(?:ed|ion)",
        (
            "Mirror {this} so that left and right change places.",
            "Flip {this} horizontally, as if it were seen in a mirror.",
        ),
        "mirrored, with left and right exchanged",
        turn_is("mirrored"),
    ),
    Effect(
        "upside-down flip",
        r"flip(?:ped)?[- ]?(?:layer )?vertical|vertical(?:ly)? flip|vertical flipped|"
        r"upside[- ]down|reflect(?:ed|ion)",
        (
            "Flip {this} vertically, so that top and bottom change places like a reflection in "
            "water.",
            "Show the reflection of {this} in still water: top and bottom exchanged, left and "
            "right unchanged.",
        ),
        "flipped, with top and bottom exchanged",
        turn_is("upside_down"),
    ),
    Effect(
        "half turn",
        r"rotat|horizontal(?:ly)? and vertical|180|upside[- ]down|\bturn(?:ed)?\b|orientation",
        (
            "Turn {this} by 180 degrees, so that it stands on its head.",
            "Rotate {this} by half a turn.",
        ),
        "turned by 180 degrees",
        turn_is("half_turn"),
    ),
    Effect(
        "quarter turn right",
        r"rotat|clockwise|90|\bturn(?:ed)?\b|orientation",
        (
            "Turn {this} by 90 degrees clockwise.",
            "Rotate {this} a quarter turn to the right.",
        ),
        "turned by 90 degrees to the right",
        turn_is("quarter_right"),
    ),
    Effect(
        "quarter turn left",
        r"rotat|clockwise|90|\bccw\b|\bturn(?:ed)?\b|orientation",
        (
            "Turn {this} by 90 degrees counter-clockwise.",
            "Rotate {this} a quarter turn to the left.",
        ),
        "turned by 90 degrees to the left",
        turn_is("quarter_left"),
    ),
    Effect(
        "crop",
        r"crop|cut[- ]?out|zoom(?:ed)?[- ]in|\bclose-?up|\bdetail\b|magnif|enlarge|inset|"
        r"region of interest|\broi\b",
        (
            "Crop {this} to {where}.",
            "Show only {where} of {this}, enlarged to fill the frame.",
            "Zoom in on {where} of {this}.",
        ),
        "reduced to {where}, which fills the frame",
        cut_out,
        loose=True,
    ),
    Effect(
        "ripple",
        r"ripple|rippling|wav(?:e|es|y)\b",
        (
            "Distort {this} with regular waves, so that its straight lines become wavy.",
            "Let regular ripples run through {this}, so that everything straight in it undulates.",
        ),
        "distorted by waves",
        _rippled,
    ),
    Effect(
        "swirl",
        r"whirl|swirl|twirl|spiral distortion",
        (
            "Twist {this} around its center like water going down a drain.",
            "Stir {this} into a whirl: the closer to the middle, the more it is twisted.",
        ),
        "twisted into a whirl around its center",
        _distorted,
    ),
    Effect(
        "pinch",
        r"\bpinch",
        ("Pinch {this} at its center, so that everything is drawn together toward the middle.",),
        "drawn together toward its center",
        _distorted,
    ),
    Effect(
        "bulge",
        r"spheri[sz]|\bbulge|apply lens|lens (?:effect|applied)|magnifying|\bspher(?:e|ical)\b",
        (
            "Make {this} look as if a glass ball or thick round lens lay on its middle and "
            "bulged what is under it.",
            "Bulge the middle of {this} as though it were wrapped over a sphere.",
        ),
        "bulged in the middle as by a round lens",
        _distorted,
    ),
    Effect(
        "barrel distortion",
        r"lens[- ]distortion|fish ?-?eye|barrel|pincushion|distort(?:ed|ion)\b.{0,20}lens",
        (
            "Bend {this} the way a poor camera lens does, so that straight lines near the edges "
            "become curved.",
        ),
        "bent as by a distorting lens, with curved lines near the edges",
        _distorted,
    ),
    Effect(
        "polar",
        r"polar|little planet|stereographic",
        (
            "Bend {this} into a circle: wrap it around a center, so that its left and right "
            "edges meet.",
            "Roll {this} up into a disc around a single point, like a small planet.",
        ),
        "wrapped around a center into a round shape",
        _circle,
    ),
    Effect(
        "kaleidoscope",
        r"kaleidoscop",
        (
            "Show {this} through a kaleidoscope: mirrored wedges of it arranged symmetrically "
            "around the center.",
            "Turn {this} into a kaleidoscopic pattern of repeated mirror images.",
        ),
        "as a symmetrical kaleidoscopic pattern of mirrored pieces",
        lambda like: visible(like) and palette_gap(like) < 0.6,
        loose=True,
    ),
    Effect(
        "page curl",
        r"page[- ]?curl",
        (
            "Curl up one corner of {this} like a page that is about to be turned.",
            "Peel one corner of {this} away from its background, as if it were a sheet of paper.",
        ),
        "with one corner curled up like a page",
        lambda like: like.same_shape and like.tone > 0.6 and visible(like),
    ),
    Effect(
        "wind",
        r"\bwind\b(?!ow)",
        (
            "Let a strong wind blow through {this}, so that fine horizontal streaks trail from "
            "its edges.",
        ),
        "with fine streaks trailing from its edges as if blown by wind",
        lambda like: like.same_shape and like.tone > 0.6 and visible(like),
    ),
    Effect(
        "row shift",
        r"\bshift(?:ed)?\b(?! key| offset)",
        (
            "Shift the rows of pixels in {this} sideways by small random amounts, so that all "
            "vertical edges look jagged.",
        ),
        "with its rows shifted sideways at random",
        lambda like: like.same_shape and like.tone > 0.5 and like.detail_ratio > 1.1,
    ),
    Effect(
        "bend",
        r"curve[- ]bend|\bbend\b|\bbent\b",
        (
            "Bend {this} along smooth curves, so that its upper and lower edges are no longer "
            "straight.",
        ),
        "bent along smooth curves",
        lambda like: visible(like) and palette_gap(like) < 0.2,
        loose=True,
    ),
    Effect(
        "tiling",
        r"small tiles|\btiled?\b(?! glass| paper| seamless)|repeat(?:ed|ing)? (?:pattern|image)",
        ("Fill the frame with several small copies of {this}, arranged side by side in rows.",),
        "repeated as small copies in rows",
        lambda like: visible(like) and palette_gap(like) < 0.4 and like.tone < 0.6,
        loose=True,
    ),
    Effect(
        "seamless tile",
        r"(?:tile )?seamless",
        (
            "Make {this} tileable: blend it with a shifted copy of itself so that opposite edges "
            "match seamlessly.",
        ),
        "blended with a shifted copy of itself so that its edges match",
        lambda like: like.same_shape and visible(like),
        loose=True,
    ),
    Effect(
        "around a ball",
        r"map(?:ped)? (?:to |on(?:to)? )?(?:an? )?(?:object|sphere)",
        (
            "Wrap {this} around a ball and show that ball in front of a plain background.",
            "Show {this} as the surface of a ball.",
        ),
        "on the surface of a ball",
        _ball,
        loose=True,
    ),
    Effect(
        "around an object",
        r"map(?:ped)? (?:to |on(?:to)? )?(?:an? )?(?:object|sphere|box|cylinder|plane)",
        (
            "Wrap {this} around the surface of a three-dimensional object and show that object "
            "in space.",
        ),
        "on the surface of a three-dimensional object",
        _on_object,
        loose=True,
    ),
    Effect(
        "red-eye removal",
        r"red[- ]?eye",
        (
            "Remove the red-eye effect from {this}: make the glowing red pupils look dark and "
            "natural.",
            "Correct the red pupils that the flash caused in {this}.",
        ),
        "with natural dark pupils instead of red ones",
        lambda like: like.same_shape and like.tone > 0.8,
    ),
    Effect(
        "inpainting",
        r"inpaint|(?:remove|repair)(?:s|d|ing)? (?:the )?(?:scratch|defect|damage)",
        (
            "Repair the damage in {this}: fill the scratched or missing spots so that they blend "
            "in with what surrounds them.",
        ),
        "repaired, with the damaged spots filled in",
        lambda like: like.same_shape and like.tone > 0.6 and visible(like),
        loose=True,
    ),
    Effect(
        "affine warp",
        r"affine|shear(?:ed|ing)?\b|perspective (?:transform|warp|correct)|homography|"
        r"\bwarp(?:ed)?\b",
        ("Tilt and skew {this} as a whole, while its straight lines stay straight.",),
        "tilted and sheared as a whole",
        lambda like: (
            like.question.photographic
            and visible(like)
            and palette_gap(like) < 0.6
            and like.tone < 0.8
        ),
        loose=True,
    ),
)
