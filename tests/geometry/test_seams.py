"""Outlines without seams, and the point of one that is highest in sight."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.geometry.polygons import join
from tui.geometry.seams import highest_in_sight, parted
from tui.types.shapes import Box

SQUARE = ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0))


def square(x: float, y: float, side: float = 10) -> tuple[tuple[float, float], ...]:
    return (x, y), (x + side, y), (x + side, y + side), (x, y + side)


def edges(rings: tuple[tuple[tuple[float, float], ...], ...]) -> set[object]:
    return {edge for ring in rings for edge in zip(ring, (*ring[1:], ring[0]), strict=True)}


RINGS = [
    (SQUARE,),
    (SQUARE, square(30, 0)),
    (square(0, 0, 50), square(10, 10), square(30, 10)),
    tuple(square(20 * n, 7 * n) for n in range(6)),
]


@pytest.mark.parametrize("rings", RINGS)
def test_what_was_joined_comes_apart_wherever_the_walk_begins(
    rings: tuple[tuple[tuple[float, float], ...], ...],
) -> None:
    joined = join(rings)
    for turn in range(len(joined)):
        parts = parted((*joined[turn:], *joined[:turn]))
        assert len(parts) == len(rings)
        assert edges(parts) == edges(rings)


def test_a_plain_ring_is_the_same_object() -> None:
    assert parted(SQUARE)[0] is SQUARE


def test_parts_that_other_programs_join_half_by_half_come_apart() -> None:
    # There and back again: each part is walked to where the next hangs on, and finished on the way back.
    a, b, c = SQUARE, square(30, 0), square(60, 0)
    ring = (*a[1:], a[0], a[1], b[0], b[1], *c, c[0], *b[1:], b[0])
    parts = parted(ring)
    assert len(parts) == 3
    assert edges(parts) == edges((a, b, c))


def test_a_spike_without_area_is_left_out() -> None:
    assert parted((*SQUARE[:2], (20.0, -5.0), *SQUARE[1:])) == (SQUARE,)


@pytest.mark.parametrize(
    "ring",
    [
        ((0.0, 0.0), (5.0, 5.0), (0.0, 0.0)),
        # Two edges walked both ways that cross like brackets out of order.
        ((0.0, 0.0), (1.0, 0.0), (5.0, 5.0), (6.0, 5.0), (1.0, 0.0), (0.0, 0.0), (6.0, 5.0), (5.0, 5.0)),
    ],
)
def test_what_has_no_parts_is_given_back_whole(ring: tuple[tuple[float, float], ...]) -> None:
    assert parted(ring) == (ring,)


@pytest.mark.parametrize(
    ("window", "point"),
    [
        (Box(-5, -5, 20, 20), (0, 0)),
        (Box(3, -5, 20, 20), (3, 0)),
        (Box(-5, 4, 20, 20), (0, 4)),
        (Box(3, 4, 20, 20), (10, 4)),
        (Box(3, 4, 8, 20), (3, 10)),
        (Box(3, 4, 8, 9), None),
        (Box(20, 20, 30, 30), None),
    ],
)
def test_the_highest_point_in_sight(window: Box, point: tuple[float, float] | None) -> None:
    assert highest_in_sight((SQUARE,), window) == point


@given(
    st.lists(st.tuples(st.integers(-9, 29), st.integers(-9, 29)), min_size=3, max_size=8),
    st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(10, 20), st.integers(10, 20)),
)
def test_the_highest_point_agrees_with_walking_the_outline(
    corners: list[tuple[int, int]], window: tuple[int, int, int, int]
) -> None:
    ring = tuple((float(x), float(y)) for x, y in corners)
    box = Box(*map(float, window))
    along = np.linspace(0, 1, 401)[:, None]
    walked = np.concatenate(
        [np.array(a) + along * (np.array(b) - a) for a, b in zip(ring, (*ring[1:], ring[0]), strict=True)]
    )
    inside = walked[(walked >= (box.x0, box.y0)).all(axis=1) & (walked <= (box.x1, box.y1)).all(axis=1)]
    found = highest_in_sight((ring,), box)
    if len(inside):
        assert found is not None
        assert found[1] <= inside[:, 1].min() + 1e-9
        assert found[1] >= inside[:, 1].min() - 0.2
    if found is not None:
        assert np.hypot(*(walked - found).T).min() < 0.1
        assert box.x0 - 1e-9 <= found[0] <= box.x1 + 1e-9
