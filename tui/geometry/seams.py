"""Outlines as they are drawn: without seams, and where a name stands at one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tui.geometry.polygons import Ring
from tui.types.shapes import Box

_Edge = tuple[tuple[float, float], tuple[float, float]]


def parted(points: Ring) -> tuple[Ring, ...]:
    """The rings that one ring was joined from: outlines of parts and holes, without the seams between them.

    A seam is an edge that is also walked the other way. Seams nest like brackets wherever the walk begins
    (`polygons.join`, and what other programs write); a ring in which they do not is given back whole.
    """
    if len(set(points)) == len(points):
        return (points,)
    walk: list[_Edge] = [edge for edge in pairwise((*points, points[0])) if edge[0] != edge[1]]
    there = set(walk)
    rings: list[list[tuple[float, float]]] = []
    left: list[tuple[_Edge, list[tuple[float, float]]]] = []
    ring = [points[0]]
    for start, end in walk:
        if (end, start) not in there:
            ring.append(end)
        elif left and left[-1][0] == (end, start):
            rings.append(ring)
            ring = left.pop()[1]
        else:
            left.append(((start, end), ring))
            ring = [end]
    rings.append(ring)
    parts = tuple(part for part in map(_closed, rings) if len(part) > 2)
    return parts if parts and not left else (points,)


def _closed(ring: list[tuple[float, float]]) -> Ring:
    """Without its first vertex once more at the end."""
    return tuple(ring[:-1] if len(ring) > 1 and ring[0] == ring[-1] else ring)


def highest_in_sight(rings: Sequence[Ring], window: Box) -> tuple[float, float] | None:
    """The point (x, y) of the outlines inside `window` with the least y, the leftmost of several; None where
    no outline passes through it. Every edge is clipped by Liang and Barsky's way ("A new concept and method
    for line clipping", ACM TOG 3, 1984).
    """
    starts = np.concatenate([np.asarray(ring, float) for ring in rings])
    ends = np.concatenate([np.roll(np.asarray(ring, float), -1, axis=0) for ring in rings])
    enter, leave = np.zeros(len(starts)), np.ones(len(starts))
    along = ends - starts
    for axis, (low, high) in enumerate(((window.x0, window.x1), (window.y0, window.y1))):
        near, far = _crossing(starts[:, axis], along[:, axis], low, high)
        enter, leave = np.maximum(enter, near), np.minimum(leave, far)
    seen = enter <= leave
    if not seen.any():
        return None
    starts, along = starts[seen], along[seen]
    found = np.concatenate([starts + along * at[seen, None] for at in (enter, leave)])
    x, y = found[np.lexsort((found[:, 0], found[:, 1]))[0]].tolist()
    return x, y


def _crossing(
    start: NDArray[np.float64], along: NDArray[np.float64], low: float, high: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """For each edge on one axis, the shares of its length at which it comes into `low`..`high` and goes."""
    level = along == 0
    step = np.where(level, 1.0, along)
    one, other = (low - start) / step, (high - start) / step
    inside = (start >= low) & (start <= high)
    near = np.where(level, np.where(inside, -np.inf, np.inf), np.minimum(one, other))
    far = np.where(level, np.where(inside, np.inf, -np.inf), np.maximum(one, other))
    return near, far
