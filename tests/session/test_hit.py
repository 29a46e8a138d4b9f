from __future__ import annotations

from tui.session.hit import contains, edge_distance, instance_at, nearest_edge
from tui.types.instance import Instance
from tui.types.shapes import Box, Polygon

BIG = Instance(0, Box(0, 0, 100, 100))
SMALL = Instance(1, Box(40, 40, 60, 60))
TRIANGLE = Instance(2, Polygon(((200.0, 0.0), (300.0, 0.0), (200.0, 100.0))))


def test_the_smallest_instance_around_the_point_wins() -> None:
    assert instance_at((BIG, SMALL), (50, 50), reach=5) == 1
    assert instance_at((SMALL, BIG), (50, 50), reach=5) == 0
    assert instance_at((SMALL, BIG), (10, 10), reach=5) == 1


def test_of_equal_instances_the_one_above_wins() -> None:
    assert instance_at((BIG, BIG), (50, 50), reach=0) == 1


def test_a_near_edge_counts_up_to_the_reach() -> None:
    assert instance_at((BIG, SMALL), (104, 50), reach=5) == 0
    assert instance_at((BIG, SMALL), (106, 50), reach=5) is None
    assert instance_at((), (1, 1), reach=1e9) is None


def test_the_nearest_edge_wins() -> None:
    other = Instance(0, Box(110, 0, 150, 100))
    assert instance_at((BIG, other), (103, 50), reach=50) == 0
    assert instance_at((BIG, other), (107, 50), reach=50) == 1


def test_a_polygon_is_hit_by_its_inside_not_by_its_box() -> None:
    assert contains(TRIANGLE.shape, (220, 20))
    assert not contains(TRIANGLE.shape, (290, 90))
    assert instance_at((TRIANGLE,), (290, 90), reach=5) is None
    assert abs(edge_distance(TRIANGLE.shape, (250, 50))) < 1e-9


def test_a_hole_bridged_by_a_seam_is_outside() -> None:
    outer = ((0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0))
    hole = ((40.0, 40.0), (40.0, 60.0), (60.0, 60.0), (60.0, 40.0))
    ring = Polygon((*outer, outer[0], *hole, hole[0], outer[0]))
    assert contains(ring, (20, 20.5))
    assert not contains(ring, (50, 50.5))


def test_boxes_are_half_open() -> None:
    assert contains(Box(3, 5, 4, 6), (3, 5))
    assert not contains(Box(3, 5, 4, 6), (4, 5))


def test_a_point_of_a_shape_without_extent_is_reached_by_distance() -> None:
    assert edge_distance(Box(5, 5, 5, 5), (8, 9)) == 5


def test_the_nearest_point_of_an_edge() -> None:
    assert nearest_edge(Box(10, 10, 30, 30), (12, 20)) == (10, 20)
    assert nearest_edge(Polygon(((0, 0), (10, 0), (0, 10))), (8, 8)) == (5, 5)
