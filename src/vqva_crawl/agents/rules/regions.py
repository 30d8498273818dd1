"""Parts of a picture in words."""

from __future__ import annotations

Box = tuple[float, float, float, float]


def part(box: Box) -> str:
    """`the upper left part`, `the center` of a box given in shares of the picture."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    row = "upper" if y < 0.4 else "lower" if y > 0.6 else ""
    column = "left" if x < 0.4 else "right" if x > 0.6 else ""
    words = " ".join(w for w in (row, column) if w)
    return f"the {words} part" if words else "the central part"
