"""Which masks are worth a hint."""

from __future__ import annotations

import numpy as np
import pytest

from tui.pipelines.everything import Found
from tui.pipelines.salience import border_share, most_salient
from tui.types.instance import Candidate
from tui.types.prompt import Point
from tui.types.shapes import Box, LogitMask

WH = (80, 60)


PADDED = Box(0, 0, 80, 80)


def mask(box: Box, region: Box = PADDED, side: int = 40) -> LogitMask:
    """All of `box` on a grid over `region`, by default the square that a model pads an image to."""
    x = region.x0 + (np.arange(side) + 0.5) * region.width / side
    y = region.y0 + (np.arange(side) + 0.5) * region.height / side
    inside = ((x >= box.x0) & (x < box.x1))[None, :] & ((y >= box.y0) & (y < box.y1))[:, None]
    return LogitMask(np.where(inside, 5, -5).astype(np.float32), region)


def found(box: Box, score: float = 0.8, stability: float = 1.0) -> Found:
    candidate = Candidate(mask(box), score, stability)
    return Found(candidate, Point(*box.center), box, (candidate,))


@pytest.mark.parametrize(
    ("box", "share"),
    [
        (Box(0, 0, 80, 60), 1),
        (Box(0, 0, 80, 80), 1),
        (Box(10, 10, 70, 50), 0),
        (Box(0, 0, 40, 60), 0.5),
        (Box(0, 30, 80, 60), 0.5),
        (Box(0, 0, 80, 10), (1 + 2 * 10 / 60) / 4),
    ],
)
def test_how_much_of_the_border_a_mask_covers(box: Box, share: float) -> None:
    assert border_share(mask(box), WH) == pytest.approx(share, abs=0.02)


def test_a_mask_of_a_part_of_the_image_is_measured_where_it_meets_the_border() -> None:
    everything = Box(0, 0, 80, 60)
    assert border_share(mask(everything, Box(20, 15, 60, 45)), WH) == 0
    assert border_share(mask(everything, Box(0, 15, 30, 45)), WH) == 0.25
    assert border_share(mask(everything, Box(200, 200, 300, 300)), WH) == 0


def test_the_ground_comes_after_what_stands_on_it_and_large_things_stay() -> None:
    ground, large, small = (
        found(Box(0, 0, 80, 60), 0.9),
        found(Box(0, 10, 60, 60), 0.8),
        found(Box(5, 5, 9, 9)),
    )
    assert most_salient((ground, large, small), WH, 9) == (small, large)
    assert most_salient((ground,), WH, 9) == (ground,)


def test_what_is_far_behind_the_best_is_left_out_and_the_rest_is_counted() -> None:
    boxes = [Box(5 * n + 5, 10, 5 * n + 9, 20) for n in range(6)]
    ones = [found(box, score) for box, score in zip(boxes, (0.2, 0.9, 0.3, 0.8, 0.4, 0.5), strict=True)]
    assert [one.candidate.score for one in most_salient(ones, WH, 9)] == [0.9, 0.8, 0.5, 0.4]
    assert [one.candidate.score for one in most_salient(ones, WH, 2)] == [0.9, 0.8]
    assert most_salient((), WH, 9) == ()
