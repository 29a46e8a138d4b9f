"""The question whose labels count."""

from __future__ import annotations

from session.world import World, boxes
from tui.app.screens.conflict import conflict_screen
from tui.types.instance import Instance
from tui.types.shapes import Box

OURS = boxes((10, 10, 50, 50), (60, 60, 90, 90))


def test_both_sides_are_summed_up_and_nothing_is_chosen() -> None:
    theirs = (OURS[1], *boxes((1, 1, 9, 9), (2, 2, 9, 9), class_id=2))
    w = World(labels={0: OURS}, theirs=theirs)
    w.press("n 2")
    screen = conflict_screen(w.session)
    assert screen._lines == (
        "yours:  1 dog, 1 cat; 1 only here",
        "theirs: 2 bird, 1 cat; 2 only there (magenta)",
    )
    assert [key for key, _ in screen._choices] == ["1", "2", "3"]


def test_many_classes_are_counted_and_none_is_said() -> None:
    many = tuple(Instance(number, Box(0, 0, 5, 5 + number)) for number in range(9))
    w = World(labels={0: OURS}, theirs=many)
    w.press("n x n x")
    lines = conflict_screen(w.session)._lines
    assert lines[0].startswith("yours:  nothing;")
    assert "and 5 more classes" in lines[1]
