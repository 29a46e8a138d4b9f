"""The strongest edge of a photo near a place."""

from __future__ import annotations

from math import ceil, floor

import cv2
import numpy as np
from numpy.typing import NDArray

_FAINT = 24.0
"""Gradients below this many grey levels a pixel are texture or noise, not an edge."""


def strongest_edge(
    rgb: NDArray[np.uint8], at: tuple[float, float], reach: float
) -> tuple[float, float] | None:
    """The centre of the pixel with the strongest edge within `reach` pixels of `at`, or None on even ground.

    `rgb` uint8 [h, w, 3]. Strength is the gradient's magnitude (Scharr, after a light blur), largest of the
    three channels, weighted down to a half at the reach: of two edges alike the nearer one counts.
    """
    height, width = rgb.shape[:2]
    radius = max(2, ceil(reach))
    column, row = floor(at[0]), floor(at[1])
    x0, y0 = max(0, column - radius - 2), max(0, row - radius - 2)
    window = rgb[y0 : row + radius + 3, x0 : column + radius + 3]
    if min(window.shape[:2]) < 3 or not (0 <= column < width and 0 <= row < height):
        return None
    strength = _gradient(np.ascontiguousarray(window))
    rows, columns = np.mgrid[: window.shape[0], : window.shape[1]]
    away = np.hypot(columns + x0 - column, rows + y0 - row)
    strength = np.where((away <= reach) & (strength >= _FAINT), strength * (1 - away / reach / 2), 0)
    best = int(strength.argmax())
    if strength.flat[best] == 0:
        return None
    y, x = divmod(best, window.shape[1])
    return x0 + x + 0.5, y0 + y + 0.5


def _gradient(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Grey levels a pixel, the largest of the channels."""
    smooth = cv2.GaussianBlur(rgb, (3, 3), 0).astype(np.float32)
    across, down = (np.asarray(cv2.Scharr(smooth, cv2.CV_32F, dx, 1 - dx)) / 32 for dx in (1, 0))
    return np.asarray(np.hypot(across, down).max(axis=2), np.float32)
