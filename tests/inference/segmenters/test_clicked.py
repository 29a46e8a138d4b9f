"""What of a mask is left where clicks say which part is meant."""

from __future__ import annotations

import numpy as np

from tui.inference.segmenters.clicked import clicked_parts
from tui.types.prompt import Point
from tui.types.shapes import Box, LogitMask

REGION = Box(100, 50, 180, 90)
"""Of a grid of 40 x 20: two image pixels a sample."""


def two_parts() -> LogitMask:
    logits = np.full((20, 40), -4, np.float32)
    logits[2:10, 2:10] = 4
    logits[5:15, 25:38] = 3
    return LogitMask(logits, REGION)


def test_the_part_under_the_click_stays() -> None:
    mask = two_parts()
    left = clicked_parts(mask, [Point(110, 60)])
    assert (left.logits > 0).sum() == 64
    assert (left.logits[5:15, 25:38] == -1).all()
    right = clicked_parts(mask, [Point(160, 70)])
    assert (right.logits > 0).sum() == 130
    assert right.region == REGION
    assert (mask.logits > 0).sum() == 194


def test_each_positive_click_holds_its_part_and_a_negative_one_holds_none() -> None:
    mask = two_parts()
    both = clicked_parts(mask, [Point(110, 60), Point(160, 70)])
    assert (both.logits > 0).sum() == 194
    one = clicked_parts(mask, [Point(110, 60), Point(160, 70, False)])
    assert (one.logits > 0).sum() == 64


def test_a_mask_that_no_click_lies_on_stays_whole() -> None:
    mask = two_parts()
    for points in ([Point(140, 85)], [Point(5, 5)], [Point(110, 60, False)], []):
        assert clicked_parts(mask, points) is mask


def test_a_single_part_is_not_copied() -> None:
    mask = LogitMask(np.where(np.eye(9, dtype=bool), np.float32(2), np.float32(-2)), Box(0, 0, 9, 9))
    assert clicked_parts(mask, [Point(4.5, 4.5)]) is mask
