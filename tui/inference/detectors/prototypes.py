"""Masks of a segment head: each detection mixes the model's prototype masks by its coefficients.

Bolya et al., "YOLACT: Real-time Instance Segmentation", 2019. A mask counts inside its detection's box only,
so only the cells that the box reaches are computed and kept.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from tui.geometry.masks import rasterize
from tui.types.shapes import Box, LogitMask

_MARGIN = 2
"""Cells around the box: the neighbours that bilinear sampling inside the box can reach."""


def canvas_mask(
    coefficients: NDArray[np.float32],
    prototypes: NDArray[np.float32],
    box: Box,
    canvas_wh: tuple[int, int],
) -> LogitMask | None:
    """The mask of one detection on the canvas, or None when it is empty.

    `coefficients` [M]; `prototypes` [M, h, w], laid over the whole canvas; `box` in canvas pixels. Empty is
    judged as in the reference, which drops such detections: no canvas pixel of the box has a positive logit.
    """
    rows, columns = prototypes.shape[1:]
    across, down = canvas_wh[0] / columns, canvas_wh[1] / rows
    left, right = _cells(box.x0 / across, box.x1 / across, columns)
    top, bottom = _cells(box.y0 / down, box.y1 / down, rows)
    if left >= right or top >= bottom:
        return None
    part = prototypes[:, top:bottom, left:right]
    logits = np.tensordot(coefficients, part, axes=1).astype(np.float32, copy=False)
    mask = LogitMask(logits, Box(left * across, top * down, right * across, bottom * down))
    inside = Box(*(float(math.ceil(v)) for v in box.xyxy))
    drawn, _ = rasterize(mask, canvas_wh, inside)
    return mask if drawn.any() else None


def _cells(low: float, high: float, count: int) -> tuple[int, int]:
    return max(0, math.floor(low) - _MARGIN), min(count, math.ceil(high) + _MARGIN)
