"""Texts and the grid of keys over a photo."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
import pytest

from render.drawn import PLAIN
from tui.render import compose, letters, strokes
from tui.render.drivers.registry import make_driver
from tui.render.scene import Canvas, GridMark, Scene, TextMark, View
from tui.render.terminal import Terminal
from tui.types.shapes import Box

KEYS = "1234567890qwertyuiopasdfghjkl;zxcvbnm,./"
WH = (400, 360)
BOXES = tuple(Box(x * 40, y * 75, x * 40 + 40, y * 75 + 75) for y in range(4) for x in range(10))
GRID = GridMark(BOXES, tuple(KEYS))
GRIDDED = replace(PLAIN, grid=GRID)


def painted(scene: Scene) -> strokes.Layer:
    layer = np.zeros((WH[1], WH[0]), np.uint8)
    letters.paint_letters(layer, scene, compose.scene_inks(scene), 12)
    return layer


def test_a_grid_has_a_letter_in_each_cell_and_leaves_most_of_the_photo_in_sight() -> None:
    layer = painted(GRIDDED)
    for box in BOXES:
        x, y = (round(v) for v in box.center)
        assert (layer[y - 8 : y + 8, x - 8 : x + 8] == strokes.LIGHT).sum() >= 2
    assert np.count_nonzero(layer) < layer.size * 0.2


def test_different_keys_look_different() -> None:
    cut = [painted(replace(PLAIN, texts=(TextMark(key, 200, 150),)))[130:170, 180:220] for key in KEYS]
    assert len({patch.tobytes() for patch in cut}) == len(KEYS)


@pytest.mark.parametrize("anchor", ["middle", "above"])
@pytest.mark.parametrize(
    ("x", "y", "seen"), [(-50, -50, 0), (500, 500, 0), (2, 0, 1), (399, 359, 1), (1e9, 1e9, 0)]
)
def test_texts_are_clipped_and_labels_near_the_edge_kept_in_sight(
    x: float, y: float, seen: int, anchor: Literal["middle", "above"]
) -> None:
    layer = painted(replace(PLAIN, texts=(TextMark("cat", x, y, (230, 159, 0), anchor),)))
    assert bool(layer.any()) == bool(seen)


def test_text_is_readable_where_its_ground_has_no_ink_of_its_own() -> None:
    # Five inks, four of them fixed: the pale ground is painted white, for which its letters must be dark.
    inks = strokes.collect_inks([(90, 0, 90)], 5)
    layer = np.zeros((WH[1], WH[0]), np.uint8)
    scene = replace(PLAIN, texts=(TextMark("cat", 200, 150, (250, 250, 200)),))
    letters.paint_letters(layer, scene, inks, 12)
    assert set(np.unique(layer)) == {0, strokes.LIGHT, strokes.DARK}


@pytest.mark.parametrize("ground", [(0, 255, 0), (0, 0, 50)])
def test_a_text_is_of_one_ink(ground: tuple[int, int, int]) -> None:
    tile = letters.text_tile("catMW#1", ground, 9)
    assert set(np.unique(tile)) == {0, strokes.text_ink(ground)}


def test_corners_are_listed_once() -> None:
    assert len(letters.grid_corners(GRID)) == 11 * 5


CELLS = Canvas(col=0, row=1, cols=80, rows=21, cell=(10, 20))
ON_CELLS = replace(GRIDDED, canvas=CELLS, view=View(0, 0, 0.14))


@pytest.mark.parametrize(
    ("terminal", "scene", "budget"),
    [
        (Terminal("kitty"), GRIDDED, 3000),
        (Terminal("sixel"), GRIDDED, 20000),
        (Terminal("halfblock"), ON_CELLS, 2500),
        (Terminal("halfblock", colours="none"), ON_CELLS, 1500),
    ],
    ids=["kitty", "sixel", "blocks", "blocks none"],
)
def test_a_grid_comes_and_goes_within_a_budget(terminal: Terminal, scene: Scene, budget: int) -> None:
    driver = make_driver(terminal)
    plain = replace(scene, grid=None)
    driver.update(None, plain)
    there, back = len(driver.update(plain, scene)), len(driver.update(scene, plain))
    assert 0 < there <= budget
    assert 0 < back <= budget


def test_half_blocks_show_each_key_as_a_character() -> None:
    text = make_driver(Terminal("halfblock")).update(None, ON_CELLS).decode()
    assert all(key in text for key in "qwertyuiop")


def test_a_class_name_is_written_beside_its_box_in_cells() -> None:
    mark = TextMark("cat", 100, 100, (230, 159, 0), "above")
    text = (
        make_driver(Terminal("halfblock")).update(None, replace(ON_CELLS, grid=None, texts=(mark,))).decode()
    )
    assert "cat" in text


@pytest.mark.parametrize(("x", "y"), [(200, -16), (200, -12), (200, 379), (-30, 150)])
def test_a_text_in_the_middle_of_a_place_beside_the_canvas_is_left_out(x: float, y: float) -> None:
    assert not painted(replace(PLAIN, texts=(TextMark("w", x, y),))).any()
