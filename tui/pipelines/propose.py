"""From what a model found to what is proposed as labels: classes, shapes, one proposal for each object."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from tui.geometry.boxes import to_polygon
from tui.geometry.contours import trace_pixels
from tui.geometry.masks import rasterize
from tui.geometry.nms import class_nms
from tui.inference.embedding import Embedding
from tui.pipelines.everything import Found
from tui.pipelines.refine import Refiner, refine
from tui.pipelines.segment import trace_candidate
from tui.types.detections import Detection, Proposal
from tui.types.instance import Instance, Task
from tui.types.shapes import Box, Shape

_NO_OUTLINE = "a rectangle: the model gives no outline"
_NO_FIT = "not refined: the segmenter's mask does not fit the box"


def propose(
    detections: Sequence[Detection],
    targets: Sequence[int | None],
    image_wh: tuple[int, int],
    task: Task,
    *,
    origin: Callable[[Detection], str],
    iou: float,
    refiner: Refiner | None = None,
) -> Iterator[Proposal]:
    """One proposal for each detection that has a class in the dataset, best first, as each is ready.

    `targets` is the dataset's class for each of the model's, or None. Where several of them lead to one class
    of the dataset, boxes with an IoU above `iou` are the same object and the best stays. With `refiner` the
    shapes come from a segmenter that is prompted with the boxes, without from the detections themselves.
    Whoever stops taking proposals stops the work. `origin` names the maker.
    """
    embedding: Embedding | None = None
    for detection, class_id in _one_each(detections, targets, iou):
        name = origin(detection)
        if refiner is None:
            shape, notes = own_shape(detection, image_wh, task)
            yield Proposal(Instance(class_id, shape), detection.score, name, notes, detection.box)
            continue
        embedding = embedding or refiner.embed()
        refined = refine(refiner.segmenter, embedding, detection.box, task)
        if refined is None:
            shape, notes = own_shape(detection, image_wh, task)
            notes = (_NO_FIT, *notes)
        else:
            shape, notes = refined.traced.shape, refined.traced.notes
        name = f"{name} + {refiner.segmenter.name}"
        stability = refined.stability if refined else None
        yield Proposal(
            Instance(class_id, shape), detection.score, name, notes, detection.box, stability=stability
        )


def propose_found(
    found: Sequence[Found], class_id: int, image_wh: tuple[int, int], task: Task, *, origin: str
) -> Iterator[Proposal]:
    """One proposal of `class_id` for each mask that a search of everything kept, in its order."""
    for one in found:
        traced = trace_candidate(one.candidate, image_wh, task)
        if traced is not None:
            yield Proposal(
                Instance(class_id, traced.shape),
                one.candidate.score,
                origin,
                traced.notes,
                points=(one.point,),
                stability=one.candidate.stability,
            )


def own_shape(detection: Detection, image_wh: tuple[int, int], task: Task) -> tuple[Shape, tuple[str, ...]]:
    """A detection as the shape the task stores, and in words what a person should know about it.

    For "segment": the outline of the mask inside the box, or the oriented box, or else the box.
    """
    if task == "detect":
        return detection.box, ()
    if detection.mask is not None:
        box = detection.box
        # The pixels whose centres lie inside the box.
        window = Box(*(float(math.ceil(v - 0.5)) for v in box.xyxy))
        pixels, origin = rasterize(detection.mask, image_wh, window)
        traced = trace_pixels(pixels, task, origin=origin)
        if traced is not None:
            return traced.shape, traced.notes
    if detection.outline is not None:
        return detection.outline, ()
    return to_polygon(detection.box), (_NO_OUTLINE,)


def _one_each(
    detections: Sequence[Detection], targets: Sequence[int | None], iou: float
) -> list[tuple[Detection, int]]:
    """Detections with their dataset class, without repetitions within a class, best first."""
    known = [(d, target) for d in detections if (target := targets[d.class_id]) is not None]
    if not known:
        return []
    xyxy = np.array([d.box.xyxy for d, _ in known], np.float64)
    scores = np.array([d.score for d, _ in known], np.float64)
    classes = np.array([class_id for _, class_id in known], np.intp)
    return [known[i] for i in class_nms(xyxy, scores, classes, iou)]
