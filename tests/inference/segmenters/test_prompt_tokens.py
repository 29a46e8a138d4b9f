"""Prompts as tokens: order, labels, padding."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tui.inference.preprocess import fit_longest, fit_stretched
from tui.inference.segmenters.prompt_tokens import box_corners, padded_tokens, point_tokens, tokens
from tui.types.prompt import Point, Prompt
from tui.types.shapes import Box


def test_clicks_are_followed_by_one_padding_token() -> None:
    fit = fit_longest((512, 256), 1024)
    coordinates, labels = padded_tokens(Prompt((Point(10, 20), Point(3, 4, False))), fit)
    np.testing.assert_array_equal(coordinates, [[[20, 40], [6, 8], [0, 0]]])
    np.testing.assert_array_equal(labels, [[1, 0, -1]])
    assert coordinates.dtype == labels.dtype == np.float32


def test_a_box_is_two_tokens_after_the_clicks_and_gets_no_padding() -> None:
    fit = fit_longest((512, 256), 1024)
    coordinates, labels = padded_tokens(Prompt((Point(10, 20, False),), Box(1, 2, 3, 4)), fit)
    np.testing.assert_array_equal(coordinates, [[[20, 40], [2, 4], [6, 8]]])
    np.testing.assert_array_equal(labels, [[0, 2, 3]])


@given(count=st.integers(0, 6), box=st.booleans())
def test_the_number_of_tokens_never_depends_on_more_than_points_and_box(count: int, box: bool) -> None:
    prompt = Prompt(tuple(Point(i, i) for i in range(count)), Box(0, 0, 5, 5) if box else None)
    if not prompt.empty:
        coordinates, labels = padded_tokens(prompt, fit_longest((64, 64), 1024))
        assert coordinates.shape == (1, count + (2 if box else 1), 2)
        assert labels.shape == coordinates.shape[:2]


def test_a_graph_that_pads_itself_gets_no_padding_token() -> None:
    coordinates, labels = tokens(Prompt((Point(10, 20),)), fit_longest((512, 256), 1024))
    np.testing.assert_array_equal(coordinates, [[[20, 40]]])
    np.testing.assert_array_equal(labels, [[1]])


def test_points_and_box_apart_for_graphs_with_an_input_for_each() -> None:
    fit = fit_stretched((512, 256), 1024)
    prompt = Prompt((Point(10, 20),), Box(1, 2, 3, 4))
    np.testing.assert_array_equal(point_tokens(prompt, fit)[0], [[[20, 80]]])
    np.testing.assert_array_equal(box_corners(prompt, fit), [[2, 8, 6, 16]])
    assert point_tokens(Prompt(box=prompt.box), fit)[0].shape == (1, 0, 2)
    assert box_corners(Prompt(prompt.points), fit).shape == (0, 4)
