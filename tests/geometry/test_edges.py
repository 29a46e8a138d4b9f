"""The strongest edge near a place."""

from __future__ import annotations

import numpy as np

from tui.geometry.edges import strongest_edge

STEP = np.zeros((60, 80, 3), np.uint8)
STEP[:, 40:] = 200


def test_the_nearest_side_of_a_step_is_found() -> None:
    found = strongest_edge(STEP, (33.5, 30.5), 12)
    assert found is not None
    assert found[0] in (39.5, 40.5)
    assert abs(found[1] - 30.5) <= 1


def test_nothing_out_of_reach_or_on_even_ground() -> None:
    assert strongest_edge(STEP, (10.5, 30.5), 12) is None
    assert strongest_edge(np.full((40, 40, 3), 90, np.uint8), (20, 20), 10) is None


def test_an_edge_in_colour_only_counts() -> None:
    rgb = np.zeros((40, 40, 3), np.uint8)
    rgb[:, :20, 0] = rgb[:, 20:, 2] = 150
    found = strongest_edge(rgb, (16.5, 20.5), 8)
    assert found is not None
    assert found[0] in (19.5, 20.5)


def test_places_at_the_border_and_tiny_images() -> None:
    assert strongest_edge(STEP, (0.5, 0.5), 50) is not None
    assert strongest_edge(STEP[:2, :2], (0.5, 0.5), 5) is None
    assert strongest_edge(STEP, (500, 5), 5) is None
