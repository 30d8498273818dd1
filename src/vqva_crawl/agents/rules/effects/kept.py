"""What an operation leaves as it was; the same holds for its way back.

Said of the picture in words that are true whatever it shows. An operation that is not named here
changes the look alone and keeps motif and composition.
"""

from __future__ import annotations

_LOOK = "the motif and the composition"
_TURNED = "every shape and every color, only seen the other way round"
_TURN = "every shape and every color; only what is up and what is down is new"
_WARPED = "the colors and the order of the parts, though not their outlines"
_INSIDE = "the motif itself, whole and without any change inside it"
_TONES = "all shapes and where they stand"
_LINES = "the course of the contours, and where each of them lies"
_LARGE = "the large shapes and their colors, each in its place"
_PLACED = "the motif, and where each of its parts stands"
_SHAPES = "the large shapes and where they stand"
_REST = "all of the motif outside the spots concerned"
_SURFACE = "the motif as a surface, with its colors and textures"
_COLOURS = "the colors and the textures, but neither the composition nor the shapes"

KEPT: dict[str, str] = {
    name: keeps
    for names, keeps in (
        ("mirror/upside-down flip/half turn", _TURNED),
        ("quarter turn right/quarter turn left", _TURN),
        ("crop", "the chosen part, with its own colors and light"),
        ("ripple/swirl/pinch/bulge/barrel distortion/bend/glass tiles", _WARPED),
        ("polar/kaleidoscope/seamless tile", _COLOURS),
        ("page curl", "all that lies away from the curled corner"),
        ("tiling/slide/film strip/border/drop shadow", _INSIDE),
        ("rounded corners/fuzzy border/bevel/vignette", "all that lies away from the edges"),
        ("around a ball/around an object", _SURFACE),
        ("affine warp", "the colors, and the straightness of all straight lines"),
        ("red-eye removal/inpainting/coffee stain/perspective shadow", _REST),
        ("lens flare/light burst/sparkle", _REST),
        ("spotlight", _PLACED),
        ("row shift/wind/melting noise/scattering/jigsaw/paper tiles/grid", _PLACED),
        ("salt and pepper noise/noise/denoising/illusion", _PLACED),
        ("radial blur/zoom blur/motion blur/lens blur/blur/median filter/pixelation", _LARGE),
        ("partial blur", "the composition, and all detail in the area of focus"),
        ("smoothing that keeps edges", "the strong contours and the composition"),
        ("sharpening", "every shape and every color, in its place"),
        ("neon/difference of Gaussians/bright edges/edges/contours/sketch/photocopy", _LINES),
        ("emboss/engraving/cartoon/normal map", _LINES),
        ("dilation/erosion/opening/closing/skeleton/distance transform", _SHAPES),
        ("top hat", "the small bright details, each in its place"),
        ("watershed/superpixels/flat colour patches", "the borders of the main regions"),
        ("corners/keypoints/circles/lines/convex hull", "all of the picture beneath the marks"),
        ("mask", "the outline of the main object and its place"),
        ("spectrum", "only the directions and rhythms of the picture, no shape of it"),
        ("sepia/value inversion/negative/grayscale/false colour/colour shift", _TONES),
        ("threshold/posterize/equalize/tone mapping/lifted shadows", _TONES),
        ("strong brightening/brighter/slightly brighter/darker", _TONES),
        ("more saturated/warmer/cooler", _TONES),
    )
    for name in names.split("/")
}


def kept(effect: str) -> str:
    """Completes "What stays: ..."."""
    return KEPT.get(effect, _LOOK)
