"""The part of the image that a GrabCut decode looks at, resampled to a small grid."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tui.types.prompt import Point
from tui.types.shapes import Box, LogitMask

GRID_SIDE = 160
"""Longest side of the grid in pixels. Small objects are scaled up to it and large ones down, so that
seeds, smoothing and cost mean the same for every object size."""
_GRID_MIN = 16
"""Shortest side of the grid: a long thin window is stretched, a mask one pixel thin could not be cut."""


@dataclass(frozen=True, slots=True)
class Window:
    """A half-open rectangle of whole image pixels, and the grid (width, height) laid over it."""

    x0: int
    y0: int
    x1: int
    y1: int
    grid_wh: tuple[int, int]

    @property
    def region(self) -> Box:
        return Box(float(self.x0), float(self.y0), float(self.x1), float(self.y1))

    @property
    def scale(self) -> tuple[float, float]:
        """Grid pixels per image pixel, (x, y)."""
        return self.grid_wh[0] / (self.x1 - self.x0), self.grid_wh[1] / (self.y1 - self.y0)

    def contains(self, x: float, y: float) -> bool:
        return self.x0 <= x < self.x1 and self.y0 <= y < self.y1

    def to_grid(self, x: float, y: float) -> tuple[float, float]:
        """Image position to grid position; both count from the corner of the first pixel."""
        sx, sy = self.scale
        return (x - self.x0) * sx, (y - self.y0) * sy

    def centres(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Grid pixel centres in image pixels: x as [1, w], y as [h, 1]."""
        w, h = self.grid_wh
        sx, sy = self.scale
        xs = self.x0 + (np.arange(w, dtype=np.float32) + 0.5) / sx
        ys = self.y0 + (np.arange(h, dtype=np.float32) + 0.5) / sy
        return xs[None, :].astype(np.float32), ys[:, None].astype(np.float32)

    def sample(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The window's pixels of an RGB image [H, W, 3] on the grid, uint8 [h, w, 3]."""
        crop = image[self.y0 : self.y1, self.x0 : self.x1]
        shrinks = crop.shape[1] > self.grid_wh[0] and crop.shape[0] > self.grid_wh[1]
        how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
        return np.asarray(cv2.resize(crop, self.grid_wh, interpolation=how), dtype=np.uint8)

    def resample(self, mask: LogitMask, outside: float) -> NDArray[np.float32]:
        """Another mask's logits on this grid, float32 [h, w]; `outside` where it says nothing."""
        return resample(mask, self.region, self.grid_wh, outside)


def resample(mask: LogitMask, region: Box, grid_wh: tuple[int, int], outside: float) -> NDArray[np.float32]:
    """A mask's logits on a grid (width, height) laid over `region`; `outside` where it says nothing."""
    rows, cols = mask.logits.shape
    xs = region.x0 + (np.arange(grid_wh[0]) + 0.5) * (region.width / grid_wh[0])
    ys = region.y0 + (np.arange(grid_wh[1]) + 0.5) * (region.height / grid_wh[1])
    fx = (xs - mask.region.x0) * (cols / max(mask.region.width, 1e-6)) - 0.5
    fy = (ys - mask.region.y0) * (rows / max(mask.region.height, 1e-6)) - 0.5
    shape = (grid_wh[1], grid_wh[0])
    values = cv2.remap(
        np.ascontiguousarray(mask.logits, dtype=np.float32),
        np.ascontiguousarray(np.broadcast_to(fx[None, :], shape), dtype=np.float32),
        np.ascontiguousarray(np.broadcast_to(fy[:, None], shape), dtype=np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=outside,
    )
    return np.asarray(values, dtype=np.float32)


def window_over(
    extent: Box, image_wh: tuple[int, int], *, margin: float = 0.0, side: int = GRID_SIDE
) -> Window:
    """The window over `extent` grown by `margin` of its size per side, clipped to the image.

    `side` is the longest side of its grid. It is never empty: an extent outside the image gives the nearest
    pixels.
    """
    width, height = image_wh
    dx, dy = extent.width * margin, extent.height * margin
    x0, x1 = _span(extent.x0 - dx, extent.x1 + dx, width)
    y0, y1 = _span(extent.y0 - dy, extent.y1 + dy, height)
    scale = side / max(x1 - x0, y1 - y0)
    grid_wh = max(_GRID_MIN, round((x1 - x0) * scale)), max(_GRID_MIN, round((y1 - y0) * scale))
    return Window(x0, y0, x1, y1, grid_wh)


def _span(low: float, high: float, size: int) -> tuple[int, int]:
    """Whole pixels that cover low..high, at least eight where the image has them."""
    low, high = min(max(low, 0.0), size - 1.0), min(max(high, 1.0), float(size))
    start, stop = math.floor(low), max(math.ceil(high), math.floor(low) + 1)
    missing = 8 - (stop - start)
    if missing > 0:
        start = max(0, start - (missing + 1) // 2)
        stop = min(size, start + 8)
        start = max(0, stop - 8)
    return start, stop


def clamp_points(points: Iterable[Point], image_wh: tuple[int, int]) -> tuple[Point, ...]:
    """Points moved onto the image's pixels, in order."""
    width, height = image_wh
    return tuple(
        Point(min(max(p.x, 0.0), width - 0.5), min(max(p.y, 0.0), height - 0.5), p.positive) for p in points
    )


def clamp_box(box: Box, image_wh: tuple[int, int]) -> Box:
    """The part of a box on the image; corners in any order, thinner than a pixel is that pixel."""
    width, height = image_wh
    x0, x1 = _clamp_side(box.x0, box.x1, width)
    y0, y1 = _clamp_side(box.y0, box.y1, height)
    return Box(x0, y0, x1, y1)


def _clamp_side(a: float, b: float, size: int) -> tuple[float, float]:
    low, high = min(max(min(a, b), 0.0), float(size)), min(max(max(a, b), 0.0), float(size))
    if high - low >= 1:
        return low, high
    pixel = min(math.floor((low + high) / 2), size - 1)
    return float(pixel), pixel + 1.0
