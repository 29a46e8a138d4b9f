"""The forms in which YOLO models answer, told apart by shape, and decoded to one form.

Which version a file is does not tell its head: the newest exporter writes version 26 with a raw head by
default and with final boxes on demand. So the shape decides, and the metadata only where shapes are alike.
With C classes, M mask coefficients (0 or 32) and 1 more number for an oriented box's angle, one image gives

    raw      [4 + C + M (+ 1), N]   centre, size, class scores, coefficients, angle   v8, 9, 11, 12, 26
    anchors  [N, 5 + C + M]         centre, size, objectness, class scores, ...        v5, v7
    final    [K, 6 + M]             two corners, score, class, coefficients            NMS inside; v10, 26
    final    [K, 7]                 centre, size, score, class, angle                  the same, oriented
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tui.errors import ModelError
from tui.geometry.nms import class_nms
from tui.geometry.oriented import oriented_nms
from tui.inference.detectors.base import Thresholds

Form = Literal["raw", "anchors", "final"]

_MOST_BOXES = 30_000
"""Boxes that enter suppression, as in the reference: beyond it the threshold is meaningless."""

_GRIDS = ((8, 16, 32), (8, 16, 32, 64))
_ANCHORS_PER_CELL = 3


@dataclass(frozen=True, slots=True)
class Head:
    """How to read an answer: its form, `classes` C, `coefficients` M, and whether boxes are oriented."""

    form: Form
    classes: int
    coefficients: int = 0
    oriented: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Detections in canvas pixels, best score first.

    `boxes` float [n, 4] (xyxy), or [n, 5] for oriented ones (centre, size, angle); `scores` [n];
    `classes` int [n]; `coefficients` [n, M].
    """

    boxes: NDArray[np.float32]
    scores: NDArray[np.float32]
    classes: NDArray[np.intp]
    coefficients: NDArray[np.float32]


def recognise(
    shape: tuple[int, int],
    canvas_wh: tuple[int, int],
    *,
    classes: int | None,
    coefficients: int = 0,
    oriented: bool = False,
    finished: bool = False,
) -> Head | None:
    """The head whose answer for one image has this shape, or None when it fits none.

    `classes` None means that their number is not known. `finished` is what the metadata says about it.
    """
    rows, columns = shape
    extra = coefficients + oriented
    final = columns == 6 + extra
    if final and finished:
        return Head("final", classes or 1, coefficients, oriented)
    if classes is not None:
        if rows == 4 + classes + extra:
            return Head("raw", classes, coefficients, oriented)
        anchors = columns == 5 + classes + extra and not oriented
        if anchors and not (final and rows not in _anchor_counts(canvas_wh)):
            return Head("anchors", classes, coefficients)
        return Head("final", classes, coefficients, oriented) if final else None
    if final and rows not in _anchor_counts(canvas_wh):
        return Head("final", 1, coefficients, oriented)
    if rows < columns:
        return Head("raw", rows - 4 - extra, coefficients, oriented) if rows > 4 + extra else None
    if columns > 5 + extra and not oriented:
        return Head("anchors", columns - 5 - extra, coefficients)
    return None


def decode(answer: NDArray[np.floating], head: Head, thresholds: Thresholds) -> Found:
    """The answer for one image as detections over the thresholds. Raises ModelError when it is not finite."""
    if not np.isfinite(answer).all():
        raise ModelError("The detector failed", "its answer is not finite")
    rows = np.asarray(answer, np.float32)
    if head.form == "final":
        return _final(rows, head, thresholds)
    return _suppressed(_scored(rows, head, thresholds), head, thresholds)


def _anchor_counts(canvas_wh: tuple[int, int]) -> set[int]:
    """How many boxes an anchor head gives for a canvas."""
    width, height = canvas_wh
    return {_ANCHORS_PER_CELL * sum((width // s) * (height // s) for s in strides) for strides in _GRIDS}


def _final(rows: NDArray[np.float32], head: Head, thresholds: Thresholds) -> Found:
    classes = rows[:, 5].astype(np.intp)
    rows = rows[(rows[:, 4] > thresholds.confidence) & _wanted(classes, thresholds)]
    rows = rows[np.argsort(-rows[:, 4], kind="stable")][: thresholds.limit]
    boxes = np.concatenate([rows[:, :4], rows[:, -1:]], axis=1) if head.oriented else rows[:, :4]
    return Found(boxes, rows[:, 4], rows[:, 5].astype(np.intp), rows[:, 6 : 6 + head.coefficients])


def _scored(rows: NDArray[np.float32], head: Head, thresholds: Thresholds) -> Found:
    """Boxes of a head without suppression whose best class is over the threshold."""
    first = 4 if head.form == "raw" else 5
    table = rows if head.form == "raw" else rows[rows[:, 4] > thresholds.confidence].T
    scores = table[first : first + head.classes].max(axis=0)
    if head.form == "anchors":
        scores = scores * table[4]
    # Few boxes are left here: the class and everything else is looked up for those only.
    keep = np.flatnonzero(scores > thresholds.confidence)
    classes = table[first : first + head.classes, keep].argmax(axis=0)
    wanted = _wanted(classes, thresholds)
    keep, classes = keep[wanted], classes[wanted]
    best = np.argsort(-scores[keep], kind="stable")[:_MOST_BOXES]
    keep, classes = keep[best], classes[best]
    rows, end = table[:, keep].T, first + head.classes + head.coefficients
    if head.oriented:
        boxes = np.concatenate([rows[:, :4], rows[:, end : end + 1]], axis=1)
    else:
        boxes = np.concatenate([rows[:, :2] - rows[:, 2:4] / 2, rows[:, :2] + rows[:, 2:4] / 2], axis=1)
    return Found(boxes, scores[keep], classes, rows[:, first + head.classes : end])


def _suppressed(found: Found, head: Head, thresholds: Thresholds) -> Found:
    if head.oriented:
        kept = oriented_nms(found.boxes, found.scores, found.classes, thresholds.iou)[: thresholds.limit]
    else:
        kept = class_nms(found.boxes, found.scores, found.classes, thresholds.iou, limit=thresholds.limit)
    return Found(found.boxes[kept], found.scores[kept], found.classes[kept], found.coefficients[kept])


def _wanted(classes: NDArray[np.intp], thresholds: Thresholds) -> NDArray[np.bool_]:
    if thresholds.classes is None:
        return np.ones(len(classes), np.bool_)
    return np.isin(classes, list(thresholds.classes))
