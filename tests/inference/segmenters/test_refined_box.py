"""A mask that was cut in a box: kept inside it, and its sides set by the cut and the network together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tui.inference.segmenters.grabcut_window import Window
from tui.inference.segmenters.refined_box import beyond_box, meet
from tui.types.prompt import Point
from tui.types.shapes import Box

WINDOW = Window(0, 0, 40, 20, (40, 20))


def logits(x0: int, y0: int, x1: int, y1: int) -> NDArray[np.float32]:
    out = np.full((20, 40), -2.0, np.float32)
    out[y0:y1, x0:x1] = 2.0
    return out


def ends(mask: NDArray[np.bool_]) -> tuple[int, ...]:
    ys, xs = np.nonzero(mask)
    return int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1


def test_what_lies_outside_the_box_is_beyond_it() -> None:
    assert ends(~beyond_box(WINDOW, Box(10, 5, 30, 15), [])) == (10, 5, 30, 15)


def test_a_positive_click_stretches_the_box_and_a_negative_one_does_not() -> None:
    clicks = [Point(36, 10), Point(2, 2, positive=False)]
    assert ends(~beyond_box(WINDOW, Box(10, 5, 30, 15), clicks)) == (10, 5, 36, 15)


def test_each_side_lies_half_way_between_the_cut_and_the_network() -> None:
    met = meet(logits(10, 4, 30, 16), logits(6, 6, 34, 12))
    assert ends(met > 0) == (8, 5, 32, 14)


def test_between_the_sides_the_mixed_mask_counts() -> None:
    mixed = logits(10, 4, 30, 16)
    mixed[8:10, 18:22] = -2.0
    met = meet(mixed, logits(10, 4, 30, 16))
    np.testing.assert_array_equal(met, mixed)


def test_an_empty_mask_changes_nothing() -> None:
    mixed, empty = logits(10, 4, 30, 16), np.full((20, 40), -2.0, np.float32)
    assert meet(mixed, empty) is mixed
    assert meet(empty, mixed) is empty
