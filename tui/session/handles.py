"""What of a shape can be moved by keys, and how: the whole, one side of a box, one vertex of a polygon.

Pure arithmetic on shapes. A handle is a number: 0 is the whole shape, 1 to 4 are a box's left, top, right and
bottom side, 1 to n a polygon's vertices in order.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from tui.geometry.clipping import clip_ring
from tui.types.shapes import Box, Polygon, Shape, bounds

WHOLE = 0
SIDES = ("x0", "y0", "x1", "y1")
"""The sides of a box in the order of its handles: left, top, right, bottom."""

SIDE_NAMES = ("left", "top", "right", "bottom")
SMALLEST = 1.0
"""Pixels that a box keeps across and down: a trainer drops what has no area."""


@dataclass(frozen=True, slots=True)
class Edit:
    """What of the selected instance the keys move: a handle.

    `stroke` is the length of the undo history that the last move was made at: moves that follow it in quick
    succession belong to the same change.
    """

    handle: int = WHOLE
    stroke: int = -1


@dataclass(frozen=True, slots=True)
class Reshaping:
    """A change of the instance at `target` on its way; `shape` is what it was asked for.

    `done` says in words what was done once it is there.
    """

    ticket: int
    target: int
    shape: Shape
    done: str


def count(shape: Shape) -> int:
    """How many handles there are beside the whole."""
    return len(SIDES) if isinstance(shape, Box) else len(shape.points)


def name(shape: Shape, handle: int) -> str:
    """What a handle is called, for the status line."""
    if handle == WHOLE:
        return "whole object"
    if isinstance(shape, Box):
        return f"{SIDE_NAMES[handle - 1]} side"
    return f"vertex {handle} of {len(shape.points)}"


def place(shape: Shape, handle: int) -> tuple[float, float]:
    """Where a handle is, in image pixels."""
    if isinstance(shape, Polygon) and handle != WHOLE:
        return shape.points[handle - 1]
    box = bounds(shape)
    x, y = box.center
    middles = ((x, y), (box.x0, y), (x, box.y0), (box.x1, y), (x, box.y1))
    return middles[handle if isinstance(shape, Box) else WHOLE]


def moved(shape: Shape, handle: int, dx: float, dy: float, wh: tuple[int, int]) -> Shape:
    """The shape with a handle moved by (dx, dy), held inside an image of `wh` pixels.

    A side of a box moves across itself only and stops a pixel before the other side, or at the border where
    there is no pixel left; the whole stops at the image's border with its size unchanged.
    """
    if handle == WHOLE:
        return shifted(shape, *_allowed(bounds(shape), dx, dy, wh))
    if isinstance(shape, Box):
        return _side_moved(shape, handle, dx, dy, wh)
    x, y = shape.points[handle - 1]
    at = min(max(x + dx, 0.0), float(wh[0])), min(max(y + dy, 0.0), float(wh[1]))
    return Polygon((*shape.points[: handle - 1], at, *shape.points[handle:]))


def shifted(shape: Shape, dx: float, dy: float) -> Shape:
    """The shape moved by (dx, dy), wherever that leads."""
    if isinstance(shape, Box):
        return Box(shape.x0 + dx, shape.y0 + dy, shape.x1 + dx, shape.y1 + dy)
    return Polygon(tuple((x + dx, y + dy) for x, y in shape.points))


def clamped(shape: Shape, wh: tuple[int, int]) -> Shape:
    """The part of the shape inside an image of `wh` pixels; the shape itself when all of it is.

    Where nothing is, it is `degenerate`: a box without area, a polygon without points.
    """
    if isinstance(shape, Box):
        width, height = float(wh[0]), float(wh[1])
        x0, x1 = (min(max(x, 0.0), width) for x in (shape.x0, shape.x1))
        y0, y1 = (min(max(y, 0.0), height) for y in (shape.y0, shape.y1))
        inside: Shape = Box(x0, y0, x1, y1)
    else:
        inside = Polygon(clip_ring(shape.points, wh))
    return shape if inside == shape else inside


def inserted(polygon: Polygon, after: int) -> Polygon:
    """The polygon with a new vertex in the middle of the edge that begins at vertex `after` (from 1)."""
    points = polygon.points
    (xa, ya), (xb, yb) = points[after - 1], points[after % len(points)]
    return Polygon((*points[:after], ((xa + xb) / 2, (ya + yb) / 2), *points[after:]))


def without_vertex(polygon: Polygon, handle: int) -> Polygon:
    """The polygon without one of its vertices (from 1)."""
    return Polygon((*polygon.points[: handle - 1], *polygon.points[handle:]))


def degenerate(shape: Shape) -> bool:
    """Whether a trainer would drop the shape: fewer than three different vertices, or no area."""
    if isinstance(shape, Polygon):
        if len(set(shape.points)) < 3:
            return True
        pairs = zip(shape.points, (*shape.points[1:], shape.points[0]), strict=True)
        if abs(sum(xa * yb - xb * ya for (xa, ya), (xb, yb) in pairs)) < 1e-9:
            return True
    return bounds(shape).area <= 0


def _allowed(box: Box, dx: float, dy: float, wh: tuple[int, int]) -> tuple[float, float]:
    """As much of a move as keeps the box inside; a box that is outside already may move back in."""
    low, high = min(-box.x0, 0.0), max(wh[0] - box.x1, 0.0)
    left, right = min(-box.y0, 0.0), max(wh[1] - box.y1, 0.0)
    return min(max(dx, low), high), min(max(dy, left), right)


def _side_moved(box: Box, handle: int, dx: float, dy: float, wh: tuple[int, int]) -> Box:
    side = SIDES[handle - 1]
    along = 0 if side[0] == "x" else 1
    value = getattr(box, side) + (dx, dy)[along]
    if side[1] == "0":
        value = max(min(value, getattr(box, f"{side[0]}1") - SMALLEST), 0.0)
    else:
        value = min(max(value, getattr(box, f"{side[0]}0") + SMALLEST), float(wh[along]))
    return replace(box, **{side: value})
