"""Oriented boxes: corners, the overlap models are trained with, cutting to the image."""

from __future__ import annotations

import numpy as np
import pytest

from tui.geometry.oriented import corners, oriented_nms, overlap


def test_corners_of_an_upright_and_a_turned_box() -> None:
    upright, turned = corners(np.array([(10, 20, 6, 4, 0), (10, 20, 6, 4, np.pi / 2)]))
    np.testing.assert_allclose(upright, [(7, 18), (13, 18), (13, 22), (7, 22)])
    np.testing.assert_allclose(turned, [(12, 17), (12, 23), (8, 23), (8, 17)], atol=1e-12)
    assert corners(np.zeros((0, 5))).shape == (0, 4, 2)


def test_a_positive_angle_turns_clockwise_on_screen() -> None:
    ((top_left, top_right, *_),) = corners(np.array([(0, 0, 10, 2, 0.3)]))
    assert top_right[1] > top_left[1]


def test_overlap_is_one_for_the_same_box_and_zero_far_away() -> None:
    box = np.array([(50, 50, 30, 10, 0.4)])
    assert overlap(box, box)[0, 0] == pytest.approx(1, abs=2e-3)
    assert overlap(box, box + np.array((500, 0, 0, 0, 0)))[0, 0] == pytest.approx(0, abs=1e-3)
    same_again = np.array([(50, 50, 10, 30, 0.4 + np.pi / 2)])
    assert overlap(box, same_again)[0, 0] == pytest.approx(1, abs=2e-3)


def test_overlap_by_hand() -> None:
    # Two unit-variance Gaussians 2 apart: Bhattacharyya distance 4/8, so 1 - sqrt(1 - exp(-1/2)).
    side = np.sqrt(12)
    a, b = np.array([(0, 0, side, side, 0)]), np.array([(2, 0, side, side, 0)])
    assert overlap(a, b)[0, 0] == pytest.approx(1 - np.sqrt(1 - np.exp(-0.5)), abs=1e-4)


def test_suppression_by_any_better_box_of_the_class() -> None:
    boxes = np.array(
        [(50, 50, 30, 10, 0.4), (51, 50, 30, 10, 0.4), (50, 50, 30, 10, 0.4), (150, 50, 9, 9, 0)]
    )
    scores, classes = np.array([0.5, 0.9, 0.7, 0.2]), np.array([0, 0, 1, 0])
    assert oriented_nms(boxes, scores, classes, 0.45).tolist() == [1, 2, 3]
    assert oriented_nms(boxes[:0], scores[:0], classes[:0], 0.45).tolist() == []
