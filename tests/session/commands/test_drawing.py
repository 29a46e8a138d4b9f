"""Polygons drawn by their vertices."""

from __future__ import annotations

from typing import Any

from session.world import World
from tui.session.effects import Ask
from tui.session.state import Mode, Options
from tui.types.shapes import Polygon


def world(**more: Any) -> World:
    return World(options=Options(task="segment"), **more)


def triangle(w: World) -> World:
    w.at(10, 10).invoke("polygon.start")
    w.at(100, 10).press("q")
    w.at(10, 100).invoke("polygon.vertex")
    return w


def test_vertices_one_by_one_and_a_key_to_close() -> None:
    w = triangle(world())
    assert w.session.mode is Mode.DRAW
    w.press("2 enter")
    (instance,) = w.session.image.instances
    assert instance.shape == Polygon(((10.5, 10.5), (100.5, 10.5), (10.5, 100.5)))
    assert instance.class_id == 1
    assert w.session.mode is Mode.NAVIGATE
    w.press("u")
    assert not w.session.image.instances


def test_vertices_come_from_the_grid_too() -> None:
    w = world()
    w.at(10, 10).press("p space p space space / space f")
    assert len(w.session.image.instances) == 1


def test_vertices_are_taken_back_and_the_polygon_dropped() -> None:
    w = triangle(world())
    w.invoke("polygon.back")
    assert len(w.session.drawn) == 2
    w.press("enter")
    assert "Three vertices" in w.said()
    w.press("backspace u")
    assert w.session.mode is Mode.NAVIGATE
    for keys in ("b", "escape"):
        triangle(w).press(keys)
        assert not w.session.drawn
        assert w.session.mode is Mode.NAVIGATE
    triangle(w).invoke("polygon.drop")
    assert not w.session.image.instances


def test_the_same_place_twice_is_no_vertex() -> None:
    w = world()
    w.press("p p")
    assert "move on first" in w.said()
    assert len(w.session.drawn) == 1


def test_a_class_is_asked_for_where_there_is_none() -> None:
    w = triangle(world(classes=()))
    w.invoke("polygon.close")
    assert w.last(Ask) == Ask("class", "polygon.close")
    w.invoke("class.add", "cat")
    assert [i.class_id for i in w.session.image.instances] == [0]
    assert w.session.mode is Mode.NAVIGATE


def test_box_datasets_say_what_draws_a_box() -> None:
    w = World()
    w.press("p")
    assert "This dataset holds boxes: R draws one" in w.said()


def test_leaving_the_image_asks_first() -> None:
    w = triangle(world())
    w.press("d")
    assert "A polygon is being drawn" in w.said()
    assert w.session.image.index == 0
    w.press("d")
    assert w.session.image.index == 1
    assert not w.session.drawn


def test_other_commands_say_that_a_polygon_is_open() -> None:
    w = triangle(world())
    w.invoke("instance.next")
    assert "A polygon is being drawn" in w.said()
