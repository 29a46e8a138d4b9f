"""Models look again at what is labelled: a fresh mask for each label, and where a detector does not agree."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from tui.geometry.boxes import SAME_OBJECT, clip, iou
from tui.geometry.contours import trace_pixels
from tui.geometry.masks import full_mask
from tui.geometry.polygons import rasterize_polygon
from tui.inference.embedding import Embedding
from tui.inference.segmenters.base import Segmenter
from tui.pipelines.refine import box_prompt, is_rectangle
from tui.pipelines.segment import segment
from tui.types.detections import Proposal
from tui.types.instance import Instance
from tui.types.review import Rival
from tui.types.shapes import Box, Polygon, Shape, bounds

NEAR = 0.1
"""Least IoU at which a detection of the same class is the label's object, seen elsewhere."""


def fresh_agreement(segmenter: Segmenter, embedding: Embedding, shape: Shape) -> float:
    """IoU of a label, in image pixels, with a mask made anew from its extent; 0..1, 0 where there is none.

    A box is compared with the mask's tight box, a polygon with the mask's pixels. Raises ModelError.
    """
    wh = embedding.image_wh
    inside = clip(bounds(shape), wh)
    if inside.area <= 0:
        return 0.0
    mask = full_mask(segment(segmenter, embedding, box_prompt(inside, segmenter.limits)).chosen.mask, wh)
    if isinstance(shape, Polygon) and not is_rectangle(shape):
        label = rasterize_polygon(shape.points, wh)
        union = int(np.count_nonzero(label | mask))
        return int(np.count_nonzero(label & mask)) / union if union else 0.0
    traced = trace_pixels(mask, "detect")
    return iou(traced.box, inside) if traced is not None else 0.0


def disagreements(
    instances: Sequence[Instance], found: Sequence[Proposal], known: Collection[int]
) -> tuple[dict[int, Rival], tuple[Rival, ...]]:
    """Where labels and a detector differ: a rival by the index of the instance, and what is not labelled.

    `found` is what the detector sees, in the dataset's classes; `known` are the classes it can see. A label
    and a detection agree when they have one class and an IoU of `SAME_OBJECT`.
    """
    labels = [bounds(instance.shape) for instance in instances]
    seen = [bounds(one.instance.shape) for one in found]
    overlaps = [[iou(label, box) for box in seen] for label in labels]
    pairs = _pairs(instances, found, overlaps)
    rivals: dict[int, Rival] = {}
    for i, instance in enumerate(instances):
        j = pairs.get(i)
        if j is None:
            if instance.class_id in known:
                rivals[i] = Rival()
        elif found[j].instance.class_id != instance.class_id or overlaps[i][j] < SAME_OBJECT:
            rivals[i] = _rival(found[j], overlaps[i][j])
    taken = set(pairs.values())
    extra = [
        _rival(one, 0.0)
        for j, one in enumerate(found)
        if j not in taken and all(row[j] < SAME_OBJECT for row in overlaps)
    ]
    return rivals, tuple(extra)


def _pairs(
    instances: Sequence[Instance], found: Sequence[Proposal], overlaps: Sequence[Sequence[float]]
) -> dict[int, int]:
    """Instance -> detection, one each: what agrees first, then another class there, then the class nearby."""
    ranked = []
    for i, row in enumerate(overlaps):
        for j, overlap in enumerate(row):
            same = found[j].instance.class_id == instances[i].class_id
            if overlap >= (NEAR if same else SAME_OBJECT):
                ranked.append((same and overlap >= SAME_OBJECT, overlap, i, j))
    pairs: dict[int, int] = {}
    for _, _, i, j in sorted(ranked, reverse=True):
        if i not in pairs and j not in pairs.values():
            pairs[i] = j
    return pairs


def _rival(one: Proposal, overlap: float) -> Rival:
    return Rival(one.instance.class_id, one.instance.shape, one.score, overlap)


def share_of(shape: Shape, image_wh: tuple[int, int]) -> float:
    """The area of a shape's extent as a share of the image, 0..1."""
    box: Box = clip(bounds(shape), image_wh)
    return box.area / (image_wh[0] * image_wh[1])
