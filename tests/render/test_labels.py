"""Hint labels: apart from each other, inside the canvas, readable, cheap."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from render.drawn import CANVAS, PLAIN
from tui.render import compose, strokes
from tui.render.drivers.halfblock import HalfblockDriver
from tui.render.drivers.kitty import KittyDriver
from tui.render.drivers.library import LibraryDriver
from tui.render.drivers.sixel import SixelDriver
from tui.render.kittymarks import LABELS, MarkPlanner, Plan
from tui.render.labels import label_size, paint_labels, spread
from tui.render.scene import LabelMark, View
from tui.render.terminal import Colours, Terminal

WH = (400, 360)
VIEW = View(0, 0, 1.0)
FORTY = tuple(
    LabelMark(30 + 45 * (n % 8), 30 + 60 * (n // 8), "fj" if n % 3 else "k", n % 2 == 0) for n in range(40)
)
SCENE = replace(PLAIN, labels=FORTY)


@given(
    st.lists(st.tuples(st.floats(-50, 450), st.floats(-50, 400), st.sampled_from(["a", "zz"])), max_size=60)
)
def test_labels_lie_inside_and_never_over_each_other(places: list[tuple[float, float, str]]) -> None:
    marks = [LabelMark(*place) for place in places]
    taken = np.zeros((WH[1], WH[0]), int)
    for _, (x, y, width, height) in spread(marks, VIEW, WH, lambda mark: (20 * len(mark.text), 18)):
        assert 0 <= x <= WH[0] - width
        assert 0 <= y <= WH[1] - height
        taken[y : y + height, x : x + width] += 1
    assert taken.max(initial=0) <= 1


def test_neighbours_keep_a_gap() -> None:
    marks = [LabelMark(100, 90, "d"), LabelMark(101, 90, "j")]
    (_, first), (_, second) = spread(marks, VIEW, WH, lambda _: (10, 18))
    apart = max(second[0] - first[0] - first[2], first[0] - second[0] - second[2])
    assert first[1] != second[1] or apart >= 6


def test_a_label_stands_on_its_place() -> None:
    ((_, (x, y, width, height)),) = spread([LabelMark(100, 90, "f")], VIEW, WH, lambda _: (10, 20))
    assert x <= 100 < x + width
    assert y <= 90 < y + height


def test_labels_of_one_place_stand_beside_it() -> None:
    marks = [LabelMark(200, 180, letter) for letter in "fjdksla"]
    rects = [rect for _, rect in spread(marks, VIEW, WH, lambda _: (16, 20))]
    assert len(rects) == 7
    assert all(abs(x + 8 - 200) <= 50 and abs(y + 10 - 180) <= 50 for x, y, _, _ in rects)


def test_what_is_out_of_sight_gets_no_label() -> None:
    assert not list(spread([LabelMark(500, 10, "f")], VIEW, WH, lambda _: (16, 20)))


def test_strong_and_weak_differ_without_colour() -> None:
    layers = [np.zeros((60, 60), np.uint8) for _ in range(2)]
    for layer, strong in zip(layers, (True, False), strict=True):
        paint_labels(layer, [LabelMark(30, 30, "f", strong)], VIEW, 10)
    light = [int((layer == strokes.LIGHT).sum()) for layer in layers]
    dark = [int((layer == strokes.DARK).sum()) for layer in layers]
    assert light[0] > dark[0]
    assert light == dark[::-1]


@pytest.mark.parametrize("height", [9, 12, 16, 24])
def test_letters_are_told_apart(height: int) -> None:
    tiles = {}
    for letter in "fjdkslahgruiewptyvncmbxz":
        width, tall = label_size(LabelMark(0, 0, letter), height)
        layer = np.zeros((tall, width), np.uint8)
        paint_labels(layer, [LabelMark(width / 2, tall / 2, letter)], VIEW, height)
        tiles[letter] = cv2.resize((layer == strokes.DARK).astype(np.float32), (24, 32))
    pairs = [(a, b) for a in tiles for b in tiles if a < b]
    differ = {pair: float(np.abs(tiles[pair[0]] - tiles[pair[1]]).sum()) for pair in pairs}
    assert min(differ.values()) > 16, sorted(differ.items(), key=lambda item: item[1])[:5]


def test_kitty_has_one_picture_of_them() -> None:
    plan = Plan()
    MarkPlanner(1000).plan(plan, SCENE, WH)
    content, encode = plan.pictures[1000 + LABELS]
    assert encode().startswith(b"\x89PNG")
    assert content == (FORTY, SCENE.view, CANVAS)


@pytest.mark.parametrize(
    ("driver", "most"),
    [
        pytest.param(KittyDriver(Terminal("kitty")), 4096, id="kitty"),
        pytest.param(SixelDriver(Terminal("sixel")), 12_000, id="sixel"),
        pytest.param(HalfblockDriver(Terminal("halfblock", colours="truecolor")), 4096, id="halfblock"),
    ],
)
def test_forty_labels_come_and_go_within_a_budget(driver: KittyDriver, most: int) -> None:
    driver.update(None, PLAIN)
    come, go = len(driver.update(PLAIN, SCENE)), len(driver.update(SCENE, PLAIN))
    assert 0 < come <= most
    assert 0 < go <= most


@pytest.mark.parametrize("colours", ["truecolor", "256", "16", "none"])
def test_half_blocks_write_the_letters(colours: Colours) -> None:
    driver = HalfblockDriver(Terminal("halfblock", colours=colours))
    driver.update(None, PLAIN)
    written = driver.update(PLAIN, replace(PLAIN, labels=(LabelMark(20, 20, "gh"),))).decode()
    assert "GH" in written


def test_the_library_driver_paints_them_too() -> None:
    wh = CANVAS.cols * CANVAS.cell[0], CANVAS.rows * CANVAS.cell[1]
    pen = compose.pen_for(CANVAS.cell)
    bare, labelled = (compose.rgb_frame(scene, wh, pen) for scene in (PLAIN, SCENE))
    assert (bare != labelled).any()
    assert LibraryDriver(Terminal("halfblock")).update(None, SCENE)
