"""Readings of a prompt: where each puts the object before any colour is seen."""

from __future__ import annotations

import numpy as np

from tui.inference.segmenters.grabcut_cut import look
from tui.inference.segmenters.grabcut_prior import (
    FORBIDDEN,
    click_field,
    guesses_for,
    measure_previous,
    seed_map,
)
from tui.inference.segmenters.grabcut_window import window_over
from tui.types.prompt import Point, Prompt
from tui.types.shapes import Box, LogitMask

WH = (400, 300)


def square(x0: int, y0: int, x1: int, y1: int) -> LogitMask:
    logits = np.full((WH[1] // 2, WH[0] // 2), -4, np.float32)
    logits[y0 // 2 : y1 // 2, x0 // 2 : x1 // 2] = 4
    return LogitMask(logits, Box(0, 0, *WH))


def test_a_previous_mask_is_measured_in_image_pixels() -> None:
    previous = measure_previous(square(100, 60, 200, 160))
    assert previous is not None
    assert previous.extent == Box(100, 60, 200, 160)
    assert abs(np.pi * previous.radius**2 - 100 * 100) < 1


def test_an_empty_previous_mask_counts_as_none() -> None:
    assert measure_previous(None) is None
    assert measure_previous(square(0, 0, 0, 0)) is None


def test_a_box_prior_peaks_at_the_centre_and_forbids_the_outside() -> None:
    for guess in guesses_for(Prompt(box=Box(100, 100, 200, 180)), WH):
        xs, ys = guess.window.centres()
        y, x = np.unravel_index(int(guess.prior.argmax()), guess.prior.shape)
        assert abs(float(xs[0, x]) - 150) < 3
        assert abs(float(ys[y, 0]) - 140) < 3
        outside = np.broadcast_to((xs < 96) | (xs > 204) | (ys < 97) | (ys > 183), guess.prior.shape)
        assert (guess.prior[outside] == FORBIDDEN).all()


def test_a_positive_point_beyond_the_box_stretches_it() -> None:
    prompt = Prompt(points=(Point(260, 140),), box=Box(100, 100, 200, 180))
    for guess in guesses_for(prompt, WH):
        gx, gy = guess.window.to_grid(258, 140)
        assert guess.prior[int(gy), int(gx)] > FORBIDDEN


def test_a_first_click_is_read_at_three_sizes() -> None:
    guesses = guesses_for(Prompt(points=(Point(200, 150),)), WH)
    areas = [float((g.prior > 0).mean()) * g.window.region.area for g in guesses]
    assert areas[0] > 3 * areas[1] > 9 * areas[2]


def test_with_a_previous_mask_its_place_is_expected_again() -> None:
    prompt = Prompt(points=(Point(150, 110),), previous=square(100, 60, 200, 160))
    near, freer, _ = guesses_for(prompt, WH)
    for guess in (near, freer):
        gx, gy = guess.window.to_grid(150, 110)
        assert guess.prior[int(gy), int(gx)] > 0
        assert guess.prior[0, 0] < 0
    assert np.abs(freer.prior).max() < np.abs(near.prior).max()


def test_later_seeds_lie_on_top_and_foreign_ones_are_left_out() -> None:
    window = window_over(Box(0, 0, 100, 100), WH)
    seeds = seed_map(window, (Point(50, 50), Point(50, 50, positive=False), Point(350, 250)))
    assert set(np.unique(seeds)) == {-1, 0}


def test_a_click_draws_what_has_its_colour_more_than_the_rest() -> None:
    rgb = np.full((300, 400, 3), (200, 40, 40), np.uint8)
    rgb[:, 200:] = (40, 40, 200)
    point = Point(190, 150)
    guess = guesses_for(Prompt(points=(point,)), WH)[1]
    view = look(guess.window.sample(rgb))
    field = click_field(guess, view, (point,))
    y = int(guess.window.to_grid(190, 150)[1])
    same, other = (int(guess.window.to_grid(x, 150)[0]) for x in (175, 205))
    assert field[y, same] > 1.5 * field[y, other] > 0
    opposite = click_field(guess, view, (Point(190, 150, positive=False),))
    assert np.allclose(opposite, -field)
