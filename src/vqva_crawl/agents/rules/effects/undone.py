"""Operations that can be asked for backwards: the disturbed picture is given, the clean one sought.

Only those whose result a viewer can foresee: speckles removed, a tilted picture set upright. What
the operation has destroyed for good (colours of an engraving) is not asked for.
"""

from __future__ import annotations

from vqva_crawl.agents.rules.effects.base import Effect

# effect name -> (ways to ask, what the answer shows)
UNDONE: dict[str, tuple[tuple[str, ...], str]] = {
    "blur": (
        (
            "Bring {this} into focus: show it sharp, with all its fine details restored.",
            "Remove the blur from {this} and show how it looks when perfectly in focus.",
        ),
        "sharp and in focus",
    ),
    "lens blur": (
        (
            "Show {this} as it would look if the lens had been focused correctly.",
            "Undo the defocus of {this}, so that every detail is crisp again.",
        ),
        "sharp and in focus",
    ),
    "motion blur": (
        (
            "Remove the motion streaks from {this}, as if the camera had been held perfectly "
            "still.",
            "Show {this} without the motion blur, all its contours sharp.",
        ),
        "sharp, as taken with a still camera",
    ),
    "zoom blur": (
        ("Remove the zoom streaks that run outward from the center of {this} and show it sharp.",),
        "sharp, without streaks",
    ),
    "radial blur": (
        (
            "Remove the circular smear from {this} and show it as it looked without any rotation "
            "of the camera.",
        ),
        "sharp, without the circular smear",
    ),
    "partial blur": (
        ("Bring all of {this} into focus, including the parts that are blurred now.",),
        "sharp over its whole area",
    ),
    "noise": (
        (
            "Remove the grain from {this} and show it clean, with smooth even areas.",
            "Clean {this} of all its random speckles without losing the details of the motif.",
        ),
        "clean, without any grain",
    ),
    "salt and pepper noise": (
        (
            "Remove all the stray dots from {this} and show the clean picture behind them.",
            "Free {this} from its random speckles, so that the motif appears clean again.",
        ),
        "clean, without stray dots",
    ),
    "scattering": (
        (
            "Undo the scattering in {this}: show it with clean, sharp edges, as if nothing "
            "disturbed the view.",
        ),
        "with clean, sharp edges",
    ),
    "negative": (
        (
            "Invert {this}, so that dark parts become light and every color turns into its "
            "opposite.",
            "Exchange light and dark in {this} and replace each color by its opposite.",
        ),
        "inverted, with light and dark exchanged and each color turned into its opposite",
    ),
    "sepia": (
        ("Give {this} its natural colors back in place of the brown tint.",),
        "in natural colors",
    ),
    "grayscale": (
        (
            "Colorize {this} with plausible natural colors.",
            "Show {this} in natural color instead of shades of gray.",
        ),
        "in natural colors",
    ),
    "mirror": (
        (
            "Mirror {this} so that left and right change places.",
            "Flip {this} horizontally, as if it were seen in a mirror.",
        ),
        "mirrored, with left and right exchanged",
    ),
    "upside-down flip": (
        (
            "Exchange top and bottom in {this}, while left and right stay where they are.",
            "Flip {this} vertically, so that its lower edge becomes the upper one.",
        ),
        "flipped, with top and bottom exchanged",
    ),
    "half turn": (
        ("Rotate {this} by 180 degrees.",),
        "turned by 180 degrees",
    ),
    "quarter turn right": (
        ("Turn {this} by 90 degrees counter-clockwise.",),
        "turned by 90 degrees to the left",
    ),
    "quarter turn left": (
        ("Turn {this} by 90 degrees clockwise.",),
        "turned by 90 degrees to the right",
    ),
    "ripple": (
        (
            "Smooth out the waves that distort {this}, so that its lines run straight again.",
            "Remove the ripples from {this} and show it undistorted.",
        ),
        "undistorted, with straight lines",
    ),
    "swirl": (
        ("Untwist {this}: undo the whirl and show it undistorted.",),
        "undistorted, without the whirl",
    ),
    "pinch": (("Undo the pinch in the middle of {this} and show it undistorted.",), "undistorted"),
    "bulge": (
        (
            "Flatten the bulge in {this} and show it without any distortion.",
            "Remove the lens that distorts {this} and show what it looks like without it.",
        ),
        "undistorted",
    ),
    "barrel distortion": (
        (
            "Correct the lens distortion in {this}, so that it fills a plain rectangle with "
            "straight edges.",
        ),
        "undistorted, with straight lines",
    ),
    "bend": (
        ("Straighten {this}: undo the bending and show it as a plain, undistorted rectangle.",),
        "undistorted",
    ),
    "row shift": (
        ("Move the shifted rows of {this} back into line, so that its edges are smooth again.",),
        "with its rows back in line",
    ),
    "page curl": (
        ("Flatten the curled corner of {this} and show the whole picture.",),
        "flat, with the corner back in place",
    ),
    "grid": (
        (
            "Remove the grid of lines from {this} and show what lies beneath, undisturbed.",
            "Erase all the grid lines that cover {this}.",
        ),
        "free of any lines",
    ),
    "jigsaw": (
        (
            "Show {this} without the outlines of the puzzle pieces, as one unbroken picture.",
            "Join the puzzle pieces in {this} so that no seam remains visible.",
        ),
        "as one unbroken picture",
    ),
    "paper tiles": (
        (
            "Put the shifted paper squares of {this} back in place, so that one unbroken picture "
            "appears.",
        ),
        "as one unbroken picture",
    ),
    "glass tiles": (
        (
            "Take away the glass bricks in front of {this} and show the undistorted view behind "
            "them.",
        ),
        "undistorted, without the glass bricks",
    ),
    "lens flare": (
        (
            "Remove the lens flare and its reflections from {this}.",
            "Show {this} without the dazzling light and the reflections in the lens.",
        ),
        "without the flare",
    ),
    "light burst": (
        ("Remove the burst of light with its rays from {this} and show what it hides.",),
        "without the burst of light",
    ),
    "spotlight": (
        ("Light {this} evenly instead of by a single spotlight, as in plain daylight.",),
        "evenly lit",
    ),
    "vignette": (
        (
            "Remove the vignette from {this}, so that its edges are as clear as its center.",
            "Brighten the faded borders of {this} until the light is even across the frame.",
        ),
        "evenly lit up to its edges",
    ),
    "coffee stain": (
        (
            "Remove the brown ring stains from {this}, as if nothing had ever been spilled on it.",
            "Clean {this} of its coffee stains.",
        ),
        "free of stains",
    ),
    "old photo": (
        (
            "Restore {this}: give it clear natural colors and remove the signs of age and the "
            "worn border.",
        ),
        "restored, in clear natural colors",
    ),
    "film strip": (
        (
            "Cut {this} out of its film strip and show only the shot itself, without the "
            "perforated edges.",
        ),
        "without the film's perforated edges",
    ),
    "slide": (
        ("Take {this} out of its slide frame and show only the shot itself.",),
        "without the frame",
    ),
    "fuzzy border": (
        (
            "Remove the ragged white border from {this} and let the motif reach the edges of the "
            "frame.",
        ),
        "reaching the edges of the frame",
    ),
    "border": (
        ("Take the frame away from around {this} and show only what it encloses.",),
        "without its frame",
    ),
    "bevel": (
        ("Flatten {this}: remove the slanted bright and dark rim along its edges.",),
        "flat, without a rim",
    ),
    "drop shadow": (
        (
            "Remove the drop shadow and the empty margin from {this}, so that only the picture "
            "itself remains.",
        ),
        "without shadow or margin",
    ),
    "perspective shadow": (
        ("Remove the long shadow behind the object in {this} and leave everything else as it is.",),
        "without the shadow",
    ),
    "canvas": (
        ("Remove the canvas texture from {this} and show a smooth print of the same motif.",),
        "smooth, without the texture",
    ),
    "video lines": (
        (
            "Remove the pattern of the video screen from {this} and show the clean picture "
            "behind it.",
        ),
        "clean, without the screen's pattern",
    ),
    "weave": (
        ("Show {this} as a plain, smooth photo instead of a picture woven from ribbons.",),
        "smooth, without the weave",
    ),
    "cloth": (
        (
            "Remove the structure of the cloth from {this} and show a smooth print of the same "
            "motif.",
        ),
        "smooth, without the cloth",
    ),
    "newsprint": (
        ("Remove the halftone dots from {this} and show it with smooth, continuous tones.",),
        "in smooth, continuous tones",
    ),
    "dithering": (
        ("Remove the dither pattern from {this} and show it in smooth, continuous tones.",),
        "in smooth, continuous tones",
    ),
    "glow": (
        (
            "Remove the hazy glow from {this} and show it clear, with full contrast.",
            "Clear the haze of light from {this}, so that its contours and colors become crisp "
            "again.",
        ),
        "clear and crisp, without the glow",
    ),
    "wind": (
        ("Remove the fine streaks that trail from the edges in {this}.",),
        "with clean edges, without streaks",
    ),
    "melting noise": (
        ("Remove the tiny drips that run downward in {this}, so that its edges are clean again.",),
        "with clean edges",
    ),
    "tiling": (
        (
            "Show just one of the repeated copies in {this}, enlarged to fill the whole frame.",
            "Pick a single one of the identical small pictures in {this} and show it large.",
        ),
        "as one large picture instead of many small copies",
    ),
    "polar": (
        ("Unroll {this}: bend its circle open into an ordinary rectangular view.",),
        "unrolled into an ordinary rectangular view",
    ),
    "around an object": (
        (
            "Unwrap the view that covers the object in {this} and show it flat, as a plain "
            "rectangle.",
        ),
        "flat, as a plain rectangle",
    ),
    "rounded corners": (
        ("Remove the shadow from {this} and give it plain square corners.",),
        "with square corners and no shadow",
    ),
    "slightly brighter": (
        ("Darken {this} a little, without moving or recoloring anything in it.",),
        "a little darker",
    ),
    "tone mapping": (
        ("Deepen the shadows of {this}, so that its dark parts become clearly darker.",),
        "with deeper shadows",
    ),
    "warmer": (
        ("Neutralize the warm tint of {this}, so that white things look white again.",),
        "in neutral light",
    ),
    "cooler": (
        ("Neutralize the bluish tint of {this}, so that white things look white again.",),
        "in neutral light",
    ),
}


# A drawing has no natural look to return to, but a distortion of it can still be straightened.
GEOMETRIC = frozenset(
    "mirror/upside-down flip/half turn/quarter turn right/quarter turn "
    "left/ripple/swirl/pinch/bulge/"
    "barrel distortion/bend/grid/tiling/negative/bevel/perspective shadow/slightly brighter".split(
        "/"
    )
)


def undo(effect: Effect) -> tuple[tuple[str, ...], str] | None:
    """How to ask for the way back, and what it leads to; None where there is no way back."""
    return UNDONE.get(effect.name)
