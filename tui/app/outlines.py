"""Shapes as the picture needs them: outlines without seams, and where a class tag stands at one.

A frame is made for every key, a shape changes once in a while: what is worked out is kept for as long as the
same object is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from tui.geometry.polygons import Ring
from tui.geometry.seams import highest_in_sight, parted
from tui.render.scene import box_points
from tui.types.shapes import Box, Polygon, Shape

_KEPT = 5000


@dataclass(frozen=True, slots=True)
class Outline:
    """The rings of a shape, its extent, and the highest point of all."""

    rings: tuple[Ring, ...]
    box: Box
    top: tuple[float, float]

    def tag_point(self, window: Box) -> tuple[float, float] | None:
        """The highest point of a polygon's outline inside `window`, None where none of it is in sight."""
        box = self.box
        across, down = (window.x0, window.x1), (window.y0, window.y1)
        if not (box.x0 <= across[1] and across[0] <= box.x1 and box.y0 <= down[1] and down[0] <= box.y1):
            return None
        whole = across[0] <= box.x0 and box.x1 <= across[1] and down[0] <= box.y0 and box.y1 <= down[1]
        return self.top if whole else highest_in_sight(self.rings, window)


class _Same:
    """A polygon that is told by which object it is: comparing all vertices takes as long as the work."""

    __slots__ = ("polygon",)

    def __init__(self, polygon: Polygon) -> None:
        self.polygon = polygon

    def __hash__(self) -> int:
        return id(self.polygon)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.polygon is other.polygon


def rings_of(shape: Shape) -> tuple[Ring, ...]:
    """What of a shape is drawn: the corners of a box, or the outlines of a polygon's parts and holes."""
    return (box_points(shape),) if isinstance(shape, Box) else _outline(_Same(shape)).rings


def tag_point(shape: Shape, window: Box) -> tuple[float, float] | None:
    """Where the tag of a shape stands in `window`, what is in sight of the image; None for out of sight.

    At the top left corner of what is in sight of a box, at the highest point in sight of a polygon's outline:
    the corner of its box may lie far from it.
    """
    if isinstance(shape, Polygon):
        return _outline(_Same(shape)).tag_point(window)
    x0, y0, x1, y1 = shape.xyxy
    if x0 > window.x1 or x1 < window.x0 or y0 > window.y1 or y1 < window.y0:
        return None
    return max(x0, window.x0), max(y0, window.y0)


@lru_cache(_KEPT)
def _outline(same: _Same) -> Outline:
    rings = parted(same.polygon.points)
    y, x = min((y, x) for ring in rings for x, y in ring)
    return Outline(rings, same.polygon.bounds, (x, y))
