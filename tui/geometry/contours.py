"""From a mask to outlines, and from outlines to what a label file can hold.

Outlines run along the *edges* between pixels: the outline of one pixel is a square of side 1, and filling
an outline gives back exactly its pixels. `cv2.findContours` runs through the centres of the outermost
pixels instead (through the foreground pixels around a hole, so half a pixel too large there); its chain of
steps says on which side of each pixel the background lies, which is all that is needed to walk the edges.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tui.geometry.masks import rasterize
from tui.geometry.polygons import Ring, as_ring, join, rasterize_polygon, signed_area, simplify
from tui.types.instance import Task, Traced
from tui.types.shapes import Box, LogitMask, Polygon

MIN_TOLERANCE = 0.5
"""Pixels: an outline through pixel edges is itself uncertain by half a pixel."""

RELATIVE_TOLERANCE = 0.001
"""Share of the outline's length that simplification may deviate by, where that is more."""

_EXACT_AREA = 64
"""Rings around fewer pixels keep every corner: half a pixel is much of them."""

_SPECK_OF_MEAN, _SPECK_OF_MASK = 0.2, 0.01
"""A part (or hole) smaller than both shares, of the mean part and of the mask, is noise of the threshold."""

_MAX_PARTS = 64
"""Parts of one object: a mask of noise has thousands, and no label can mean them."""

# Steps of a border, counter-clockwise on screen from "down", indexed by 3 * (dy + 1) + (dx + 1).
_DIRECTION = np.array([5, 4, 3, 6, -1, 2, 7, 0, 1])
# The pixel's sides counter-clockwise: 0 left, 1 bottom, 2 right, 3 top. The background lies to the right of
# the walk: the first side walked after a step in that direction, and the last one before it.
_FIRST_SIDE = np.array([0, 0, 1, 1, 2, 2, 3, 3])
_LAST_SIDE = np.array([0, 1, 1, 2, 2, 3, 3, 0])
# Where each side starts, relative to the pixel's top-left corner (x, y).
_SIDE_START = np.array([(0, 0), (0, 1), (1, 1), (1, 0)])


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """One connected part: its outer outline and its holes, float [n, 2] corners, with their pixel counts."""

    outer: NDArray[np.float64]
    outer_area: float
    holes: tuple[NDArray[np.float64], ...]
    hole_areas: tuple[float, ...]

    @property
    def area(self) -> float:
        return self.outer_area - sum(self.hole_areas)


def trace(
    mask: LogitMask,
    image_wh: tuple[int, int],
    task: Task,
    tolerance: float | None = None,
    *,
    coarseness: float = 1.0,
) -> Traced | None:
    """The mask at image resolution as the shape the task stores, or None when no pixel is inside.

    Parts that are both under a fifth of the mean part and under 1 % of the mask are dropped, and all but the
    64 largest. `rings` are
    exact: outer outlines counter-clockwise on screen, each followed by its holes, which run clockwise.
    For "segment" the shape is one polygon, simplified by at most `tolerance` pixels (None: half a pixel or
    0.1 % of the outline, whichever is more), parts and holes joined by seams; holes too small to matter
    are filled in it. `coarseness` multiplies that tolerance; where it is not 1, the result says what it
    `kept`. `box` is the tight half-open extent of the pixels, never of the simplified polygon.
    """
    pixels, origin = rasterize(mask, image_wh)
    return trace_pixels(pixels, task, tolerance=tolerance, origin=origin, coarseness=coarseness)


def trace_pixels(
    pixels: NDArray[np.bool_],
    task: Task,
    *,
    tolerance: float | None = None,
    origin: tuple[int, int] = (0, 0),
    coarseness: float = 1.0,
) -> Traced | None:
    """`trace` of a bool [h, w] mask whose top-left pixel lies at `origin`."""
    found = _parts(pixels, origin)
    if not found:
        return None
    parts, notes = _drop_specks(found)
    corners = np.concatenate([part.outer for part in parts])
    box = Box(*as_ring(corners.min(axis=0)[None])[0], *as_ring(corners.max(axis=0)[None])[0])
    rings = tuple(as_ring(ring) for part in parts for ring in (part.outer, *part.holes))
    shape: Box | Polygon = box
    kept = None
    if task == "segment":
        shape, more = _polygon(parts, tolerance, coarseness)
        notes += more
        kept = None if coarseness == 1 else polygon_iou(shape, pixels, origin)
    return Traced(shape, box, rings, round(sum(part.area for part in parts)), notes, kept)


def polygon_iou(shape: Polygon, pixels: NDArray[np.bool_], origin: tuple[int, int] = (0, 0)) -> float:
    """IoU of a polygon with a bool [h, w] mask whose top-left pixel lies at `origin`; 0..1.

    Counted inside the mask's array, with a margin for what a polygon bulges beyond it.
    """
    margin = 8
    padded = np.pad(pixels, margin)
    offset = np.asarray(origin, float) - margin
    filled = rasterize_polygon(
        as_ring(np.asarray(shape.points, float) - offset), (padded.shape[1], padded.shape[0])
    )
    union = int(np.count_nonzero(filled | padded))
    return int(np.count_nonzero(filled & padded)) / union if union else 0.0


def outlines(
    pixels: NDArray[np.bool_], origin: tuple[int, int] = (0, 0)
) -> tuple[list[NDArray[np.float64]], list[int]]:
    """Every outline of a bool [h, w] mask along pixel edges, corners only, float [n, 2]; and for each the
    index of the outline it is a hole of, or -1. Parts are connected over corners, holes are not.
    """
    contours, tree = cv2.findContours(
        pixels.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE, offset=origin
    )
    if not contours:
        return [], []
    chains = [np.asarray(contour, np.int32).reshape(-1, 2) for contour in contours]
    return [_edges(chain) for chain in chains], [int(node[3]) for node in tree.reshape(-1, 4)]


def _parts(pixels: NDArray[np.bool_], origin: tuple[int, int]) -> list[_Part]:
    """Connected parts, largest first."""
    rings, parents = outlines(pixels, origin)
    areas = [abs(signed_area(ring)) for ring in rings]
    holes: dict[int, list[int]] = {i: [] for i, parent in enumerate(parents) if parent < 0}
    for i, parent in enumerate(parents):
        if parent >= 0:
            holes[parent].append(i)
    parts = [
        _Part(rings[i], areas[i], tuple(rings[h] for h in inside), tuple(areas[h] for h in inside))
        for i, inside in holes.items()
    ]
    return sorted(parts, key=lambda part: part.area, reverse=True)


def _edges(chain: NDArray[np.int32]) -> NDArray[np.float64]:
    """The corners of the pixel edges that a border chain (int [n, 2], 8-connected, closed) runs along."""
    if len(chain) == 1:
        return np.asarray(chain + _SIDE_START, float)
    step = np.roll(chain, -1, axis=0) - chain
    leaving = _DIRECTION[3 * (step[:, 1] + 1) + step[:, 0] + 1]
    first = _FIRST_SIDE[np.roll(leaving, 1)]
    count = (_LAST_SIDE[leaving] - first) % 4 + 1
    pixel = np.repeat(np.arange(len(chain)), count)
    nth = np.arange(len(pixel)) - np.repeat(np.cumsum(count) - count, count)
    points = chain[pixel] + _SIDE_START[(first[pixel] + nth) % 4]
    ahead, behind = np.roll(points, -1, axis=0) - points, points - np.roll(points, 1, axis=0)
    return np.asarray(points[(ahead != behind).any(axis=1)], float)


def _drop_specks(parts: list[_Part]) -> tuple[list[_Part], tuple[str, ...]]:
    """The parts worth keeping out of those sorted by area, largest first."""
    total = sum(part.area for part in parts)
    limit = min(_SPECK_OF_MEAN * total / len(parts), _SPECK_OF_MASK * total)
    kept = [part for part in parts[:_MAX_PARTS] if part.area >= limit]
    if len(kept) == len(parts):
        return parts, ()
    lost = round(total - sum(part.area for part in kept))
    return kept, (f"{_count(len(parts) - len(kept), 'speck')} dropped ({lost} px in all)",)


def _polygon(
    parts: list[_Part], tolerance: float | None, coarseness: float = 1.0
) -> tuple[Polygon, tuple[str, ...]]:
    """All parts as one ring, and in words what that costs."""
    limit = _SPECK_OF_MASK * sum(part.area for part in parts)
    rings: list[Ring] = []
    holes = filled = 0
    for part in parts:
        rings.append(_simple(part.outer, part.outer_area, tolerance, coarseness))
        for hole, hole_area in zip(part.holes, part.hole_areas, strict=True):
            if hole_area < limit:
                filled += 1
            else:
                holes += 1
                rings.append(_simple(hole, hole_area, tolerance, coarseness))
    notes = []
    if len(parts) > 1:
        notes.append(f"{len(parts)} parts are joined by seams")
    if holes:
        notes.append(f"{_count(holes, 'hole')} {'is' if holes == 1 else 'are'} bridged by a seam")
    if filled:
        notes.append(f"{_count(filled, 'tiny hole')} filled")
    return Polygon(join(rings)), tuple(notes)


def _simple(
    corners: NDArray[np.float64], pixel_area: float, tolerance: float | None, coarseness: float
) -> Ring:
    if pixel_area < _EXACT_AREA and coarseness <= 1:
        return as_ring(corners)
    smooth = _without_stairs(corners)
    if tolerance is None:
        length = cv2.arcLength(smooth.astype(np.float32), closed=True)
        tolerance = max(MIN_TOLERANCE, RELATIVE_TOLERANCE * length)
    return simplify(as_ring(smooth), tolerance * coarseness)


def _without_stairs(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """The outline with slanted edges through the middle of their stairs instead of around each step.

    A step's corners lie up to 0.7 px off the edge they stand for, so Douglas-Peucker at half a pixel would
    keep them all. Each side of length 1 becomes its midpoint; a longer side keeps its ends, moved in by half
    a pixel where it meets a side of length 1. True corners, between two longer sides, stay.
    """
    following = np.roll(corners, -1, axis=0)
    length = np.abs(following - corners).sum(axis=1)
    along = (following - corners) / length[:, None] / 2
    short = length == 1
    start = corners + along * (short | np.roll(short, 1))[:, None]
    end = following - along * (short | np.roll(short, -1))[:, None]
    points = np.stack((start, end), axis=1).reshape(-1, 2)
    return np.asarray(points[(points != np.roll(points, 1, axis=0)).any(axis=1)], float)


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}{'' if n == 1 else 's'}"
