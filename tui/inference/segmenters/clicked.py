"""What of a mask belongs to the clicks: a small network also takes in what looks alike elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from tui.types.prompt import Point
from tui.types.shapes import LogitMask

_OUT = -1.0
"""The logit of what is left out: the next answer is told that it was, and may still think otherwise."""


def clicked_parts(mask: LogitMask, points: Sequence[Point]) -> LogitMask:
    """The mask without the connected parts that hold no positive point; whole where none holds one.

    `points` are in image pixels. Things that touch at a corner are one part.
    """
    logits, region = mask.logits, mask.region
    count, parts = cv2.connectedComponents((logits > 0).astype(np.uint8), connectivity=8)
    if count <= 2:
        return mask
    height, width = logits.shape
    held = set[int]()
    for point in points:
        x = int((point.x - region.x0) * width // region.width)
        y = int((point.y - region.y0) * height // region.height)
        if point.positive and 0 <= x < width and 0 <= y < height:
            held.add(int(parts[y, x]))
    held.discard(0)
    if not held:
        return mask
    elsewhere = (parts > 0) & ~np.isin(parts, list(held))
    return replace(mask, logits=np.where(elsewhere, np.float32(_OUT), logits))
