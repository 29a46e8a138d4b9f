"""The minimum cut through OpenCV's frozen models: it must follow the log-odds it is given."""

from __future__ import annotations

import numpy as np
import pytest

from tui.inference.segmenters.grabcut_cut import View, colour_odds, look, minimum_cut, segment_view

SIDE = 40


def two_halves() -> View:
    rgb = np.zeros((SIDE, SIDE, 3), np.uint8)
    rgb[:, : SIDE // 2], rgb[:, SIDE // 2 :] = (200, 40, 40), (40, 40, 200)
    return look(rgb)


def none() -> np.ndarray[tuple[int, int], np.dtype[np.int8]]:
    return np.zeros((SIDE, SIDE), np.int8)


def left() -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    return np.broadcast_to(np.arange(SIDE) < SIDE // 2, (SIDE, SIDE)).copy()


def test_strong_log_odds_are_followed_where_there_is_no_edge() -> None:
    view = look(np.full((SIDE, SIDE, 3), 90, np.uint8))
    odds = np.where(left(), 6.0, -6.0).astype(np.float32)
    assert (minimum_cut(view, odds, none()) == left()).mean() > 0.97


def test_the_boundary_is_drawn_to_the_colour_edge() -> None:
    odds = np.where(np.arange(SIDE) < SIDE // 2 + 3, 1.0, -6.0).astype(np.float32)
    odds = np.broadcast_to(odds, (SIDE, SIDE)).copy()
    odds[:, SIDE // 2 : SIDE // 2 + 3] = 0.3
    odds[:, : SIDE // 2] = 6.0
    assert np.array_equal(minimum_cut(two_halves(), odds, none()), left())


@pytest.mark.parametrize("value", [-6.0, 6.0])
def test_odds_of_one_sign_need_no_cut(value: float) -> None:
    mask = minimum_cut(two_halves(), np.full((SIDE, SIDE), value, np.float32), none())
    assert (mask == (value > 0)).all()


def test_seeds_are_hard() -> None:
    seeds = none()
    seeds[5, 5], seeds[5, 35] = -1, 1
    mask = minimum_cut(two_halves(), np.where(left(), 6.0, -6.0).astype(np.float32), seeds)
    assert not mask[5, 5]
    assert mask[5, 35]


def test_colours_of_the_inside_get_positive_odds() -> None:
    odds = colour_odds(two_halves(), np.where(left(), 0.9, 0.1).astype(np.float32))
    assert odds[:, :18].min() > 1
    assert odds[:, 22:].max() < -1


def test_colour_models_correct_a_prior_that_is_half_wrong() -> None:
    prior = np.full((SIDE, SIDE), -0.5, np.float32)
    prior[10:30, 5:25] = 0.8
    cut = segment_view(two_halves(), prior, none())
    assert (cut.mask == left()).mean() > 0.95
    assert (cut.draft == left()).mean() > 0.9


def test_a_view_of_one_colour_has_one_palette_colour() -> None:
    view = look(np.full((SIDE, SIDE, 3), 90, np.uint8))
    assert len(np.unique(view.colour)) == 1
    assert np.ptp(view.edges) <= 1
