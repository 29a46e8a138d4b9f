"""Between Textual's cells, the driver's device pixels and image pixels."""

from __future__ import annotations

from textual.geometry import Region

from tui.render.scene import Canvas
from tui.session.state import Viewport


def canvas_of(region: Region, cell: tuple[int, int]) -> Canvas:
    """The canvas widget's region as a drawing area."""
    return Canvas(region.x, region.y, region.width, region.height, cell)


def image_point(
    at: tuple[float, float], canvas: Canvas, device_wh: tuple[int, int], view: Viewport
) -> tuple[float, float]:
    """Image pixels (x, y) under a place in the canvas given in cells (fractions allowed)."""
    x = at[0] * device_wh[0] / max(1, canvas.cols)
    y = at[1] * device_wh[1] / max(1, canvas.rows)
    return view.x + x / view.scale, view.y + y / view.scale
