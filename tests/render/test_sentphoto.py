"""Which picture of a photo serves which view."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from render.drawn import CANVAS, PHOTO, draw_photo
from tui.render import sentphoto
from tui.render.scene import Canvas, View
from tui.render.sentphoto import Sent

FIT = View(0, 0, 1.0)


def test_a_small_photo_is_sent_as_it_is() -> None:
    sent = sentphoto.plan_whole(PHOTO, FIT, CANVAS)
    assert sent.wh == (400, 300)
    assert sentphoto.pixels(PHOTO, sent) is not None
    assert np.array_equal(sentphoto.pixels(PHOTO, sent), PHOTO.rgb)


def test_a_photo_smaller_than_the_canvas_is_doubled_and_serves_every_zoom() -> None:
    photo = draw_photo(300, 200)
    sent = sentphoto.plan_whole(photo, View(0, 0, 4 / 3), CANVAS)
    assert sent.wh == (600, 400)
    assert np.array_equal(sentphoto.pixels(photo, sent)[::2, 1::2], photo.rgb)
    assert sent.serves(photo, View(120, 90, 60.0), CANVAS)
    assert sentphoto.plan_whole(photo, View(0, 0, 4 / 3), CANVAS, frugal=True).wh == (300, 200)


def test_a_detail_is_no_finer_than_doubled_and_serves_every_closer_zoom() -> None:
    detail = sentphoto.plan_detail(PHOTO, View(150, 100, 8.0), CANVAS)
    assert detail.scale == sentphoto.DOUBLED
    assert detail.serves(PHOTO, View(160, 110, 50.0), CANVAS)


def test_a_large_photo_is_sent_at_most_at_twice_the_canvas() -> None:
    photo = draw_photo(2000, 1200)
    sent = sentphoto.plan_whole(photo, View(0, 0, 0.2), CANVAS)
    assert sent.wh == (800, 480)


def test_a_large_canvas_gets_at_most_one_and_a_half_megapixels() -> None:
    photo = draw_photo(2400, 1800)
    canvas = Canvas(0, 0, 240, 90, (10, 20))
    sent = sentphoto.plan_whole(photo, View(0, 0, 1), canvas)
    assert sent.wh[0] * sent.wh[1] <= sentphoto.MAX_PIXELS * 1.01


def test_the_whole_serves_until_it_has_half_the_pixels() -> None:
    sent = sentphoto.plan_whole(PHOTO, FIT, CANVAS)
    assert sent.serves(PHOTO, View(50, 50, 2.0), CANVAS)
    assert not sent.serves(PHOTO, View(50, 50, 2.1), CANVAS)
    assert not sent.serves(draw_photo(seed=2), FIT, CANVAS)


def test_a_detail_serves_its_neighbourhood_and_not_the_far_corner() -> None:
    view = View(150, 100, 8.0)
    detail = sentphoto.plan_detail(PHOTO, view, CANVAS)
    assert detail.serves(PHOTO, view, CANVAS)
    assert detail.serves(PHOTO, View(155, 103, 8.0), CANVAS)
    assert not detail.serves(PHOTO, View(350, 250, 8.0), CANVAS)


def test_a_view_at_the_sent_scale_is_exact() -> None:
    sent = sentphoto.plan_whole(PHOTO, FIT, CANVAS)
    window = sentphoto.locate(sent, PHOTO, View(-20, 30, 1.0), CANVAS)
    assert window is not None
    assert (window.at, window.source, window.cells) == ((20, 0), (0, 30, 380, 280), (38, 14))


def test_a_photo_out_of_sight_has_no_window() -> None:
    sent = sentphoto.plan_whole(PHOTO, FIT, CANVAS)
    assert sentphoto.locate(sent, PHOTO, View(900, 0, 1), CANVAS) is None


@given(x=st.floats(-200, 350), y=st.floats(-200, 250), scale=st.floats(0.5, 2.0))
def test_a_picture_lies_at_most_half_a_sent_pixel_off(x: float, y: float, scale: float) -> None:
    view = View(x, y, scale)
    sent = sentphoto.plan_whole(PHOTO, FIT, CANVAS)
    window = sentphoto.locate(sent, PHOTO, view, CANVAS)
    if window is None or not sent.serves(PHOTO, view, CANVAS):
        return
    right = (window.at[0] // 10 + window.cells[0]) * 10
    for place, sent_x in ((window.at[0], window.source[0]), (right, window.source[0] + window.source[2])):
        wanted = (x + place / scale) * sent.scale
        assert abs(sent_x - wanted) <= 0.5 + 0.5 * sent.scale / scale + 1e-6


def test_the_scale_of_a_picture_is_its_pixels_per_image_pixel() -> None:
    whole = sentphoto.plan_whole(draw_photo(2000, 1200), View(0, 0, 0.2), CANVAS)
    assert isinstance(whole, Sent)
    assert whole.scale == 0.4


def test_a_preview_is_at_most_a_third_and_bounded_in_pixels() -> None:
    whole = sentphoto.plan_whole(PHOTO, FIT, CANVAS)
    preview = sentphoto.plan_preview(whole, CANVAS, 100_000)
    assert (preview.region, preview.wh) == (whole.region, (133, 100))
    assert sentphoto.plan_preview(whole, CANVAS, 3_000).wh == (63, 47)
