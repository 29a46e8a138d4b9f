"""Changing the shape of an instance through its pixels: join, cut, split, fill, simplify.

Shapes are cut out with the pixels they cover, changed, and traced again. `Reshaping` is the answer: shapes
in place of the one given, and in words what could not be kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil, floor
from types import MappingProxyType

import cv2
import numpy as np
from numpy.typing import NDArray

from tui.errors import UsageError
from tui.geometry.contours import polygon_iou, trace_pixels
from tui.geometry.masks import rasterize
from tui.geometry.polygons import rasterize_polygon, simplify
from tui.types.instance import Task
from tui.types.shapes import Box, LogitMask, Polygon, Shape, bounds

_FEWER = 0.85
"""Share of the vertices that one step of simplifying keeps at most."""

_FIRST_TOLERANCE, _TOLERANCE_STEP, _STEPS = 0.25, 1.25, 40
_SPECK = 0.01
"""Parts below this share of the shape do not become instances of their own."""


@dataclass(frozen=True, slots=True)
class Reshaping:
    """The shapes that take the place of the one given (at least one), and remarks for the person."""

    shapes: tuple[Shape, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class _Pixels:
    """Part of an image: bool [h, w], its top-left pixel at `origin`."""

    bits: NDArray[np.bool_]
    origin: tuple[int, int]


def reshape(
    operation: str, shape: Shape, image_wh: tuple[int, int], task: Task, mask: LogitMask | None = None
) -> Reshaping:
    """`shape` after one of `OPERATIONS`; `mask` is what "join" and "cut" work with.

    Raises UsageError with the reason when nothing would be left or nothing would change.
    """
    return OPERATIONS[operation](shape, image_wh, task, mask)


def _join(shape: Shape, wh: tuple[int, int], task: Task, mask: LogitMask | None) -> Reshaping:
    both = _covered(shape, wh, mask)
    return _traced(both[0].bits | both[1].bits, both[0].origin, task)


def _cut(shape: Shape, wh: tuple[int, int], task: Task, mask: LogitMask | None) -> Reshaping:
    both = _covered(shape, wh, mask)
    left = both[0].bits & ~both[1].bits
    if not left.any():
        raise UsageError("Nothing was cut", "the mask covers the whole object", "Delete the object instead")
    if np.array_equal(left, both[0].bits):
        raise UsageError("Nothing was cut", "the mask does not touch the object", "Move the prompt onto it")
    return _traced(left, both[0].origin, task)


def _split(shape: Shape, wh: tuple[int, int], task: Task, _mask: LogitMask | None) -> Reshaping:
    whole = _pixels(shape, wh)
    count, labels = cv2.connectedComponents(whole.bits.astype(np.uint8), connectivity=8)
    sizes = np.bincount(labels.ravel(), minlength=count)[1:]
    kept = [n + 1 for n in np.argsort(-sizes) if sizes[n] >= _SPECK * sizes.sum()]
    if len(kept) < 2:
        raise UsageError("Nothing was split", "the object has one part", "Cut it with a mask first")
    shapes = [_traced(labels == part, whole.origin, task).shapes[0] for part in kept]
    lost = len(sizes) - len(kept)
    return Reshaping(tuple(shapes), (f"{lost} specks dropped",) if lost else ())


def _fill(shape: Shape, wh: tuple[int, int], task: Task, _mask: LogitMask | None) -> Reshaping:
    whole = _pixels(shape, wh)
    outer, _ = cv2.findContours(whole.bits.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = np.zeros(whole.bits.shape, np.uint8)
    cv2.drawContours(filled, outer, -1, 1, cv2.FILLED)
    bits = filled > 0
    if np.array_equal(bits, whole.bits):
        raise UsageError("Nothing was filled", "the object has no holes")
    return _traced(bits, whole.origin, task)


def _simplify(shape: Shape, wh: tuple[int, int], _task: Task, _mask: LogitMask | None) -> Reshaping:
    """Fewer vertices by Douglas-Peucker on the ring itself: nothing moves that stays."""
    if isinstance(shape, Box):
        raise UsageError("Nothing was simplified", "a box has no vertices to spare")
    tolerance = _FIRST_TOLERANCE
    for _ in range(_STEPS):
        ring = simplify(shape.points, tolerance)
        if len(ring) <= max(3, _FEWER * len(shape.points)) and len(ring) < len(shape.points):
            whole, fewer = _pixels(shape, wh), Polygon(ring)
            iou = polygon_iou(fewer, whole.bits, whole.origin)
            text = f"{len(shape.points)} vertices are now {len(ring)}, IoU with the shape before {iou:.3f}"
            return Reshaping((fewer,), (text,))
        tolerance *= _TOLERANCE_STEP
    raise UsageError("Nothing was simplified", "fewer vertices would lose the shape")


_Operation = Callable[[Shape, tuple[int, int], Task, "LogitMask | None"], Reshaping]

OPERATIONS: Mapping[str, _Operation] = MappingProxyType(
    {"join": _join, "cut": _cut, "split": _split, "fill": _fill, "simplify": _simplify}
)
"""What can be done to a shape, by name."""


def _traced(bits: NDArray[np.bool_], origin: tuple[int, int], task: Task) -> Reshaping:
    traced = trace_pixels(bits, task, origin=origin)
    if traced is None:
        raise UsageError("Nothing was changed", "no pixel would be left")
    return Reshaping((traced.shape,), traced.notes)


def _pixels(shape: Shape, wh: tuple[int, int], room: Box | None = None) -> _Pixels:
    """The pixels whose centres lie in the shape, in an array that covers `room` (its own extent) inside the
    image.
    """
    box = room or bounds(shape)
    x0, y0 = max(0, floor(box.x0)), max(0, floor(box.y0))
    width, height = max(1, min(wh[0], ceil(box.x1)) - x0), max(1, min(wh[1], ceil(box.y1)) - y0)
    ring = _ring(shape)
    bits = rasterize_polygon([(x - x0, y - y0) for x, y in ring], (width, height))
    return _Pixels(bits, (x0, y0))


def _ring(shape: Shape) -> tuple[tuple[float, float], ...]:
    if isinstance(shape, Polygon):
        return shape.points
    return (shape.x0, shape.y0), (shape.x1, shape.y0), (shape.x1, shape.y1), (shape.x0, shape.y1)


def _covered(shape: Shape, wh: tuple[int, int], mask: LogitMask | None) -> tuple[_Pixels, _Pixels]:
    """The shape's pixels and the mask's, in two arrays of the same place."""
    if mask is None:
        raise UsageError("Nothing was changed", "there is no mask")
    part, (x, y) = rasterize(mask, wh)
    box = bounds(shape)
    if part.size:
        box = Box(
            min(box.x0, x), min(box.y0, y), max(box.x1, x + part.shape[1]), max(box.y1, y + part.shape[0])
        )
    whole = _pixels(shape, wh, box)
    bits = np.zeros(whole.bits.shape, np.bool_)
    left, top = x - whole.origin[0], y - whole.origin[1]
    bits[top : top + part.shape[0], left : left + part.shape[1]] = part
    return whole, _Pixels(bits, whole.origin)
