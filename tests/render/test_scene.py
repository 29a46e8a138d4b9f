"""Scenes are values."""

from tui.render.scene import box_points
from tui.types.shapes import Box


def test_box_points_go_clockwise_from_the_top_left() -> None:
    assert box_points(Box(1, 2, 5, 9)) == ((1, 2), (5, 2), (5, 9), (1, 9))
