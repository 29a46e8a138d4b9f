"""Answers to changes of pixels; the commands are tested in commands/test_reshaping.py."""

from __future__ import annotations

from session.world import World
from tui.session.effects import Reshape
from tui.session.events import ReshapeFailed
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
    w.press("w / escape d")
    w.waiting = [effect for effect in w.waiting if not isinstance(effect, Reshape)]
    w.give(ReshapeFailed(1, "no memory"))
    assert w.labels[0][0].shape == PARTS
    assert any("no memory" in getattr(effect, "text", "") for effect in w.effects)
    assert w.session.reshaping is None
