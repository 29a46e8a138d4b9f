"""Between Textual's cells, the driver's device pixels and image pixels."""

from __future__ import annotations

from textual.events import Resize
from textual.geometry import Region, Size

from tui.render.drivers.base import Driver
from tui.render.probe import Window
from tui.render.scene import Canvas
from tui.session.state import Session, Viewport

SMALLEST = (40, 12)
"""Columns and rows below which the program only says that it needs more room."""


def canvas_of(region: Region, cell: tuple[int, int]) -> Canvas:
    """The canvas widget's region as a drawing area."""
    return Canvas(region.x, region.y, region.width, region.height, cell)


def image_point(
    at: tuple[float, float], canvas: Canvas, driver: Driver, view: Viewport
) -> tuple[float, float]:
    """Image pixels (x, y) under a place in the canvas given in cells (fractions allowed)."""
    (width, height), placed = driver.device_wh(canvas), driver.placed(canvas)
    x = (at[0] + canvas.col - placed.col) * width / max(1, placed.cols)
    y = (at[1] + canvas.row - placed.row) * height / max(1, placed.rows)
    return view.x + x / view.scale, view.y + y / view.scale


def cell_now(event: Resize, before: tuple[int, int], window: Window) -> tuple[int, int]:
    """A cell in pixels after a resize, which a change of the font is too.

    Said in-band by `event`, else by the kernel's `window`, else it is what it was.
    """
    if event.pixel_size is not None and event.size.width and event.size.height:
        size = event.pixel_size
        return size.width // event.size.width, size.height // event.size.height
    if window.cols and window.rows and window.width and window.height:
        return window.width // window.cols, window.height // window.rows
    return before


def canvas_text(session: Session, screen: Size) -> str:
    """What stands on the canvas in place of a picture; empty when there is a picture to show."""
    if screen.width < SMALLEST[0] or screen.height < SMALLEST[1]:
        return f"Too small: needs {SMALLEST[0]}x{SMALLEST[1]}"
    return session.image.reason if session.image.status == "failed" else ""
