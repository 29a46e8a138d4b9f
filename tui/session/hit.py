"""Which instance a place in the image means."""

from __future__ import annotations

from math import dist, hypot, inf

from tui.types.instance import Instance
from tui.types.shapes import Box, Polygon, Shape, bounds


def instance_at(instances: tuple[Instance, ...], at: tuple[float, float], *, reach: float) -> int | None:
    """Index of the instance meant by image point `at`, or None.

    The smallest instance that contains the point wins, so that an object inside another stays reachable;
    where none does, the one whose edge is nearest, at most `reach` image pixels away. A tie goes to the
    later instance, which is drawn above.
    """
    boxes = [bounds(instance.shape) for instance in instances]
    best, best_area = None, inf
    for index, (instance, box) in enumerate(zip(instances, boxes, strict=True)):
        if box.area <= best_area and _in_box(box, at) and contains(instance.shape, at):
            best, best_area = index, box.area
    if best is not None:
        return best
    best_distance = reach
    for index, (instance, box) in enumerate(zip(instances, boxes, strict=True)):
        if _box_distance(box, at) > best_distance:
            continue
        distance = edge_distance(instance.shape, at)
        if distance <= best_distance:
            best, best_distance = index, distance
    return best


def contains(shape: Shape, at: tuple[float, float]) -> bool:
    """Whether image point `at` lies in the shape; polygons by the even-odd rule, half-open like boxes."""
    return _in_box(shape, at) if isinstance(shape, Box) else _inside_ring(shape, *at)


def edge_distance(shape: Shape, at: tuple[float, float]) -> float:
    """Distance in image pixels from `at` to the nearest edge of the shape."""
    ring = _corners(shape) if isinstance(shape, Box) else shape.points
    return min(_segment_distance(a, b, at) for a, b in zip(ring, (*ring[1:], ring[0]), strict=True))


def nearest_edge(shape: Shape, at: tuple[float, float]) -> tuple[float, float]:
    """The point of the shape's edges nearest to `at`, in image pixels."""
    ring = _corners(shape) if isinstance(shape, Box) else shape.points
    places = (_nearest_on(a, b, at) for a, b in zip(ring, (*ring[1:], ring[0]), strict=True))
    return min(places, key=lambda place: dist(place, at))


def _in_box(box: Box, at: tuple[float, float]) -> bool:
    return box.x0 <= at[0] < box.x1 and box.y0 <= at[1] < box.y1


def _inside_ring(polygon: Polygon, x: float, y: float) -> bool:
    inside = False
    xa, ya = polygon.points[-1]
    for xb, yb in polygon.points:
        if (ya > y) != (yb > y) and x < (xb - xa) * (y - ya) / (yb - ya) + xa:
            inside = not inside
        xa, ya = xb, yb
    return inside


def _corners(box: Box) -> tuple[tuple[float, float], ...]:
    return (box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1)


def _box_distance(box: Box, at: tuple[float, float]) -> float:
    dx = max(box.x0 - at[0], 0.0, at[0] - box.x1)
    dy = max(box.y0 - at[1], 0.0, at[1] - box.y1)
    return hypot(dx, dy)


def _segment_distance(a: tuple[float, float], b: tuple[float, float], at: tuple[float, float]) -> float:
    return dist(_nearest_on(a, b, at), at)


def _nearest_on(
    a: tuple[float, float], b: tuple[float, float], at: tuple[float, float]
) -> tuple[float, float]:
    """The point between `a` and `b` nearest to `at`."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    length2 = dx * dx + dy * dy
    t = 0.0 if length2 == 0 else ((at[0] - a[0]) * dx + (at[1] - a[1]) * dy) / length2
    t = min(max(t, 0.0), 1.0)
    return a[0] + t * dx, a[1] + t * dy
