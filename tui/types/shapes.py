"""Shapes in image coordinates: float pixels of the upright (EXIF-oriented) image, x before y.

Pixel (i, j) covers the square [i, i+1) x [j, j+1), so a box is half-open: the tight box of a single
pixel at column 3, row 5 is `Box(3, 5, 4, 6)`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Box:
    """Half-open axis-aligned box, `xyxy` in pixels; `x0 <= x1` and `y0 <= y1` is the caller's promise."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    @property
    def area(self) -> float:
        return max(0.0, self.width) * max(0.0, self.height)

    @property
    def center(self) -> tuple[float, float]:
        return (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2

    @property
    def xyxy(self) -> tuple[float, float, float, float]:
        return self.x0, self.y0, self.x1, self.y1


@dataclass(frozen=True, slots=True)
class Polygon:
    """One closed ring; the last vertex is joined to the first and is not repeated.

    `points` are (x, y) pixels. Tuples rather than an array: polygons live in the session, are compared,
    hashed and kept by undo. Holes and separate parts are bridged by zero-width seams
    (`geometry.contours`), the only form YOLO text can hold.
    """

    points: tuple[tuple[float, float], ...]

    @property
    def bounds(self) -> Box:
        """Extent of the vertices."""
        xs = [x for x, _ in self.points]
        ys = [y for _, y in self.points]
        return Box(min(xs), min(ys), max(xs), max(ys))


Shape = Box | Polygon


def bounds(shape: Shape) -> Box:
    """The axis-aligned extent of any shape."""
    return shape if isinstance(shape, Box) else shape.bounds


@dataclass(frozen=True, slots=True, eq=False)
class LogitMask:
    """A mask as a segmenter gives it: logits on a coarse grid laid over a region of the image.

    `logits` float32 [h, w], inside where > 0. The grid's pixels tile `region` (image pixels; it may reach
    beyond the image where the model pads). `via` is the side of the square grid that the reference
    implementation passes through when it up-samples (1024 for SAM 1), or None for a direct resize.
    """

    logits: NDArray[np.float32]
    region: Box
    via: int | None = None
