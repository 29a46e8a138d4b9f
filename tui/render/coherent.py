"""A photo as palette indices that neighbours share wherever the eye does not mind.

Sixel pays for every change of colour along a row and within the six rows of a band. Noise is smoothed before
colours are chosen; then a pixel takes over the index above it, or to its left, when the two colours are close
for its surroundings: differences hide in texture and show on smooth ground. A third fewer bytes a frame, and
fewer colours under every mark that has to be taken away again.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from tui.render.palette import PhotoPalette

_TOLERANCES = (40.0, 100.0, 220.0)
"""Weighted squared distance up to which two colours count as one on smooth, mixed and busy ground."""
_CHANNEL_WEIGHTS = np.array([2, 4, 3], np.float32) / 3
"""Red, green, blue: the eye tells greens apart best (Riemersma, "Colour metric", mid reds)."""
_MIXED, _BUSY = 8, 24
_NEIGHBOURHOOD = 7
_SMOOTHING = (5, 20, 2)
"""Diameter in pixels, reach in colour and in space of the bilateral filter."""


def coherent_indices(frame: NDArray[np.uint8], palette: PhotoPalette) -> NDArray[np.uint8]:
    """Palette indices uint8 [h, w] of an RGB frame uint8 [h, w, 3]."""
    smooth = np.asarray(cv2.bilateralFilter(frame, *_SMOOTHING), np.uint8)
    index = palette.indices(smooth)
    close = np.stack([_close(palette.colours, tolerance) for tolerance in _TOLERANCES])
    count = len(palette.colours)
    row_of = (busyness(frame).astype(np.int32) * count + index) * count
    _take_over(index, row_of, close.ravel())
    across = np.ascontiguousarray(index.T)
    _take_over(across, np.ascontiguousarray(row_of.T), close.ravel())
    return np.ascontiguousarray(across.T)


def busyness(frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Local range of brightness, uint8 [h, w]: 0 on smooth ground, 1 where it is mixed, 2 in texture."""
    grey = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)
    spread = cv2.morphologyEx(grey, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    spread = cv2.blur(spread, (_NEIGHBOURHOOD, _NEIGHBOURHOOD))
    return (spread > _MIXED).astype(np.uint8) + (spread > _BUSY)


def _close(colours: NDArray[np.uint8], tolerance: float) -> NDArray[np.bool_]:
    """Which pairs of colours may stand for each other: bool [n, n]."""
    difference = colours[:, None].astype(np.float32) - colours[None]
    return np.asarray((difference**2 * _CHANNEL_WEIGHTS).sum(axis=-1) <= tolerance)


def _take_over(index: NDArray[np.uint8], row_of: NDArray[np.int32], close: NDArray[np.bool_]) -> None:
    """Go down the rows: each pixel takes the index above it where that is close to its own colour.

    `row_of` is where the closeness of a pixel's own colour to all others begins in the flat table `close`:
    compared with what the pixel was, colours cannot creep away from row to row.
    """
    for above, here, own in zip(index[:-1], index[1:], row_of[1:], strict=True):
        np.copyto(here, above, where=close[own + above])
