"""Small objects of the whole image: `everything` again on overlapping parts of it.

After the crops of the reference's automatic mask generator (Kirillov et al., "Segment Anything", appendix B):
layer n divides the image's shorter side by 2^n, parts overlap by a third, each gets a grid of its own that is
coarser than the image's. What a part's border cuts through is left to the neighbour or to the whole, and of
objects found twice the one from the smaller part stays: its outline is finer. Unlike there, parts are
squares, which leaves the encoder no padding.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tui.geometry.nms import box_nms
from tui.inference.segmenters.base import Segmenter
from tui.pipelines.everything import EverythingOptions, Found, Progress, everything
from tui.pipelines.zoom import moved
from tui.types.prompt import Point
from tui.types.shapes import Box

OVERLAP = 512 / 1500
"""Share of a part's side that its neighbour sees too."""

_NEAR = 20.0
"""Image pixels: a box that comes so near to the border of its part may go on behind it."""

_SMALLEST = 64
"""Pixels; the image is not cut finer."""


def parts(image_wh: tuple[int, int], layer: int) -> tuple[Box, ...]:
    """The squares of one layer (1, 2, ...), row by row; none where they would be too small."""
    count = 2**layer
    side = math.ceil(min(image_wh) / (count - (count - 1) * OVERLAP))
    if side < _SMALLEST:
        return ()
    across, down = (_starts(length, side) for length in image_wh)
    return tuple(Box(float(x), float(y), float(x + side), float(y + side)) for y in down for x in across)


def everything_in_parts(
    segmenter: Segmenter,
    image: NDArray[np.uint8],
    whole: tuple[Found, ...],
    layers: int,
    options: EverythingOptions | None = None,
    *,
    progress: Callable[[Progress], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> tuple[Found, ...]:
    """`whole` (what `everything` found) and what it missed because it was too small, best first.

    `image` is RGB uint8 [H, W, 3]; every part is encoded once more, so a layer costs as much as several
    images. `progress` counts parts; `cancelled` is asked before every run of the model.

    Raises ModelError when the model fails.
    """
    options = options or EverythingOptions()
    image_wh = (image.shape[1], image.shape[0])
    work = [(part, layer) for layer in range(1, layers + 1) for part in parts(image_wh, layer)]
    found, sides = list(whole), [float(max(image_wh))] * len(whole)
    for done, (part, layer) in enumerate(work, 1):
        if cancelled():
            break
        coarser = replace(options, side=max(1, options.side // 2**layer))
        fresh = _in_part(segmenter, image, part, coarser, cancelled)
        found += fresh
        sides += [part.width] * len(fresh)
        progress(Progress(done, len(work), _distinct(found, sides, options.max_iou)))
    return _distinct(found, sides, options.max_iou)


def _in_part(
    segmenter: Segmenter,
    image: NDArray[np.uint8],
    part: Box,
    options: EverythingOptions,
    cancelled: Callable[[], bool],
) -> list[Found]:
    x0, y0, x1, y1 = (int(v) for v in part.xyxy)
    embedding = segmenter.encode(np.ascontiguousarray(image[y0:y1, x0:x1]))
    image_wh = (image.shape[1], image.shape[0])
    return [
        placed
        for found in everything(segmenter, embedding, options, cancelled=cancelled)
        if not _is_cut((placed := _placed(found, x0, y0)).box, part, image_wh)
    ]


def _placed(found: Found, dx: int, dy: int) -> Found:
    """What was found in a part, in the image."""
    box = found.box
    return Found(
        moved(found.candidate, dx, dy),
        Point(found.point.x + dx, found.point.y + dy),
        Box(box.x0 + dx, box.y0 + dy, box.x1 + dx, box.y1 + dy),
    )


def _is_cut(box: Box, part: Box, image_wh: tuple[int, int]) -> bool:
    """Whether a box comes near a border of its part that is no border of the image."""
    near = (box.x0 - part.x0, box.y0 - part.y0, part.x1 - box.x1, part.y1 - box.y1)
    inner = (part.x0 > 0, part.y0 > 0, part.x1 < image_wh[0], part.y1 < image_wh[1])
    return any(distance < _NEAR and inside for distance, inside in zip(near, inner, strict=True))


def _starts(length: int, side: int) -> list[int]:
    """Where parts of `side` begin along `length`: evenly, overlapping by `OVERLAP` at least."""
    if length <= side:
        return [0]
    count = math.ceil((length - side) / (side * (1 - OVERLAP)) - 1e-9) + 1
    return [round(i * (length - side) / (count - 1)) for i in range(count)]


def _distinct(found: list[Found], sides: list[float], max_iou: float) -> tuple[Found, ...]:
    """Of those whose boxes overlap the one from the smallest part, best scores first."""
    if not found:
        return ()
    boxes = np.array([one.box.xyxy for one in found], np.float64)
    kept = box_nms(boxes, 1 / np.array(sides), max_iou)
    return tuple(sorted((found[i] for i in kept), key=lambda one: -one.candidate.score))
