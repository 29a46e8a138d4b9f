"""Outlines of shapes, kept while the same object is drawn."""

from __future__ import annotations

from tui.app.outlines import rings_of, tag_point
from tui.geometry.polygons import join
from tui.types.shapes import Box, Polygon

VIEW = Box(0, 0, 100, 100)
RING = ((10.0, 40.0), (30.0, 20.0), (50.0, 60.0))


def test_a_box_is_its_corners_and_a_polygon_its_parts() -> None:
    assert rings_of(Box(1, 2, 3, 4)) == (((1, 2), (3, 2), (3, 4), (1, 4)),)
    other = tuple((x + 45, y) for x, y in RING)
    assert len(rings_of(Polygon(join((RING, other))))) == 2
    assert rings_of(Polygon(RING)) == (RING,)


def test_the_same_object_is_worked_out_once() -> None:
    joined = Polygon(join((RING, tuple((x + 45, y) for x, y in RING))))
    assert rings_of(joined) is rings_of(joined)
    assert rings_of(Polygon(joined.points)) == rings_of(joined)


def test_tags_stand_in_sight() -> None:
    assert tag_point(Box(10, 20, 30, 40), VIEW) == (10, 20)
    assert tag_point(Box(-10, -20, 30, 40), VIEW) == (0, 0)
    assert tag_point(Box(-10, 20, 300, 40), Box(50, 30, 60, 35)) == (50, 30)
    assert tag_point(Box(10, 20, 30, 40), Box(31, 0, 60, 60)) is None
    assert tag_point(Polygon(RING), VIEW) == (30, 20)
    assert tag_point(Polygon(RING), Box(0, 30, 100, 100)) == (20, 30)
    assert tag_point(Polygon(RING), Box(60, 0, 100, 100)) is None
