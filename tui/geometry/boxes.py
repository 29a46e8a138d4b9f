"""Boxes: order, clip, overlap, and the forms other people write them in. Pixels, half-open `xyxy`."""

from __future__ import annotations

from tui.types.shapes import Box, Polygon

SAME_OBJECT = 0.5
"""IoU of two boxes from which on they are taken for the same object, whatever their classes."""


def from_corners(p: tuple[float, float], q: tuple[float, float]) -> Box:
    """The box that two opposite corners span, whichever corner came first."""
    return Box(min(p[0], q[0]), min(p[1], q[1]), max(p[0], q[0]), max(p[1], q[1]))


def clip(box: Box, image_wh: tuple[int, int]) -> Box:
    """The part of `box` inside the image; a box wholly outside becomes one without area on the border."""
    w, h = image_wh
    return Box(
        min(max(box.x0, 0.0), w), min(max(box.y0, 0.0), h), min(max(box.x1, 0.0), w), min(max(box.y1, 0.0), h)
    )


def iou(a: Box, b: Box) -> float:
    """Intersection over union in 0..1; 0.0 when neither has an area."""
    width = min(a.x1, b.x1) - max(a.x0, b.x0)
    height = min(a.y1, b.y1) - max(a.y0, b.y0)
    inside = max(0.0, width) * max(0.0, height)
    union = a.area + b.area - inside
    return inside / union if union > 0 else 0.0


def from_cxcywh(cx: float, cy: float, w: float, h: float) -> Box:
    """Centre and size to corners, in whatever unit they come."""
    return Box(cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2)


def to_cxcywh(box: Box) -> tuple[float, float, float, float]:
    """Corners to centre and size."""
    cx, cy = box.center
    return cx, cy, box.width, box.height


def to_polygon(box: Box) -> Polygon:
    """The four corners, clockwise on screen from the top left."""
    return Polygon(((box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1)))
