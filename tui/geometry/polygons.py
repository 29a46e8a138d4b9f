"""Rings of (x, y) points: area, simplification, joining into one ring, and filling.

A ring is closed without repeating its first vertex.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

Ring = tuple[tuple[float, float], ...]


def signed_area(ring: NDArray[np.floating]) -> float:
    """Shoelace area of float [n, 2]: negative for a ring that runs counter-clockwise on screen (y down)."""
    x, y = ring[:, 0], ring[:, 1]
    return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y) / 2)


def simplify(points: Sequence[tuple[float, float]], tolerance: float) -> Ring:
    """Fewer vertices, none of the dropped ones farther than `tolerance` pixels from the ring that stays.

    Douglas-Peucker on the closed ring. A ring that would lose its area (fewer than three vertices) is
    given back whole.
    """
    ring = np.asarray(points, np.float32).reshape(-1, 1, 2)
    if len(ring) <= 3 or tolerance <= 0:
        return tuple(points)
    kept = cv2.approxPolyDP(ring, tolerance, closed=True).reshape(-1, 2).astype(float)
    if len(kept) < 3 or signed_area(kept) == 0:
        return tuple(points)
    return as_ring(kept)


def join(rings: Sequence[Ring]) -> Ring:
    """One ring out of several: each further ring hangs on the nearest vertex by a seam without width.

    The seam is walked there and back, so filling the result by parity gives the parity of all rings: a
    hole stays a hole, a second part a second part. It is the only form in which one line of YOLO text
    can hold them.
    """
    joined = np.asarray(rings[0], float)
    for ring in rings[1:]:
        added = np.asarray(ring, float)
        here, there = _nearest(joined, added)
        detour = np.concatenate((np.roll(added, -there, axis=0), added[there : there + 1]))
        joined = np.concatenate((joined[: here + 1], detour, joined[here:]))
    return as_ring(joined)


def as_ring(points: NDArray[np.floating]) -> Ring:
    """Float [n, 2] as a tuple of plain floats."""
    return tuple((x, y) for x, y in np.asarray(points, float).tolist())


def rasterize_polygon(points: Sequence[tuple[float, float]], image_wh: tuple[int, int]) -> NDArray[np.bool_]:
    """The pixels whose centres lie inside one ring (by parity), as bool [H, W]."""
    return rasterize_rings((points,), image_wh)


def rasterize_rings(
    rings: Sequence[Sequence[tuple[float, float]]], image_wh: tuple[int, int]
) -> NDArray[np.bool_]:
    """The pixels whose centres lie inside an odd number of rings, as bool [H, W].

    Exact at pixel centres, unlike `cv2.fillPoly`, which takes vertices for pixel centres and adds the
    outline. Each edge flips the parity of everything right of where it crosses a row of centres.
    """
    width, height = image_wh
    flips = np.zeros((height, width + 1), np.uint8)
    for ring in rings:
        row, column = _crossings(np.asarray(ring, float).reshape(-1, 2), image_wh)
        np.bitwise_xor.at(flips, (row, column), 1)
    return np.bitwise_xor.accumulate(flips, axis=1)[:, :width].astype(np.bool_)


def _crossings(
    ring: NDArray[np.float64], image_wh: tuple[int, int]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where the ring's edges cross the rows of pixel centres: row, and first column right of the crossing."""
    following = np.roll(ring, -1, axis=0)
    swap = (ring[:, 1] > following[:, 1])[:, None]
    upper, lower = np.where(swap, following, ring), np.where(swap, ring, following)
    first = np.clip(np.ceil(upper[:, 1] - 0.5), 0, image_wh[1]).astype(np.intp)
    count = np.clip(np.ceil(lower[:, 1] - 0.5), 0, image_wh[1]).astype(np.intp) - first
    edge = np.repeat(np.arange(len(ring)), count)
    row = np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count) + first[edge]
    part = (row + 0.5 - upper[edge, 1]) / (lower[edge, 1] - upper[edge, 1])
    x = upper[edge, 0] + part * (lower[edge, 0] - upper[edge, 0])
    return row, np.clip(np.ceil(x - 0.5), 0, image_wh[0]).astype(np.intp)


def _nearest(a: NDArray[np.float64], b: NDArray[np.float64]) -> tuple[int, int]:
    """Indices of the nearest pair of vertices, searched in blocks so that long rings need little memory."""
    best, pair = np.inf, (0, 0)
    block = max(1, 1_000_000 // len(b))
    for start in range(0, len(a), block):
        distance = ((a[start : start + block, None, :] - b[None, :, :]) ** 2).sum(axis=2)
        flat = int(distance.argmin())
        if distance.flat[flat] < best:
            best, pair = distance.flat[flat], (start + flat // len(b), flat % len(b))
    return pair
