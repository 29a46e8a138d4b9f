"""Moving shapes by their handles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.session import handles
from tui.types.shapes import Box, Polygon, Shape, bounds

WH = (100, 80)
BOX = Box(10, 20, 40, 60)
RING = Polygon(((10, 10), (30, 10), (20, 40)))


def test_the_whole_stops_at_the_border_with_its_size() -> None:
    assert handles.moved(BOX, 0, 5, -3, WH) == Box(15, 17, 45, 57)
    assert handles.moved(BOX, 0, 999, 999, WH) == Box(70, 40, 100, 80)
    assert handles.moved(RING, 0, -999, 0, WH) == Polygon(((0, 10), (20, 10), (10, 40)))


def test_a_shape_beyond_the_border_may_come_back_but_goes_no_farther() -> None:
    out = Box(90, 0, 120, 10)
    assert handles.moved(out, 0, 5, 0, WH) == out
    assert handles.moved(out, 0, -5, 0, WH) == Box(85, 0, 115, 10)


@pytest.mark.parametrize(
    ("handle", "moved"),
    [
        (1, Box(13, 20, 40, 60)),
        (2, Box(10, 24, 40, 60)),
        (3, Box(10, 20, 43, 60)),
        (4, Box(10, 20, 40, 64)),
    ],
)
def test_a_side_moves_across_itself_only(handle: int, moved: Box) -> None:
    assert handles.moved(BOX, handle, 3, 4, WH) == moved


@given(
    shape=st.sampled_from([BOX, RING]),
    handle=st.integers(0, 3),
    dx=st.integers(-300, 300),
    dy=st.integers(-300, 300),
)
def test_no_move_leaves_the_image_or_turns_a_box_inside_out(
    shape: Shape, handle: int, dx: int, dy: int
) -> None:
    box = bounds(handles.moved(shape, handle, dx, dy, WH))
    assert box.x0 >= 0
    assert box.y0 >= 0
    assert box.x1 <= WH[0]
    assert box.y1 <= WH[1]
    assert not isinstance(shape, Box) or min(box.width, box.height) >= 1


def test_vertices_move_come_and_go() -> None:
    moved = handles.moved(RING, 2, 5, 5, WH)
    assert isinstance(moved, Polygon)
    assert moved.points[1] == (35, 15)
    more = handles.inserted(RING, 3)
    assert more.points == ((10, 10), (30, 10), (20, 40), (15, 25))
    assert handles.without_vertex(more, 4) == RING


def test_places_and_names() -> None:
    assert [handles.place(BOX, h) for h in range(5)] == [(25, 40), (10, 40), (25, 20), (40, 40), (25, 60)]
    assert handles.place(RING, 3) == (20, 40)
    assert handles.name(BOX, 2) == "top side"
    assert handles.name(RING, 2) == "vertex 2 of 3"
    assert handles.name(RING, 0) == "whole object"
    assert (handles.count(BOX), handles.count(RING)) == (4, 3)


def test_clamping_cuts_and_leaves_what_is_inside_alone() -> None:
    assert handles.clamped(Box(-5, 10, 200, 90), WH) == Box(0, 10, 100, 80)
    assert handles.clamped(BOX, WH) is BOX
    cut = handles.clamped(Polygon(((-5, 0), (5, 0), (5, 10))), WH)
    assert cut == Polygon(((0, 0), (5, 0), (5, 10), (0, 5)))
    assert handles.clamped(RING, WH) is RING
    assert handles.degenerate(handles.clamped(Polygon(((-5, 0), (-1, 0), (-2, 9))), WH))


@pytest.mark.parametrize(
    ("shape", "bad"),
    [
        (BOX, False),
        (RING, False),
        (Box(1, 1, 1, 9), True),
        (Polygon(((0, 0), (5, 5), (9, 9))), True),
        (Polygon(((0, 0), (5, 5), (0, 0))), True),
    ],
)
def test_shapes_without_area_are_degenerate(shape: Shape, bad: bool) -> None:
    assert handles.degenerate(shape) is bad


@pytest.mark.parametrize("handle", [1, 2, 3, 4])
@pytest.mark.parametrize("by", [-3, -1, 1, 3])
@pytest.mark.parametrize(
    "box",
    [Box(0, 0, 0.5, 0.5), Box(99.8, 79.8, 100, 80), Box(0.2, 79.9, 0.4, 80), Box(0, 0, 100, 80)],
)
def test_a_box_under_a_pixel_at_the_border_stays_inside(box: Box, by: int, handle: int) -> None:
    moved = handles.moved(box, handle, by, by, WH)
    assert isinstance(moved, Box)
    assert 0 <= moved.x0 < moved.x1 <= 100
    assert 0 <= moved.y0 < moved.y1 <= 80
