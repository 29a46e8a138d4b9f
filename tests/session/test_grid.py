"""The keyboard laid over an image: cells tile what they are cut from, and few keys reach far."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.session.grid import KEYS, cells, whole_pixels
from tui.types.shapes import Box


@given(w=st.integers(1, 5000), h=st.integers(1, 5000), x=st.integers(0, 90), y=st.integers(0, 90))
def test_cells_tile_the_area_in_whole_pixels(w: int, h: int, x: int, y: int) -> None:
    found = cells(Box(x, y, x + w, y + h))
    assert sum(cell.area for cell in found.values()) == w * h
    assert all(min(cell.width, cell.height) >= 1 and cell.width % 1 == 0 for cell in found.values())
    assert set(found) <= set(KEYS)
    assert min(cell.x0 for cell in found.values()) == x
    assert max(cell.y1 for cell in found.values()) == y + h


def test_keys_lie_as_on_the_keyboard() -> None:
    found = cells(Box(0, 0, 1000, 400))
    assert found["1"] == Box(0, 0, 100, 100)
    assert found["0"] == Box(900, 0, 1000, 100)
    assert found["q"] == Box(0, 100, 100, 200)
    assert found[";"] == Box(900, 200, 1000, 300)
    assert found["z"] == Box(0, 300, 100, 400)
    assert found["/"] == Box(900, 300, 1000, 400)


def test_few_pixels_in_another_shape_take_the_keys_in_reading_order() -> None:
    found = cells(Box(5, 7, 6, 19))
    assert list(found) == list("1234567890qw")
    assert found["w"] == Box(5, 18, 6, 19)
    assert len(cells(Box(0, 0, 1, 1))) == 1


@pytest.mark.parametrize("wh", [(4000, 3000), (3000, 4000), (1920, 1080), (640, 480), (8000, 5000)])
def test_five_keys_reach_any_pixel(wh: tuple[int, int]) -> None:
    """The largest cell after each key decides."""
    area = Box(0, 0, *wh)
    keys = 0
    while area.area > 1:
        area = max(cells(area).values(), key=lambda cell: cell.area)
        keys += 1
    assert keys <= 5


def test_whole_pixels_hold_what_is_touched() -> None:
    assert whole_pixels(Box(0.2, 1.0, 3.1, 3.9)) == Box(0, 1, 4, 4)
