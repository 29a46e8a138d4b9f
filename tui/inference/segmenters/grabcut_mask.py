"""What becomes of a mask once it is cut: parts dropped, a smooth edge, clicks that hold."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from tui.inference.segmenters.grabcut_cut import Logits
from tui.inference.segmenters.grabcut_score import mask_iou
from tui.types.prompt import Point
from tui.types.shapes import Box

CLIP = 4.0
"""Largest logit of a soft edge, either side."""


def touched(mask: NDArray[np.bool_], seeds: NDArray[np.int8]) -> NDArray[np.bool_]:
    """The parts that hold a positive seed; all parts when there is no such seed."""
    if not (seeds > 0).any():
        return mask
    _, parts = cv2.connectedComponents(mask.astype(np.uint8), connectivity=4)
    return np.isin(parts, np.unique(parts[(seeds > 0) & mask])) & mask


def soft_edge(mask: NDArray[np.bool_]) -> Logits:
    """Signed distance to the mask's edge in grid pixels, clipped and slightly blurred.

    Bilinear up-sampling of it crosses zero along a smooth line, where that of a mask crosses in steps.
    """
    pixels = mask.astype(np.uint8)
    inner = cv2.distanceTransform(pixels, cv2.DIST_L2, 3) if not mask.all() else np.full(mask.shape, CLIP)
    outer = cv2.distanceTransform(1 - pixels, cv2.DIST_L2, 3) if mask.any() else np.full(mask.shape, CLIP)
    signed = np.where(mask, inner - 0.5, 0.5 - outer).clip(-CLIP, CLIP).astype(np.float32)
    return cv2.GaussianBlur(signed, (3, 3), 0).astype(np.float32)


def hold(logits: Logits, region: Box, points: Sequence[Point]) -> Logits:
    """Put the grid pixels around each point on the side it asks for; the last word wins.

    `region` is where the grid lies, in image pixels. The grid pixels are the four from which the image pixel
    under the point is interpolated.
    """
    h, w = logits.shape
    for p in points:
        if not (region.x0 <= p.x < region.x1 and region.y0 <= p.y < region.y1):
            continue
        gx = (np.floor(p.x) + 0.5 - region.x0) * (w / region.width) - 0.5
        gy = (np.floor(p.y) + 0.5 - region.y0) * (h / region.height) - 0.5
        x, y = int(min(max(gx, 0), w - 1)), int(min(max(gy, 0), h - 1))
        part = logits[y : y + 2, x : x + 2]
        part[...] = np.maximum(part, 0.5) if p.positive else np.minimum(part, -0.5)
    return logits


def steadiness(logits: Logits) -> float:
    """IoU between the mask at logit +1 and at -1."""
    return mask_iou(logits > 1, logits > -1)
