"""Where pictures lie: sprites cut at the canvas, and the two ways of saying a place."""

from __future__ import annotations

from tui.render import kittyplaces
from tui.render.kittyplaces import BY_CURSOR, ByAnchor, Put
from tui.render.scene import Canvas

CANVAS = Canvas(col=5, row=3, cols=10, rows=6, cell=(10, 20))


def test_by_cursor_the_cursor_goes_to_the_cell() -> None:
    put = Put(9, 1, row=4, col=7, z=-1)
    assert (BY_CURSOR.lead(put), BY_CURSOR.keys(put), BY_CURSOR.pack(b"x")) == (b"\x1b[5;8H", [], b"x")


def test_by_anchor_the_cells_are_counted_from_the_anchor() -> None:
    route = ByAnchor(image=200, row=3, col=5)
    assert route.lead(Put(9, 1, row=4, col=7, z=-1)) == b""
    assert route.keys(Put(9, 1, row=4, col=7, z=-1)) == ["P=200", "Q=1", "H=2", "V=1"]
    assert route.keys(Put(9, 1, row=3, col=5, z=-1)) == ["P=200", "Q=1"]


def test_the_anchor_cell_is_a_placeholder_in_the_colour_of_its_number() -> None:
    text = ByAnchor(image=200, row=3, col=5).cell().decode()
    assert text == "\x1b[4;6H\x1b[0;38;5;200m\U0010eeee\u0305\u0305"


def test_a_sprite_lies_at_its_pixel() -> None:
    put = kittyplaces.sprite(CANVAS, (23, 45, 6, 8), image=1, placement=1, z=-1)
    assert put is not None
    assert (put.col, put.row, put.offset, put.source) == (7, 5, (3, 5), (0, 0, 6, 8))


def test_a_sprite_is_cut_at_every_edge_of_the_canvas() -> None:
    put = kittyplaces.sprite(CANVAS, (-4, 115, 120, 20), image=1, placement=1, z=-1)
    assert put is not None
    assert (put.col, put.row, put.offset, put.source) == (5, 8, (0, 15), (4, 0, 100, 5))


def test_a_sprite_out_of_sight_is_none() -> None:
    assert kittyplaces.sprite(CANVAS, (100, 0, 5, 5), image=1, placement=1, z=-1) is None
    assert kittyplaces.sprite(CANVAS, (-5, 0, 5, 5), image=1, placement=1, z=-1) is None
