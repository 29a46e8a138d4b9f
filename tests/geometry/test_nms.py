"""Suppression keeps the best of every group, in order of score."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tui.geometry.boxes import iou as box_iou
from tui.geometry.nms import box_nms, class_nms
from tui.types.shapes import Box


def boxes(*rows: tuple[float, float, float, float]) -> NDArray[np.float32]:
    return np.array(rows, np.float32).reshape(-1, 4)


def test_the_better_of_two_that_overlap_stays() -> None:
    xyxy = boxes((0, 0, 10, 10), (1, 1, 11, 11), (50, 50, 60, 60))
    assert box_nms(xyxy, np.array([0.5, 0.9, 0.1]), 0.5).tolist() == [1, 2]


def test_exactly_at_the_threshold_both_stay() -> None:
    xyxy = boxes((0, 0, 10, 10), (0, 0, 10, 5))
    assert box_nms(xyxy, np.array([0.9, 0.8]), 0.5).tolist() == [0, 1]


def test_equal_scores_keep_their_order_and_nothing_gives_nothing() -> None:
    xyxy = boxes((0, 0, 4, 4), (9, 9, 12, 12), (0, 0, 4, 4))
    assert box_nms(xyxy, np.ones(3), 0.5).tolist() == [0, 1]
    assert box_nms(boxes(), np.empty(0), 0.5).tolist() == []
    assert class_nms(boxes(), np.empty(0), np.empty(0, np.intp), 0.5).tolist() == []


def test_boxes_without_area_do_not_fail() -> None:
    assert box_nms(boxes((1, 1, 1, 1), (1, 1, 1, 1)), np.array([0.2, 0.3]), 0.5).tolist() == [1, 0]


def test_classes_do_not_suppress_each_other() -> None:
    xyxy = boxes((0, 0, 10, 10), (0, 0, 10, 10), (0, 0, 10, 10))
    scores, classes = np.array([0.3, 0.9, 0.5]), np.array([1, 7, 1])
    assert class_nms(xyxy, scores, classes, 0.5).tolist() == [1, 2]
    assert class_nms(xyxy, scores, classes, 0.5, limit=1).tolist() == [1]


@given(seed=st.integers(0, 200), count=st.integers(0, 25), iou=st.floats(0.05, 0.95))
def test_what_stays_does_not_overlap_and_what_goes_has_a_reason(seed: int, count: int, iou: float) -> None:
    random = np.random.default_rng(seed)
    corner = random.integers(0, 30, (count, 2))
    xyxy = np.concatenate([corner, corner + random.integers(1, 20, (count, 2))], 1).astype(np.float64)
    scores = random.permutation(count) / max(1, count)
    kept = box_nms(xyxy, scores, iou).tolist()
    as_boxes = [Box(*row) for row in xyxy.tolist()]
    assert scores[kept].tolist() == sorted(scores[kept], reverse=True)
    for index in range(count):
        better = [k for k in kept if scores[k] > scores[index]]
        overlaps = [box_iou(as_boxes[index], as_boxes[k]) for k in better]
        assert (index in kept) == all(o <= iou + 1e-12 for o in overlaps) or any(
            abs(o - iou) < 1e-9 for o in overlaps
        )


def test_the_limit_counts_what_stays() -> None:
    xyxy = boxes(*[(20 * i, 0, 20 * i + 5, 5) for i in range(6)])
    assert box_nms(xyxy, np.linspace(0, 1, 6), 0.5, limit=2).tolist() == [5, 4]
