"""The half-block driver: cells, differences, colours."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from render.drawn import FULL, PLAIN, draw_photo, moved
from terminal.screen import Screen
from tui.render import palette, strokes
from tui.render.drivers.halfblock import HalfblockDriver, compose_cells
from tui.render.scene import Canvas, Photo, PointMark, Rgb, Scene, ShapeMark, TextMark, View, box_points
from tui.render.terminal import Colours, Terminal
from tui.types.shapes import Box

CANVAS = Canvas(col=2, row=1, cols=76, rows=20, cell=(10, 20))
SCENE = replace(PLAIN, canvas=CANVAS, view=View(0, 0, 0.13))
WITH_ALL = replace(FULL, canvas=CANVAS, view=View(0, 0, 0.13))


def make_driver(colours: Colours = "truecolor") -> HalfblockDriver:
    return HalfblockDriver(Terminal("halfblock", colours=colours))


def shown(*steps: Scene, colours: Colours = "truecolor") -> np.ndarray:
    """The screen after these scenes one after another."""
    driver, screen = make_driver(colours), Screen(80, 24, cell=(10, 20))
    before = None
    for scene in steps:
        screen.feed(driver.update(before, scene))
        before = scene
    assert screen.errors == []
    return screen.image()


def test_two_pixels_a_cell_show_the_photo() -> None:
    image = shown(replace(SCENE, cursor=None)).astype(int)
    small = image[20 : 20 + 400, 20 : 20 + 760].reshape(40, 10, 76, 10, 3)[:, 5, :, 5]
    wanted = draw_photo().rgb.astype(int)
    col, row = 30, 20
    area = wanted[round(row / 0.13) : round((row + 1) / 0.13), round(col / 0.13) : round((col + 1) / 0.13)]
    assert np.abs(small[row, col] - area.mean(axis=(0, 1))).max() < 16


def test_nothing_dark_goes_on_beside_the_photo() -> None:
    dark = Photo("dark", np.full((300, 400, 3), 17, np.uint8))
    image = shown(replace(SCENE, photo=dark, cursor=None))
    assert (image[20:400, 20 : 20 + 510] == 16).all()
    assert (image[20:400, 20 + 530 : 780] == 0).all()


@pytest.mark.parametrize("colours", ["truecolor", "256", "16", "none"])
def test_updates_lead_to_the_same_screen_as_painting_anew(colours: Colours) -> None:
    steps = [SCENE, moved(SCENE, 20, 10), WITH_ALL, moved(WITH_ALL, -60), SCENE]
    for count in range(2, len(steps) + 1):
        assert np.array_equal(
            shown(*steps[:count], colours=colours), shown(steps[count - 1], colours=colours)
        )


def test_a_cursor_move_is_small() -> None:
    driver = make_driver()
    driver.update(None, SCENE)
    assert 0 < len(driver.update(SCENE, moved(SCENE, 10))) <= 400


def test_a_move_within_a_pixel_sends_nothing() -> None:
    driver = make_driver()
    driver.update(None, SCENE)
    assert driver.update(SCENE, moved(SCENE, 0.5)) == b""


def test_prompt_points_are_a_plus_and_a_minus() -> None:
    screen = Screen(80, 24, cell=(10, 20))
    scene = replace(SCENE, points=(PointMark(100, 100, True), PointMark(200, 100, False)), cursor=None)
    screen.feed(make_driver().update(None, scene))
    line = screen.text().split("\n")[CANVAS.row + int(100 * 0.13 // 2)]
    assert line[CANVAS.col + int(100 * 0.13)] == "+"
    assert line[CANVAS.col + int(200 * 0.13)] == "-"


def test_a_point_out_of_sight_is_left_out() -> None:
    scene = replace(SCENE, points=(PointMark(-100, 100, True), PointMark(1e6, 1e6, False)))
    assert np.array_equal(shown(scene), shown(SCENE))


@pytest.mark.parametrize(
    ("colours", "pattern"),
    [
        ("truecolor", rb"[34]8;2;\d+;\d+;\d+"),
        ("256", rb"[34]8;5;\d+"),
        ("16", rb"\x1b\[(?:[349]\d|10[0-7])"),
        ("none", rb"\x1b\[7m"),
    ],
)
def test_only_colours_the_terminal_knows_are_sent(colours: Colours, pattern: bytes) -> None:
    data = make_driver(colours).update(None, WITH_ALL)
    assert re.search(pattern, data)
    if colours != "truecolor":
        assert b"8;2;" not in data
    if colours == "none":
        assert set(re.findall(rb"\x1b\[([\d;]*)m", data)) <= {b"", b"7", b"27"}


def test_without_colours_brightness_is_a_character() -> None:
    screen = Screen(80, 24, cell=(10, 20))
    screen.feed(make_driver("none").update(None, replace(SCENE, cursor=None)))
    assert len(set(screen.text()) & set(".:-=+*%#@")) >= 3


def test_nothing_is_drawn_beside_the_canvas() -> None:
    image = shown(WITH_ALL)
    assert not image[:20].any()
    assert not image[:, :20].any()
    assert not image[21 * 20 :].any()


def test_a_canvas_that_moved_is_painted_anew() -> None:
    driver = make_driver()
    driver.update(None, SCENE)
    there = replace(SCENE, canvas=replace(CANVAS, col=0))
    assert len(driver.update(SCENE, there)) > 5000


def test_hiding_and_erasing_leave_nothing() -> None:
    for last in ("hide", "erase"):
        driver, screen = make_driver(), Screen(80, 24, cell=(10, 20))
        screen.feed(driver.update(None, WITH_ALL))
        screen.feed(driver.hide(WITH_ALL) if last == "hide" else driver.erase())
        assert not screen.image().any()


def test_erasing_before_anything_was_drawn_is_nothing() -> None:
    assert make_driver().erase() == b""


def test_the_cursor_and_colours_are_given_back() -> None:
    data = make_driver().update(None, SCENE)
    assert data.startswith(b"\x1b7")
    assert data.endswith(b"\x1b8")


def test_without_colours_outlines_are_made_of_their_cues_whatever_the_colour() -> None:
    box = box_points(Box(20, 30, 320, 240))
    screens = []
    for colour in ((9, 9, 9), (255, 255, 255), (0, 0, 0)):
        screen = Screen(80, 24, cell=(10, 20))
        marks = (ShapeMark(box, colour, cue="7"), ShapeMark(box_points(Box(350, 30, 390, 90)), colour))
        screen.feed(make_driver("none").update(None, replace(SCENE, cursor=None, shapes=marks)))
        screens.append(screen.text())
    assert len(set(screens)) == 1
    assert screens[0].count("7") > 60
    assert screens[0].count("o") > 6


@pytest.mark.parametrize("colours", ["truecolor", "256", "16"])
@pytest.mark.parametrize("ground", [(0, 130, 0), (0, 230, 0), (1, 2, 3), (90, 90, 160)])
def test_a_tag_is_readable_on_the_colour_that_is_shown(ground: Rgb, colours: Colours) -> None:
    driver = make_driver(colours)
    scene = replace(SCENE, cursor=None, texts=(TextMark("M" * 9, 100, 200, ground, "above"),))
    cells = compose_cells(scene, np.zeros((40, 76, 3), np.uint8), colours)
    at = cells.glyph == ord("M")
    assert driver.update(None, scene)
    assert at.sum() == 9
    assert len(set(cells.upper[at].tolist()) | set(cells.lower[at].tolist())) == 2
    shown = palette.nearest_shown(ground, colours)
    ink = strokes.FIXED_INKS[strokes.text_ink(shown) - 1]
    assert palette.nearest_shown(ink, colours) == ink
