"""The cursor brought to edges."""

from __future__ import annotations

from session.world import World, boxes
from tui.session.effects import Snap
from tui.session.events import Snapped


def test_the_nearest_edge_of_a_shape_is_met_first() -> None:
    w = World(labels={0: boxes((100, 100, 300, 200))})
    w.at(105, 150)
    w.invoke("cursor.snap")
    assert w.session.cursor == (100.5, 150.5)
    assert not w.asked(Snap)


def test_on_the_edge_or_far_from_all_the_photo_is_asked() -> None:
    w = World(labels={0: boxes((100, 100, 300, 200))}, edge=(120, 160))
    w.at(105, 150).press("; ;")
    assert w.session.cursor == (120.5, 160.5)
    w.at(500, 400).press(";")
    snap = w.last(Snap)
    assert isinstance(snap, Snap)
    assert (snap.x, snap.y) == (500.5, 400.5)
    assert snap.reach > 5


def test_hidden_instances_do_not_attract() -> None:
    w = World(labels={0: boxes((100, 100, 300, 200))})
    w.at(105, 150).press(". ;")
    assert w.asked(Snap)


def test_even_ground_is_said_and_late_answers_are_dropped() -> None:
    w = World()
    w.at(50, 50).press(";")
    assert "no stronger edge" in w.said()
    w.give(Snapped(0, 1.5, 1.5, (9, 9)))
    assert w.session.cursor == (50.5, 50.5)


def test_the_masks_outline_and_the_prompts_box_attract() -> None:
    w = World()
    w.at(10, 10).press("r")
    w.at(100, 100).press("r")
    w.at(95, 50).press(";")
    assert w.session.cursor == (101.5, 50.5)
