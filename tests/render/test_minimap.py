"""The map in the corner."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from render.drawn import CANVAS, PLAIN
from tui.render import strokes
from tui.render.drivers.registry import make_driver
from tui.render.minimap import map_rect, map_tile, paint_map
from tui.render.scene import View
from tui.render.terminal import Protocol, Terminal

WH = (400, 360)
ZOOMED = replace(PLAIN, minimap=True, view=View(200, 150, 4.0))


def test_there_is_none_while_all_is_in_sight_or_it_is_off() -> None:
    assert map_rect(replace(PLAIN, minimap=True), WH) is None
    assert map_rect(replace(ZOOMED, minimap=False), WH) is None
    assert map_rect(replace(ZOOMED, photo=None), WH) is None
    layer = np.zeros((360, 400), np.uint8)
    paint_map(layer, PLAIN)
    assert not layer.any()


def test_it_lies_in_the_corner_and_shows_where_the_view_is() -> None:
    rect = map_rect(ZOOMED, WH)
    assert rect is not None
    x, y, width, height = rect
    assert (x + width, y) == (400, 0)
    tile = map_tile(ZOOMED, rect, WH)
    seen = np.argwhere(tile[1:-1, 1:-1] == strokes.LIGHT)
    middle = (seen.mean(axis=0) + 1.5) / (height, width)
    assert abs(middle[1] - (200 + 50) / 400) < 0.05
    assert abs(middle[0] - (150 + 45) / 300) < 0.05


@pytest.mark.parametrize("name", ["kitty", "sixel", "halfblock"])
def test_every_driver_draws_it(name: Protocol) -> None:
    driver = make_driver(Terminal(name))
    off = replace(ZOOMED, minimap=False, canvas=CANVAS)
    driver.update(None, off)
    assert 0 < len(driver.update(off, replace(ZOOMED, canvas=CANVAS))) < 6000
