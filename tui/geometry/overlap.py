"""How much two shapes cover of each other, without pixels: quick enough for a key, and free of cv2."""

from __future__ import annotations

from math import ceil

from tui.geometry.boxes import iou, to_polygon
from tui.types.shapes import Box, Shape, bounds

ROWS = 64
"""Lines on which polygons are compared: two of alike shape are told apart to about one in a hundred."""

Spans = list[list[float]]
"""For each line the places where a ring crosses it, in order; inside is between the first and the second."""


def overlap(a: Shape, b: Shape) -> float:
    """Intersection over union in 0..1: exact for two boxes, else measured along `ROWS` lines.

    Polygons are filled by parity, so holes and parts that hang on seams count as they are drawn.
    """
    if isinstance(a, Box) and isinstance(b, Box):
        return iou(a, b)
    one, other = bounds(a), bounds(b)
    top, bottom = min(one.y0, other.y0), max(one.y1, other.y1)
    if bottom <= top:
        return 0.0
    step = (bottom - top) / ROWS
    first, second = (_spans(shape, top, step) for shape in (a, b))
    shared = sum(map(_shared, first, second))
    whole = sum(map(_length, first)) + sum(map(_length, second)) - shared
    return shared / whole if whole > 0 else 0.0


def _spans(shape: Shape, top: float, step: float) -> Spans:
    points = (to_polygon(shape) if isinstance(shape, Box) else shape).points
    rows: Spans = [[] for _ in range(ROWS)]
    xa, ya = points[-1]
    for xb, yb in points:
        low, high = (ya, yb) if ya < yb else (yb, ya)
        for row in range(max(0, ceil((low - top) / step - 0.5)), min(ROWS, ceil((high - top) / step - 0.5))):
            y = top + (row + 0.5) * step
            rows[row].append(xa + (y - ya) / (yb - ya) * (xb - xa))
        xa, ya = xb, yb
    for row_spans in rows:
        row_spans.sort()
    return rows


def _length(spans: list[float]) -> float:
    return sum(spans[1::2]) - sum(spans[: len(spans) // 2 * 2 : 2])


def _shared(a: list[float], b: list[float]) -> float:
    """The length that lies inside both: of every pair of spans, few on one line."""
    found = 0.0
    for x0, x1 in zip(a[::2], a[1::2], strict=False):
        for u0, u1 in zip(b[::2], b[1::2], strict=False):
            found += max(0.0, min(x1, u1) - max(x0, u0))
    return found
