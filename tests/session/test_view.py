from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.session.state import Viewport
from tui.session.view import (
    CLOSEST_LOOK,
    LARGEST_SCALE,
    centred,
    fit,
    fit_scale,
    following,
    framed,
    looked_at,
    panned,
    resized,
    scaled,
    to_device,
    to_image,
    visible,
    zoomed,
)
from tui.types.shapes import Box

sizes = st.tuples(st.integers(1, 6000), st.integers(1, 6000))
canvases = st.tuples(st.integers(2, 3000), st.integers(2, 2000))
parts = st.floats(0, 1, exclude_max=True)


def no_needless_void(view: Viewport, wh: tuple[int, int]) -> None:
    for start, size, extent in (
        (view.x, wh[0], view.canvas[0] / view.scale),
        (view.y, wh[1], view.canvas[1] / view.scale),
    ):
        if extent >= size:
            assert start == pytest.approx((size - extent) / 2)
        else:
            assert -1e-6 <= start <= size - extent + 1e-6


@given(sizes, canvases)
def test_fit_shows_everything_and_touches_two_sides(wh: tuple[int, int], canvas: tuple[int, int]) -> None:
    view = fit(wh, canvas)
    x0, y0 = to_device(view, (0, 0))
    x1, y1 = to_device(view, wh)
    assert min(x0, y0) == pytest.approx(0, abs=1e-6)
    assert x1 == pytest.approx(canvas[0] - x0)
    assert y1 == pytest.approx(canvas[1] - y0)
    assert view.fitted


@given(sizes, canvases, parts, parts, st.lists(st.integers(-12, 12), max_size=6))
def test_zoom_keeps_the_point_unless_a_border_is_near(
    wh: tuple[int, int], canvas: tuple[int, int], px: float, py: float, steps: list[int]
) -> None:
    at = px * wh[0], py * wh[1]
    view = fit(wh, canvas)
    for step in steps:
        before, view = view, zoomed(view, wh, step, at)
        no_needless_void(view, wh)
        largest = max(LARGEST_SCALE, fit_scale(wh, canvas))
        assert min(1.0, fit_scale(wh, canvas)) - 1e-9 <= view.scale <= largest
        width, height = canvas[0] / view.scale, canvas[1] / view.scale
        if 1e-3 < view.x < wh[0] - width - 1e-3 and 1e-3 < view.y < wh[1] - height - 1e-3:
            assert to_device(view, at) == pytest.approx(to_device(before, at), abs=1e-3)


def test_zooming_out_ends_on_the_whole_image() -> None:
    view = zoomed(fit((4000, 3000), (1040, 780)), (4000, 3000), 7, (100.0, 100.0))
    assert not view.fitted
    assert zoomed(view, (4000, 3000), -20, (3000.0, 100.0)) == fit((4000, 3000), (1040, 780))


def test_a_step_across_the_fitted_scale_stops_there() -> None:
    wh, canvas = (50, 40), (800, 600)
    small = scaled(fit(wh, canvas), wh, 14.0, (20.0, 20.0))
    assert zoomed(small, wh, 1, (20.0, 20.0)).fitted


def test_an_image_smaller_than_the_canvas_can_be_shown_pixel_by_pixel() -> None:
    view = scaled(fit((50, 40), (800, 600)), (50, 40), 1.0, (0.0, 0.0))
    assert view.scale == 1.0
    assert to_device(view, (25, 20)) == (400, 300)


@given(sizes, canvases, parts, parts, st.integers(0, 15))
def test_following_shows_the_point(
    wh: tuple[int, int], canvas: tuple[int, int], px: float, py: float, steps: int
) -> None:
    at = px * wh[0], py * wh[1]
    view = following(zoomed(fit(wh, canvas), wh, steps, (0.0, 0.0)), wh, at)
    x, y = to_device(view, at)
    assert -1e-6 <= x <= canvas[0] + 1e-6
    assert -1e-6 <= y <= canvas[1] + 1e-6
    no_needless_void(view, wh)


def test_following_does_not_move_a_view_that_shows_the_point() -> None:
    view = zoomed(fit((640, 480), (640, 480)), (640, 480), 3, (320.0, 240.0))
    assert following(view, (640, 480), (320.0, 240.0)) is view


def test_following_goes_well_inside() -> None:
    view = scaled(fit((4000, 3000), (1000, 750)), (4000, 3000), 1.0, (500.0, 500.0))
    right = view.x + 1000
    assert to_device(following(view, (4000, 3000), (right + 3, 500.0)), (right + 3, 0))[0] == 750


def test_framing_puts_the_box_in_the_middle_at_a_part_of_the_canvas() -> None:
    view = framed(fit((4000, 3000), (1000, 500)), (4000, 3000), Box(1000, 1000, 1100, 1200))
    x0, y0 = to_device(view, (1000, 1000))
    x1, y1 = to_device(view, (1100, 1200))
    assert (y0, y1) == pytest.approx((100, 400))
    assert (x0 + x1) / 2 == pytest.approx(500)


def test_panning_stops_at_the_border() -> None:
    view = scaled(fit((1000, 1000), (100, 100)), (1000, 1000), 1.0, (500.0, 500.0))
    assert panned(view, (1000, 1000), 0.5, 0).x == pytest.approx(view.x + 50)
    assert panned(view, (1000, 1000), 99, -99) == Viewport(900.0, 0.0, 1.0, (100, 100), fitted=False)


def test_a_resized_fitted_view_is_fitted_anew_and_another_keeps_its_middle() -> None:
    wh = (4000, 3000)
    assert resized(fit(wh, (1000, 750)), wh, (400, 600)) == fit(wh, (400, 600))
    view = centred(scaled(fit(wh, (1000, 750)), wh, 1.0, (0.0, 0.0)), wh, (2000.0, 1500.0))
    after = resized(view, wh, (600, 400))
    assert after.scale == 1.0
    assert to_image(after, (300, 200)) == (2000.0, 1500.0)


def test_the_visible_part_is_inside_the_image() -> None:
    assert visible(fit((100, 50), (400, 400)), (100, 50)) == Box(0, 0, 100, 50)


@pytest.mark.parametrize("wh", [(0, 0), (0, 5)])
def test_nothing_to_show_is_no_error(wh: tuple[int, int]) -> None:
    view = Viewport(canvas=(10, 10))
    assert fit(wh, (10, 10)) == view
    assert zoomed(view, wh, 1, (0, 0)) is view
    assert framed(view, wh, Box(0, 0, 1, 1)) is view
    assert following(view, wh, (5, 5)) is view


@pytest.mark.parametrize("canvas", [(80, 44), (1040, 780), (1920, 1000)])
@pytest.mark.parametrize("box", [Box(0, 0, 640, 427), Box(100, 50, 155, 244), Box(300, 200, 303, 202)])
def test_a_look_at_an_object_is_never_less_than_the_photo_and_never_a_blur(
    canvas: tuple[int, int], box: Box
) -> None:
    wh = (640, 427)
    view = looked_at(Viewport(canvas=canvas), wh, box)
    assert view.scale >= fit_scale(wh, canvas)
    assert view.scale <= max(CLOSEST_LOOK, fit_scale(wh, canvas))
    seen = visible(view, wh)
    assert seen.x0 <= box.x0 <= box.x1 <= seen.x1
    assert seen.y0 <= box.y0 <= box.y1 <= seen.y1


def test_a_look_at_a_person_of_half_the_photos_height_comes_closer_on_half_blocks() -> None:
    view = looked_at(Viewport(canvas=(80, 44)), (640, 427), Box(100, 50, 155, 244))
    assert view.scale == pytest.approx(0.7 * 44 / 194)
