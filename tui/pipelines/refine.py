"""Boxes refined by a segmenter: prompt it with the box, keep its mask when it fits the box."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui.geometry.boxes import clip, iou
from tui.inference.embedding import Embedding
from tui.inference.segmenters.base import Limits, Segmenter
from tui.pipelines.segment import segment, trace_candidate
from tui.types.instance import Instance, Task, Traced
from tui.types.prompt import Point, Prompt
from tui.types.shapes import Box, Polygon, Shape, bounds

MIN_AGREEMENT = 0.5
"""Least IoU between a box and the tight box of its mask: below it the segmenter means something else."""

_SAME = 0.5
"""Pixels that a side must move before a box counts as changed."""


@dataclass(frozen=True, slots=True, eq=False)
class Refiner:
    """A segmenter for one image. `embed` gives the image's embedding; it is called when first needed.

    An app that has the embedding gives `lambda: embedding`.
    """

    segmenter: Segmenter
    embed: Callable[[], Embedding]


@dataclass(frozen=True, slots=True)
class Refined:
    """A mask that fits its box, as the shape the task stores. `agreement` is the IoU of the two boxes."""

    traced: Traced
    score: float
    agreement: float
    stability: float


@dataclass(frozen=True, slots=True)
class Tightened:
    """A new instance for the existing one at `index`; `agreement` is the IoU of the old and the new box."""

    index: int
    instance: Instance
    score: float
    agreement: float
    stability: float


def encoder(segmenter: Segmenter, image: NDArray[np.uint8]) -> Refiner:
    """A refiner that encodes `image` (RGB uint8 [H, W, 3]) if and when a box is to be refined."""
    return Refiner(segmenter, lambda: segmenter.encode(image))


def refine(
    segmenter: Segmenter, embedding: Embedding, box: Box, task: Task, *, least: float = MIN_AGREEMENT
) -> Refined | None:
    """The segmenter's mask for a box, or None when it is empty or its tight box is another one.

    A box outside the image has no mask. Raises ModelError when the model fails.
    """
    inside = clip(box, embedding.image_wh)
    if inside.area <= 0:
        return None
    answer = segment(segmenter, embedding, box_prompt(inside, segmenter.limits))
    traced = trace_candidate(answer.chosen, embedding.image_wh, task)
    if traced is None:
        return None
    agreement = iou(traced.box, inside)
    if agreement < least:
        return None
    return Refined(traced, answer.chosen.score, agreement, answer.chosen.stability)


def box_prompt(box: Box, limits: Limits) -> Prompt:
    """The prompt that asks for the object in a box: a click on its centre where the model takes no boxes."""
    return Prompt(box=box) if limits.boxes else Prompt((Point(*box.center),))


def tighten(
    instances: Sequence[Instance],
    refiner: Refiner,
    task: Task,
    *,
    least: float = MIN_AGREEMENT,
    outlines: bool = False,
) -> Iterator[Tightened]:
    """Existing boxes drawn tight around their objects, one by one; stop taking them to stop the work.

    Boxes, and polygons that are upright rectangles, are prompts; other polygons were drawn with care and are
    left alone unless `outlines`: then their boxes are prompts too. An instance is not given when its mask
    does not fit it, or when nothing changes.
    """
    embedding: Embedding | None = None
    for index, instance in enumerate(instances):
        if not outlines and not is_rectangle(instance.shape):
            continue
        embedding = embedding or refiner.embed()
        refined = refine(refiner.segmenter, embedding, bounds(instance.shape), task, least=least)
        if refined is None or _unchanged(instance.shape, refined.traced.shape):
            continue
        better = Instance(instance.class_id, refined.traced.shape)
        yield Tightened(index, better, refined.score, refined.agreement, refined.stability)


def is_rectangle(shape: Shape) -> bool:
    """Whether a shape is a box, or a polygon that says no more than its box."""
    if isinstance(shape, Box):
        return True
    box = shape.bounds
    corners = {(x, y) for x in (box.x0, box.x1) for y in (box.y0, box.y1)}
    return len(shape.points) == 4 and set(shape.points) == corners


def _unchanged(old: Shape, new: Shape) -> bool:
    if isinstance(old, Polygon) and isinstance(new, Polygon):
        return old == new
    pairs = zip(bounds(old).xyxy, bounds(new).xyxy, strict=True)
    return type(old) is type(new) and all(abs(a - b) <= _SAME for a, b in pairs)
