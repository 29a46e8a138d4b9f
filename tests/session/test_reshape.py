"""Answers to changes of pixels; the commands are tested in commands/test_reshaping.py."""

from __future__ import annotations

from session.world import World
from tui.session.effects import Reshape
from tui.session.events import LabelsChanged, Pointed, ReshapeFailed
from tui.session.state import Options
from tui.types.instance import Instance
from tui.types.shapes import Polygon

PARTS = Polygon(
    ((0, 0), (40, 0), (40, 40), (60, 40), (90, 40), (90, 90), (60, 90), (60, 40), (40, 40), (0, 40))
)


def test_a_failure_changes_nothing_and_lets_the_keys_go_on() -> None:
    w = World(labels={0: (Instance(0, PARTS, "line"),)}, options=Options(task="segment"))
    w.press("n")
    w.patient = True
    w.press("w / w d")
    w.waiting = [effect for effect in w.waiting if not isinstance(effect, Reshape)]
    w.give(ReshapeFailed(1, "no memory"))
    assert w.labels[0][0].shape == PARTS
    assert any("no memory" in getattr(effect, "text", "") for effect in w.effects)
    assert w.session.reshaping is None


def waiting_for_a_split() -> World:
    w = World(labels={0: (Instance(0, PARTS, "line"),)}, options=Options(task="segment"))
    w.press("n w")
    w.patient = True
    w.press("/")
    return w


def test_escape_stops_waiting_and_the_answer_changes_nothing() -> None:
    w = waiting_for_a_split()
    w.press("d escape escape")
    assert w.session.reshaping is None
    assert "stays as it is" in w.said()
    w.settle()
    assert [one.shape for one in w.session.image.instances] == [PARTS]


def test_the_mouse_waits_too() -> None:
    w = waiting_for_a_split()
    w.give(Pointed(200, 200, "positive"))
    assert "new shape is still on its way" in w.said()
    assert w.session.draft.empty
    w.settle()
    assert len(w.session.image.instances) == 2


def test_an_answer_for_an_object_that_another_program_changed_changes_nothing() -> None:
    w = waiting_for_a_split()
    theirs = (Instance(1, Polygon(((5, 5), (9, 5), (9, 9))), "t"), Instance(0, PARTS, "line"))
    w.give(LabelsChanged(0, theirs, True))
    w.settle()
    assert w.session.image.instances == theirs
    assert "changed meanwhile" in w.said()
    w = waiting_for_a_split()
    w.give(LabelsChanged(0, (), True))
    w.settle()
    assert w.session.image.instances == ()
