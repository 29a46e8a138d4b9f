"""A photo shown brighter, with more contrast, or equalised: for eyes only, never what a model is given."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Tone = tuple[int, int, bool]
"""Steps of brightness and of contrast, each -5..5, and whether shadows and glare are brought out."""

PLAIN: Tone = (0, 0, False)
_GAMMA_STEP = 1.3
_CONTRAST_STEP = 1.2
_TILES = (8, 8)
_CLIP = 3.0


def toned(rgb: NDArray[np.uint8], tone: Tone) -> NDArray[np.uint8]:
    """RGB uint8 [h, w, 3] in another tone; the array itself where the tone changes nothing.

    Brightness is a gamma, so that black and white stay; contrast turns the curve around mid grey.
    Equalised means contrast-limited adaptive histogram equalisation of the lightness (Zuiderveld, "Contrast
    limited adaptive histogram equalization", 1994) before both.
    """
    brightness, contrast, equalised = tone
    if equalised:
        rgb = _equalised(rgb)
    if brightness or contrast:
        rgb = np.asarray(cv2.LUT(rgb, _curve(brightness, contrast)), np.uint8)
    return rgb


def _equalised(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    lab = cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB)
    lab[..., 0] = cv2.createCLAHE(_CLIP, _TILES).apply(np.ascontiguousarray(lab[..., 0]))
    return np.asarray(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB), np.uint8)


def _curve(brightness: int, contrast: int) -> NDArray[np.uint8]:
    """What each of the 256 values becomes."""
    value = (np.arange(256) / 255) ** (_GAMMA_STEP**-brightness)
    value = (value - 0.5) * _CONTRAST_STEP**contrast + 0.5
    return np.round(np.clip(value, 0, 1) * 255).astype(np.uint8)
