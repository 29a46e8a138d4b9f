"""Pieces of status lines."""

from __future__ import annotations

from session.world import World, boxes
from tui.app.parts import Part, class_label, saved_part


def test_a_class_beyond_the_list_is_shown_by_its_number() -> None:
    session = World(classes=("cat",)).session
    assert class_label(session, 0) == "cat"
    assert class_label(session, 7) == "class 7"
    assert class_label(World(classes=()).session, 0) == "no classes yet"


def test_whether_labels_are_on_disk() -> None:
    assert saved_part(World().session) == Part("not labeled")
    assert saved_part(World(labels={0: boxes((1, 1, 9, 9))}).session) == Part("saved", "good")
    assert saved_part(World(labels={0: ()}).session) == Part("saved, empty", "good")
