"""Cutting outlines at the border of an image."""

from __future__ import annotations

from collections.abc import Iterable

Points = tuple[tuple[float, float], ...]


def clip_ring(ring: Iterable[tuple[float, float]], image_wh: tuple[int, int]) -> Points:
    """The part of a ring of (x, y) points inside the image; () when nothing of it is.

    One border after the other cuts it (Sutherland and Hodgman, "Reentrant Polygon Clipping", 1974). Parts
    that the border separates stay one ring: they hang together along it, without width.
    """
    points = [(float(x), float(y)) for x, y in ring]
    for axis, limit, side in ((0, 0.0, 1), (1, 0.0, 1), (0, image_wh[0], -1), (1, image_wh[1], -1)):
        cut: list[tuple[float, float]] = []
        for here, there in zip(points, points[1:] + points[:1], strict=True):
            depth, next_depth = ((p[axis] - limit) * side for p in (here, there))
            if depth >= 0:
                cut.append(here)
            if depth * next_depth < 0:
                part = depth / (depth - next_depth)
                crossing = [h + part * (t - h) for h, t in zip(here, there, strict=True)]
                crossing[axis] = float(limit)
                cut.append((crossing[0], crossing[1]))
        points = cut
    return tuple(points) if len(points) > 2 else ()
