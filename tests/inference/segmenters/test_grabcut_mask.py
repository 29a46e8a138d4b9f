"""What becomes of a mask once it is cut."""

from __future__ import annotations

import numpy as np

from tui.inference.segmenters.grabcut_mask import CLIP, hold, soft_edge, steadiness, touched
from tui.types.prompt import Point
from tui.types.shapes import Box

REGION = Box(0, 0, 20, 20)


def square(x0: int, x1: int) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    mask = np.zeros((20, 20), bool)
    mask[5:15, x0:x1] = True
    return mask


def test_only_the_parts_with_a_positive_seed_stay() -> None:
    seeds = np.zeros((20, 20), np.int8)
    seeds[8, 3] = 1
    both = square(2, 6) | square(12, 16)
    assert np.array_equal(touched(both, seeds), square(2, 6))


def test_without_a_positive_seed_all_parts_stay() -> None:
    both = square(2, 6) | square(12, 16)
    assert np.array_equal(touched(both, np.zeros((20, 20), np.int8)), both)


def test_a_soft_edge_keeps_the_mask_and_is_bounded() -> None:
    logits = soft_edge(square(4, 14))
    assert np.array_equal(logits > 0, square(4, 14))
    assert np.abs(logits).max() <= CLIP


def test_the_soft_edge_of_nothing_and_of_everything() -> None:
    assert (soft_edge(np.zeros((6, 6), bool)) < 0).all()
    assert (soft_edge(np.ones((6, 6), bool)) > 0).all()


def test_a_point_gets_its_side_and_the_last_word_wins() -> None:
    logits = np.full((20, 20), -3.0, np.float32)
    held = hold(logits, REGION, [Point(10.5, 10.5, False), Point(10.5, 10.5, True)])
    assert held[10, 10] > 0
    assert (held > 0).sum() <= 4


def test_a_point_outside_the_window_changes_nothing() -> None:
    logits = np.full((20, 20), -3.0, np.float32)
    assert (hold(logits, REGION, [Point(30, 30, True)]) == -3).all()


def test_a_sharp_edge_is_steadier_than_a_blurred_one() -> None:
    blurred = np.linspace(-2, 2, 20, dtype=np.float32)[None].repeat(20, 0)
    assert steadiness(soft_edge(square(0, 20))) > steadiness(blurred)
