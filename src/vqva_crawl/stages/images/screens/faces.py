"""Faces that look at the camera (extra `faces`).

scikit-image's cascade over local binary patterns, of OpenCV's training (Liao et al., Learning
Multi-scale Block Local Binary Patterns for Face Recognition, 2007). It finds upright faces from the
front; profiles, small, tilted and covered faces it mostly misses.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from PIL import Image
from pydantic import Field

from vqva_crawl.errors import ConfigError
from vqva_crawl.registry import Options, picture_screen
from vqva_crawl.stages.images.verdicts import Decoded

SEARCHED = 200  # pixels of the shorter side of what is searched, at most
WINDOW = 24  # pixels a side of the smallest face that the cascade knows
NEIGHBOURS = 6  # windows around a place that have to agree (measured: scripts/bench/screens.py)


class FaceOptions(Options):
    min_share: float = Field(0.15, gt=0, le=1)
    """A face has at least this share of the picture's shorter side; smaller ones do not count."""


@picture_screen("faces", options=FaceOptions)
def faces(options: Mapping[str, Any]) -> Any:
    """A screen that refuses pictures with a face. ConfigError where scikit-image is missing."""
    cascade, share = _cascade(), FaceOptions.model_validate(options).min_share

    def screen(found: Decoded) -> str:
        places = detect(cascade, found.grey, share)
        return f"{len(places)} of them, the first {places[0]}" if places else ""

    return screen


def detect(cascade: Any, grey: Image.Image, share: float) -> list[str]:
    """Where faces are, as `width x height at left, top` in pixels of the picture."""
    scale = max(1.0, min(grey.size) / SEARCHED)
    small = grey.resize((round(grey.width / scale), round(grey.height / scale)))
    least = max(WINDOW, round(share * min(small.size)))
    if least > min(small.size):
        return []
    found = cascade.detect_multi_scale(
        img=np.asarray(small),
        scale_factor=1.2,
        step_ratio=1,
        min_size=(least, least),
        max_size=small.size[::-1],
        min_neighbor_number=NEIGHBOURS,
    )
    return [
        "{width:.0f} x {height:.0f} at {c:.0f}, {r:.0f}".format_map(
            {key: value * scale for key, value in one.items()}
        )
        for one in found
    ]


def _cascade() -> Any:
    try:
        from skimage.data import lbp_frontal_face_cascade_filename
        from skimage.feature import Cascade
    except ImportError as error:
        raise ConfigError("'faces' needs scikit-image: pip install 'vqva-crawl[faces]'") from error
    return Cascade(lbp_frontal_face_cascade_filename())  # type: ignore[no-untyped-call,unused-ignore]
