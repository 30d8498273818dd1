"""Values in a caption ('Angle = 45°') that a viewer can make sense of."""

from __future__ import annotations

import re

# Words whose number a person can picture, given with a unit that can be seen; all others are
# dropped.
_MEANINGFUL = "angle|radius|amplitude|period|wavelength"
_VALUE = re.compile(
    rf"\b({_MEANINGFUL})\s*(?:=|:|of|is|set to)?\s*(-?\d+(?:\.\d+)?)\s*(°|degrees|px\b|pixels\b|%)",
    re.IGNORECASE,
)


def parameters(caption: str) -> str:
    """`use an angle of 45 degrees`, "" when the caption holds no or several values."""
    found = _VALUE.findall(caption)
    if len(found) != 1 or caption.count("=") > 1:
        return ""
    name, value, unit = found[0]
    value = re.sub(r"\.0+$", "", value)
    unit = {"°": " degrees", "px": " pixels", "%": "%"}.get(unit, f" {unit}")
    name = name.lower().strip()
    article = "an" if name[0] in "aeiou" else "a"
    return f"use {article} {name} of {value}{unit}"
