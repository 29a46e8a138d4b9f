"""The kitty driver: what is sent for what change, and what the terminal then shows."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from render.drawn import CANVAS, FULL, MASKED, PHOTO, PLAIN, YELLOW, disc_mask, draw_photo, moved
from terminal.kitty import Features
from terminal.screen import Screen
from tui.render import compose
from tui.render.drivers.kitty import KittyDriver
from tui.render.kittyplaces import UNDER_BACKGROUND
from tui.render.scene import MaskMark, Scene, ShapeMark, View, box_points
from tui.render.terminal import Terminal
from tui.types.shapes import Box


@pytest.fixture
def driver() -> KittyDriver:
    return KittyDriver(Terminal("kitty"), base=50_000)


@pytest.fixture
def screen() -> Screen:
    return Screen(60, 24, cell=CANVAS.cell, kitty=True)


def settled(driver: KittyDriver, old: Scene | None, new: Scene) -> bytes:
    """What leads to a scene, with everything that improves it."""
    data = driver.update(old, new)
    while piece := driver.refine(new):
        data += piece
    return data


def canvas_pixels(screen: Screen) -> np.ndarray:
    """The canvas' part of the screen."""
    x, y = CANVAS.col * CANVAS.cell[0], CANVAS.row * CANVAS.cell[1]
    return screen.image()[y : y + CANVAS.rows * CANVAS.cell[1], x : x + CANVAS.cols * CANVAS.cell[0]].astype(
        int
    )


def reference(scene: Scene, driver: KittyDriver) -> np.ndarray:
    return compose.photo_frame(scene.photo, scene.view, driver.device_wh(scene.canvas)).astype(int)


def test_the_photo_is_shown_pixel_for_pixel_at_its_own_scale(driver: KittyDriver, screen: Screen) -> None:
    scene = replace(PLAIN, cursor=None)
    screen.feed(settled(driver, None, scene))
    assert np.array_equal(canvas_pixels(screen), reference(scene, driver))
    assert screen.errors == []


@pytest.mark.parametrize("stretches", [False, True])
@pytest.mark.parametrize(
    "view", [View(30.4, 21.7, 1.5), View(-33.3, -20.2, 0.9), View(120.5, 90.25, 7.3), View(-5, 4, 0.6)]
)
def test_zooms_and_pans_show_the_same_as_the_composed_frame(view: View, stretches: bool) -> None:
    quirks = frozenset({"stretch-from-offset"} if stretches else ())
    driver = KittyDriver(Terminal("kitty", quirks=quirks), base=50_000)
    screen = Screen(60, 24, cell=CANVAS.cell, kitty=Features(stretch_from_offset=stretches))
    smooth = replace(PHOTO, token="smooth", rgb=ramp())
    scene = Scene(canvas=CANVAS, photo=smooth, view=view)
    start = replace(scene, view=View(0, 0, 1))
    screen.feed(settled(driver, None, start) + settled(driver, start, scene))
    shown, wanted = canvas_pixels(screen), reference(scene, driver)
    inside = (wanted > 0).any(axis=2) & (shown > 0).any(axis=2)
    assert inside.sum() > 0.97 * (wanted > 0).any(axis=2).sum()
    assert np.percentile(np.abs(shown - wanted)[inside], 99) <= 3
    assert screen.errors == []


def ramp() -> np.ndarray:
    y, x = np.mgrid[:300, :400]
    return np.stack([x // 2 + 20, y // 2 + 20, (x + y) // 4 + 20], axis=-1).astype(np.uint8)


def test_a_cursor_move_is_one_placement(driver: KittyDriver, screen: Screen) -> None:
    screen.feed(settled(driver, None, FULL))
    data = driver.update(FULL, moved(FULL, 3, 7))
    assert len(data) <= 96
    assert data.count(b"\x1b_G") == 1
    assert b"a=p" in data
    screen.feed(data)
    assert screen.errors == []


def test_a_zoom_within_the_sent_photo_is_one_placement(driver: KittyDriver) -> None:
    plain = replace(PLAIN, cursor=None)
    settled(driver, None, plain)
    data = driver.update(plain, replace(plain, view=View(33, 41, 1.7)))
    assert len(data) <= 100
    assert data.count(b"\x1b_G") == 1


def test_a_mask_is_one_chunk_that_shows_itself(driver: KittyDriver, screen: Screen) -> None:
    screen.feed(settled(driver, None, PLAIN))
    data = driver.update(PLAIN, MASKED)
    assert len(data) <= 2000
    assert data.count(b"\x1b_G") == 1
    screen.feed(data)
    bits = compose.mask_bits(MASKED, MaskMark(disc_mask(), YELLOW), (400, 360), (400, 360))
    changed = np.abs(canvas_pixels(screen) - reference(PLAIN, driver)).max(axis=2) > 4
    assert (changed[bits].mean(), changed[~bits].mean()) == (
        pytest.approx(1, abs=0.05),
        pytest.approx(0, abs=0.02),
    )


def test_a_mask_that_goes_is_freed(driver: KittyDriver, screen: Screen) -> None:
    screen.feed(settled(driver, None, PLAIN))
    before = screen.stored_bytes()
    screen.feed(driver.update(PLAIN, MASKED))
    screen.feed(driver.update(MASKED, PLAIN))
    assert screen.stored_bytes() == before


def test_box_sides_are_exact_to_the_pixel(driver: KittyDriver, screen: Screen) -> None:
    scene = replace(PLAIN, cursor=None, shapes=(ShapeMark(box_points(Box(33, 47, 151, 203)), YELLOW),))
    screen.feed(settled(driver, None, scene))
    yellow = (canvas_pixels(screen) == YELLOW).all(axis=2)
    expected = np.zeros_like(yellow)
    expected[47:203, 33:151] = True
    expected[49:201, 35:149] = False
    assert np.array_equal(yellow, expected)


def test_boxes_reaching_out_of_the_canvas_are_cut(driver: KittyDriver, screen: Screen) -> None:
    scene = replace(
        PLAIN, cursor=(399, 1), shapes=(ShapeMark(box_points(Box(-50, -50, 5000, 5000)), YELLOW),)
    )
    screen.feed(settled(driver, None, scene))
    outside = screen.image().copy()
    x, y = CANVAS.col * 10, CANVAS.row * 20
    outside[y : y + 360, x : x + 400] = 0
    assert not outside.any()
    assert screen.errors == []


def test_many_boxes_share_one_picture(driver: KittyDriver) -> None:
    boxes = tuple(ShapeMark(box_points(Box(n, n, n + 50, n + 50)), YELLOW) for n in range(30))
    data = driver.update(None, replace(PLAIN, shapes=boxes, cursor=None, photo=None))
    assert data.count(b"\x1b_G") == 1


def test_everything_at_once_has_no_protocol_errors(driver: KittyDriver, screen: Screen) -> None:
    screen.feed(settled(driver, None, FULL))
    later = replace(FULL, view=View(20, 10, 1.3), points=FULL.points[:1], shapes=FULL.shapes[1:3])
    screen.feed(driver.update(FULL, later))
    screen.feed(driver.update(later, PLAIN))
    assert screen.errors == []
    assert np.array_equal(canvas_pixels(screen)[200:, 250:], reference(PLAIN, driver)[200:, 250:])


def test_nothing_changed_is_nothing_sent(driver: KittyDriver) -> None:
    driver.update(None, FULL)
    assert driver.update(FULL, replace(FULL)) == b""
    while driver.refine(FULL):
        pass
    assert driver.update(FULL, replace(FULL)) == b""


def test_stored_pictures_stay_constant_over_many_keys(driver: KittyDriver, screen: Screen) -> None:
    scene = FULL
    screen.feed(settled(driver, None, scene))
    screen.feed(driver.update(scene, replace(scene, mask=MaskMark(disc_mask(180), YELLOW))))
    stored = screen.stored_bytes()
    for step in range(50):
        after = replace(moved(scene, step % 5), mask=MaskMark(disc_mask(150 + step), YELLOW))
        screen.feed(driver.update(scene, after))
        scene = after
    assert screen.stored_bytes() == stored
    assert screen.errors == []


def test_the_next_photo_replaces_the_one_before(driver: KittyDriver, screen: Screen) -> None:
    screen.feed(settled(driver, None, PLAIN))
    stored = screen.stored_bytes()
    other = replace(PLAIN, photo=draw_photo(seed=2), cursor=None)
    screen.feed(settled(driver, PLAIN, other))
    assert screen.stored_bytes() == stored
    assert np.array_equal(canvas_pixels(screen), reference(other, driver))


def test_hiding_keeps_the_data_and_showing_again_sends_none(driver: KittyDriver, screen: Screen) -> None:
    screen.feed(settled(driver, None, FULL))
    before = canvas_pixels(screen)
    screen.feed(driver.hide(FULL))
    assert not canvas_pixels(screen).any()
    again = driver.update(None, FULL)
    assert b"a=T" not in again
    assert b"a=t" not in again
    screen.feed(again)
    assert np.array_equal(canvas_pixels(screen), before)


def test_erasing_leaves_nothing_on_screen_or_stored(driver: KittyDriver, screen: Screen) -> None:
    screen.feed(settled(driver, None, FULL))
    screen.feed(settled(driver, FULL, replace(FULL, view=View(150, 100, 9))))
    screen.feed(driver.erase())
    assert not screen.image().any()
    assert screen.stored_bytes() == 0
    assert driver.erase() == b""


def test_after_erasing_everything_is_sent_again(driver: KittyDriver, screen: Screen) -> None:
    screen.feed(settled(driver, None, FULL))
    before = canvas_pixels(screen)
    screen.feed(driver.erase())
    screen.feed(settled(driver, None, FULL))
    assert np.array_equal(canvas_pixels(screen), before)
    assert screen.errors == []


def test_every_command_is_quiet_and_under_the_text(driver: KittyDriver) -> None:
    data = driver.update(None, FULL)
    heads = re.findall(rb"\x1b_G([^;\x1b]*)", data)
    assert all(b"q=2" in head for head in heads)
    for depth in re.findall(rb"z=(-?\d+)", data):
        assert int(depth) < UNDER_BACKGROUND
    assert data.startswith(b"\x1b7")
    assert data.endswith(b"\x1b8")


def test_two_drivers_take_different_ids_and_quirks_are_obeyed() -> None:
    bases = {KittyDriver(Terminal("kitty"))._base for _ in range(20)}
    assert len(bases) > 10
    assert KittyDriver(Terminal("kitty")).under_text
    assert not KittyDriver(Terminal("kitty", quirks=frozenset({"text-erases"}))).under_text
    assert not KittyDriver(Terminal("kitty", tmux=True)).under_text


def test_after_text_that_erases_everything_is_placed_again_and_nothing_is_sent(screen: Screen) -> None:
    driver = KittyDriver(Terminal("kitty", quirks=frozenset({"text-erases"})), base=50_000)
    screen.feed(settled(driver, None, FULL))
    before = canvas_pixels(screen)
    screen.kitty.clear()
    again = driver.update(None, FULL)
    assert not re.search(rb"a=[tTf],", again)
    screen.feed(again)
    assert np.array_equal(canvas_pixels(screen), before)


def test_pictures_survive_text_and_only_an_anchor_cell_is_written_again() -> None:
    cells = np.zeros((CANVAS.rows, CANVAS.cols), np.bool_)
    cells[3:5] = True
    corner = cells.copy()
    corner[0, 0] = True
    for terminal, says in ((Terminal("kitty"), False), (Terminal("kitty", tmux=True), True)):
        driver = KittyDriver(terminal, base=10_000)
        driver.update(None, PLAIN)
        assert driver.restore(PLAIN, cells) == b""
        assert ("\U0010eeee".encode() in driver.restore(PLAIN, corner)) is says
