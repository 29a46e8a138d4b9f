"""Pointing with the keyboard: budgets of keys, zooming, and what ends it."""

from __future__ import annotations

import random

import pytest

from session.world import World
from tui.session.effects import Decode
from tui.session.grid import cells
from tui.session.keymap import keys_of, load_keymap
from tui.session.state import Mode
from tui.types.instance import Instance
from tui.types.shapes import Box

CANVASES = [(1040, 780), (80, 44), (160, 90), (2400, 1300), (600, 1200)]
PIXELS = [(0, 0), (3999, 2999), (1234, 987), (17, 2998), (3600, 1)]


def key_of(w: World, x: float, y: float) -> str:
    """The key of the cell that holds a place."""
    assert w.session.grid is not None
    found = cells(w.session.grid.area)
    return next(k for k, c in found.items() if c.x0 <= x < c.x1 and c.y0 <= y < c.y1)


def narrowed(w: World, x: float, y: float, keys: int) -> None:
    w.invoke("grid.open")
    for _ in range(keys):
        w.press(key_of(w, x, y))


@pytest.mark.parametrize("canvas", CANVASES)
@pytest.mark.parametrize("pixel", PIXELS)
def test_any_pixel_of_twelve_megapixels_in_six_keys(canvas: tuple[int, int], pixel: tuple[int, int]) -> None:
    w = World(sizes=((4000, 3000),), canvas=canvas)
    narrowed(w, *pixel, keys=4)
    if w.session.grid is not None:
        w.press(key_of(w, *pixel))
    assert w.session.cursor == (pixel[0] + 0.5, pixel[1] + 0.5)
    assert w.session.mode is Mode.NAVIGATE
    assert w.session.view.fitted


@pytest.mark.parametrize("canvas", CANVASES)
def test_a_point_in_four_keys_lands_in_the_middle_of_a_small_cell(canvas: tuple[int, int]) -> None:
    w = World(sizes=((4000, 3000),), canvas=canvas)
    w.press("space")
    narrow = [key_of(w, 1500, 700)]
    w.press(narrow[0])
    narrow.append(key_of(w, 1500, 700))
    w.press(f"{narrow[1]} space")
    (point,) = w.session.draft.points
    assert abs(point.x - 1500) <= 20
    assert abs(point.y - 700) <= 94
    assert w.session.mode is Mode.POINTS
    assert len(w.asked(Decode)) == 1


@pytest.mark.parametrize("canvas", CANVASES)
def test_a_box_in_eight_keys(canvas: tuple[int, int]) -> None:
    w = World(sizes=((4000, 3000),), canvas=canvas)
    w.press("space w d R space , k space")
    box = w.session.draft.box
    assert box is not None
    assert w.session.mode is Mode.POINTS
    assert box.width > 2000
    assert box.height > 50


def test_a_plain_box_by_the_grid_is_an_instance() -> None:
    w = World()
    w.press("space w d ctrl+r space i k space")
    assert isinstance(w.session.image.instances[0], Instance)
    assert not w.asked(Decode)


def test_the_picture_zooms_to_the_cell_and_comes_back() -> None:
    w = World(sizes=((4000, 3000),))
    home = w.session.view
    w.press("space d")
    assert w.session.view.scale > home.scale * 2
    assert w.session.grid is not None
    assert w.session.grid.area == Box(800, 1500, 1200, 2250)
    assert w.session.cursor == (1000.5, 1875.5)
    w.press("backspace")
    assert w.session.view == home
    w.press("d enter")
    assert w.session.view == home
    assert w.session.cursor == (1000.5, 1875.5)


def test_a_cell_large_enough_is_not_zoomed() -> None:
    w = World(sizes=((4000, 3000),))
    w.press("V")
    home = w.session.view
    w.press("space")
    assert w.session.view == home


def test_escape_and_backspace_leave_everything_as_it_was() -> None:
    w = World()
    before = w.session
    for keys in ("space d f escape", "space backspace", "space k backspace backspace"):
        w.press(keys)
        assert w.session.cursor == before.cursor
        assert w.session.view == before.view
        assert w.session.mode is Mode.NAVIGATE


@pytest.mark.parametrize(
    ("command", "positive"), [("grid.act", True), ("grid.positive", True), ("grid.negative", False)]
)
def test_prompt_keys_take_the_middle(command: str, positive: bool) -> None:
    w = World()
    w.press("q space d")
    w.invoke(command)
    assert w.session.draft.points[1].positive is positive
    assert w.session.mode is Mode.POINTS


def test_a_negative_point_without_a_mask_is_refused_in_words() -> None:
    w = World()
    w.press("space d E")
    assert "takes away from a mask" in w.said()
    assert w.session.mode is Mode.NAVIGATE


def test_the_grid_in_an_open_box_sets_the_other_corner_or_only_goes_there() -> None:
    w = World()
    w.at(10, 10).press("r space / enter")
    assert w.session.mode is Mode.BOX
    w.press("space / space")
    assert w.session.draft.box is not None


def test_commands_by_name() -> None:
    w = World()
    w.invoke("grid.open")
    w.invoke("grid.pick", "q")
    w.invoke("grid.back")
    w.invoke("grid.pick", "?")
    assert "no cell" in w.said()
    w.invoke("grid.corner")
    assert w.session.mode is Mode.BOX
    w.press("escape")
    w.invoke("grid.open")
    w.invoke("grid.manual")
    assert w.session.draft.manual
    w.press("escape")
    w.invoke("grid.open")
    w.invoke("grid.take")
    assert w.session.mode is Mode.NAVIGATE


def test_other_commands_say_that_the_grid_is_open() -> None:
    w = World()
    w.press("space")
    w.invoke("instance.next")
    assert "The grid is open" in w.said()


def test_leaving_the_image_closes_the_grid() -> None:
    w = World()
    w.press("space d")
    w.invoke("files.next")
    assert w.session.grid is None
    assert w.session.mode is Mode.NAVIGATE


@pytest.mark.parametrize("keymap", ["anylabeling", "cvat", "labelimg", "vim"])
def test_every_preset_has_the_whole_keyboard(keymap: str) -> None:
    chance = random.Random(1)
    w = World(sizes=((4000, 3000),), keymap=keymap)
    opens = keys_of(load_keymap(keymap), Mode.NAVIGATE, "grid.open")[
        0
    ].lower()  # "Space" is the key's name on the screen
    for _ in range(10):
        x, y = chance.randrange(4000), chance.randrange(3000)
        w.press(opens)
        while w.session.grid is not None:
            w.press(key_of(w, x, y))
        assert w.session.cursor == (x + 0.5, y + 0.5)
