"""The sixel driver: full frames, patches, and the quirks of terminals."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from math import ceil, floor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from render.drawn import CANVAS, FULL, MASKED, PHOTO, PLAIN, draw_photo, moved
from terminal.screen import Screen, SixelLimits
from tui.render import compose, fractions, strokes
from tui.render.drivers.sixel import PIECE, SixelDriver, opaque_rects
from tui.render.scene import Canvas, Scene, View
from tui.render.terminal import Terminal

PIXELS = Terminal("sixel")
XTERM = Terminal("sixel", quirks=frozenset({"sixel-slots-16", "sixel-max-1000"}))
OPAQUE = Terminal("sixel", quirks=frozenset({"sixel-opaque"}))


def make_screen(slots: int | None = None) -> Screen:
    return Screen(60, 24, cell=CANVAS.cell, sixel=SixelLimits(slots=slots))


def canvas_pixels(screen: Screen) -> np.ndarray:
    x, y = CANVAS.col * 10, CANVAS.row * 20
    return screen.image()[y : y + 360, x : x + 400].astype(int)


def rest(driver: SixelDriver, screen: Screen, scene: Scene) -> None:
    """No key comes until nothing is left to improve."""
    while piece := driver.refine(scene):
        assert len(piece) <= PIECE
        screen.feed(piece)


def fresh(scene: Scene, terminal: Terminal = PIXELS) -> np.ndarray:
    """The canvas as a full frame shows it."""
    screen = make_screen()
    screen.feed(SixelDriver(terminal).update(None, scene))
    return canvas_pixels(screen)


def test_the_full_frame_is_close_to_the_composed_one() -> None:
    wanted = compose.rgb_frame(FULL, (400, 360), compose.pen_for(CANVAS.cell)).astype(int)
    assert np.abs(fresh(FULL) - wanted).mean() < 6


@pytest.mark.parametrize("terminal", [Terminal("sixel"), OPAQUE, XTERM])
@pytest.mark.parametrize("resting", [True, False])
def test_updates_lead_to_the_same_picture_as_a_full_frame(terminal: Terminal, resting: bool) -> None:
    driver, screen = SixelDriver(terminal), make_screen()
    steps = [PLAIN, moved(PLAIN, 7, 3), MASKED, moved(MASKED, 3, 9), FULL, moved(FULL, -180, 90), PLAIN]
    screen.feed(driver.update(None, PLAIN))
    for before, after in itertools.pairwise(steps):
        screen.feed(driver.update(before, after))
        if resting or after is steps[-1]:
            rest(driver, screen, after)
            assert np.array_equal(canvas_pixels(screen), fresh(after, terminal))
    assert screen.errors == []


def test_a_cursor_move_is_one_small_picture() -> None:
    driver = SixelDriver(Terminal("sixel"))
    driver.update(None, PLAIN)
    data = driver.update(PLAIN, moved(PLAIN, 2))
    assert data.count(b"\x1bP") == 1
    assert len(data) <= 400


def test_an_opaque_cursor_move_stays_small() -> None:
    driver = SixelDriver(OPAQUE)
    driver.update(None, PLAIN)
    assert len(driver.update(PLAIN, moved(PLAIN, 2))) <= 3000


def test_a_mask_that_stands_has_a_closed_outline_and_dots() -> None:
    driver, screen = SixelDriver(PIXELS), make_screen()
    screen.feed(driver.update(None, PLAIN))
    bare = canvas_pixels(screen)
    screen.feed(driver.update(PLAIN, MASKED))
    begun = (canvas_pixels(screen) != bare).any(axis=2)
    rest(driver, screen, MASKED)
    ended = (canvas_pixels(screen) != bare).any(axis=2)
    wh = driver.device_wh(CANVAS)
    assert MASKED.mask is not None
    bits = compose.mask_bits(MASKED, MASKED.mask, wh, wh)
    rim = np.zeros(ended.shape, bool)
    rim[: wh[1], : wh[0]] = strokes.outline(bits, 1)
    assert ended[rim].all()
    inside = np.zeros(ended.shape, bool)
    inside[: wh[1], : wh[0]] = bits & ~strokes.outline(bits, 4)
    assert begun[inside].mean() < 0.005 < ended[inside].mean() < 0.1


def test_what_is_left_of_a_mask_goes_when_no_key_comes() -> None:
    driver, screen = SixelDriver(PIXELS), make_screen()
    screen.feed(driver.update(None, MASKED))
    screen.feed(driver.update(MASKED, PLAIN))
    rest(driver, screen, PLAIN)
    assert np.array_equal(canvas_pixels(screen), fresh(PLAIN))


def test_a_new_view_or_photo_is_a_full_frame() -> None:
    driver, screen = SixelDriver(Terminal("sixel")), make_screen()
    screen.feed(driver.update(None, PLAIN))
    zoomed = replace(PLAIN, view=View(20, 30, 2))
    screen.feed(driver.update(PLAIN, zoomed))
    assert np.array_equal(canvas_pixels(screen), fresh(zoomed))
    other = replace(zoomed, photo=draw_photo(seed=5))
    screen.feed(driver.update(zoomed, other))
    assert np.array_equal(canvas_pixels(screen), fresh(other))


def test_nothing_changed_is_nothing_sent() -> None:
    driver = SixelDriver(Terminal("sixel"))
    driver.update(None, FULL)
    assert driver.update(FULL, replace(FULL)) == b""


def test_xterm_keeps_the_photo_and_all_marks_over_many_patches() -> None:
    driver, screen = SixelDriver(XTERM), make_screen(slots=16)
    screen.feed(driver.update(None, PLAIN))
    scene = FULL
    screen.feed(driver.update(PLAIN, FULL))
    for step in range(60):
        after = moved(scene, 3, 1 if step % 2 else -1)
        data = driver.update(scene, after)
        assert len(data) < 6000
        screen.feed(data)
        scene = after
    rest(driver, screen, scene)
    assert np.array_equal(canvas_pixels(screen), fresh(scene))


def test_xterm_gets_no_picture_over_1000_pixels() -> None:
    canvas = Canvas(col=0, row=1, cols=160, rows=60, cell=(10, 20))
    width, height = SixelDriver(XTERM).device_wh(canvas)
    assert width == 1000
    assert height + canvas.cell[1] <= 1000
    assert height % 6 == 0


def test_a_picture_smaller_than_the_canvas_lies_in_its_middle() -> None:
    canvas = Canvas(col=0, row=1, cols=140, rows=60, cell=(10, 20))
    screen = Screen(140, 62, cell=(10, 20), sixel=SixelLimits(max_wh=(1000, 1000), slots=16))
    driver = SixelDriver(XTERM)
    scene = replace(PLAIN, canvas=canvas, photo=draw_photo(1000, 978), cursor=(500.0, 480.0))
    screen.feed(driver.update(None, scene))
    screen.feed(driver.update(scene, moved(scene, 8, 8)))
    rows, cols = (np.flatnonzero(screen.image().any(axis=axis)) for axis in ((1, 2), (0, 2)))
    assert (int(cols[0]), int(cols[-1])) == (200, 1199)
    assert int(rows[0]) == 20 + 5 * 20
    assert screen.errors == []


def test_hiding_and_erasing_leave_nothing() -> None:
    for last in ("hide", "erase"):
        driver, screen = SixelDriver(Terminal("sixel")), make_screen()
        screen.feed(driver.update(None, FULL))
        screen.feed(driver.hide(FULL) if last == "hide" else driver.erase())
        assert not screen.image().any()
        screen.feed(driver.update(None, FULL))
        assert np.array_equal(canvas_pixels(screen), fresh(FULL))


def test_erasing_before_anything_was_drawn_is_nothing() -> None:
    assert SixelDriver(Terminal("sixel")).erase() == b""


def test_pictures_stay_off_the_row_below_the_canvas() -> None:
    canvas = replace(CANVAS, row=5, rows=18)
    screen = Screen(60, 24, cell=CANVAS.cell, sixel=SixelLimits())
    driver = SixelDriver(OPAQUE)
    scene = replace(PLAIN, canvas=canvas, cursor=(200, 350))
    screen.feed(driver.update(None, scene))
    screen.feed(driver.update(scene, moved(scene, 5)))
    assert not screen.image()[23 * 20 :].any()
    assert screen.errors == []


def test_without_a_photo_the_canvas_is_black_and_marks_show() -> None:
    scene = replace(PLAIN, photo=None)
    assert fresh(scene).any()


def test_an_empty_canvas_sends_nothing() -> None:
    assert SixelDriver(OPAQUE).update(None, replace(PLAIN, canvas=Canvas(0, 0, 0, 0, (10, 20)))) == b""


@given(seed=st.integers(0, 200), cell=st.sampled_from([(10, 20), (9, 18), (7, 15)]), whole=st.booleans())
def test_opaque_rectangles_cover_what_changed(seed: int, cell: tuple[int, int], whole: bool) -> None:
    noise = np.random.default_rng(seed)
    changed = noise.random((120, 130)) < noise.choice([0.001, 0.05, 0.4])
    covered = np.zeros_like(changed)
    for x, y, width, height in opaque_rects(changed, cell, whole_bands=whole):
        assert x % cell[0] == y % cell[1] == 0
        assert y >= 0
        assert y + height <= 120
        assert not whole or height % 6 == 0
        covered[y : y + height, x : x + width] = True
    assert not (changed & ~covered).any()


def test_patches_keep_to_cells_with_fractions() -> None:
    exact = (9.825, 20.0)
    driver = SixelDriver(replace(OPAQUE, exact_cell=exact))
    assert driver.device_wh(CANVAS) == (393, 360)
    full = driver.update(None, PLAIN)
    assert re.findall(rb'\x1b\[(\d+;\d+)H\x1bP[^"]*"1;1;(\d+);(\d+)', full) == [(b"3;4", b"393", b"360")]
    data = driver.update(PLAIN, FULL)
    found = re.findall(rb'\x1b\[(\d+);(\d+)H\x1bP[^"]*"1;1;(\d+);(\d+)', data)
    assert found
    for row, col, width, height in (tuple(map(int, numbers)) for numbers in found):
        first, count = col - 1 - CANVAS.col, ceil(width / exact[0])
        assert fractions.start_in_line(first, first + count, exact[0]) == first
        assert width in (floor(count * exact[0]), 393 - floor(first * exact[0]))
        assert height % 20 == 0
        assert CANVAS.row < row <= CANVAS.row + CANVAS.rows


def test_another_font_has_other_fractions() -> None:
    driver = SixelDriver(replace(OPAQUE, exact_cell=(9.825, 20.0)))
    assert driver.device_wh(replace(CANVAS, cell=(12, 24))) == (480, 432)


def test_the_photo_is_not_changed_by_drawing() -> None:
    before = PHOTO.rgb.copy()
    SixelDriver(Terminal("sixel")).update(None, FULL)
    assert np.array_equal(PHOTO.rgb, before)
