"""Cells, device pixels and image pixels."""

from __future__ import annotations

from textual.events import Resize
from textual.geometry import Region, Size

from tui.app.geometry import canvas_of, cell_now, image_point
from tui.render.drivers.halfblock import HalfblockDriver
from tui.render.drivers.kitty import KittyDriver
from tui.render.drivers.sixel import SixelDriver
from tui.render.probe import Window
from tui.render.scene import Canvas
from tui.render.terminal import Terminal
from tui.session.state import Viewport


def test_canvas_takes_the_region_and_the_cell() -> None:
    assert canvas_of(Region(2, 3, 80, 24), (9, 18)) == Canvas(2, 3, 80, 24, (9, 18))


def test_a_cell_is_an_image_place() -> None:
    canvas, view = Canvas(0, 1, 80, 24, (10, 20)), Viewport(100, 50, 2.0)
    kitty = KittyDriver(Terminal("kitty"))
    assert image_point((0, 0), canvas, kitty, view) == (100, 50)
    assert image_point((40, 12), canvas, kitty, view) == (300, 170)
    assert image_point((0.5, 0.5), canvas, kitty, view) == (102.5, 55)


def test_half_blocks_have_two_rows_a_cell() -> None:
    canvas, view = Canvas(0, 0, 80, 24, (10, 20)), Viewport(0, 0, 0.5)
    assert image_point((10, 10), canvas, HalfblockDriver(Terminal("halfblock")), view) == (20, 40)


def test_a_picture_smaller_than_the_canvas_lies_in_its_middle() -> None:
    canvas, view = Canvas(0, 1, 120, 38, (10, 20)), Viewport(0, 0, 1.0)
    xterm = SixelDriver(Terminal("sixel", quirks=frozenset({"sixel-max-1000"})))
    assert xterm.placed(canvas).cols == 100
    x, _ = image_point((10, 0), canvas, xterm, view)
    assert x == 0


def test_a_cell_is_what_the_terminal_says_else_the_kernel_else_what_it_was() -> None:
    said = Resize(Size(80, 24), Size(80, 24), pixel_size=Size(720, 432))
    unsaid = Resize(Size(80, 24), Size(80, 24))
    assert cell_now(said, (10, 20), Window(80, 24, 640, 384)) == (9, 18)
    assert cell_now(unsaid, (10, 20), Window(80, 24, 640, 384)) == (8, 16)
    assert cell_now(unsaid, (10, 20), Window(80, 24)) == (10, 20)
