from __future__ import annotations

from session.world import boxes
from tui.session.marks import carried

A, B, C = boxes((1, 1, 9, 9), (2, 2, 9, 9), (3, 3, 9, 9))


def test_places_follow_their_instances() -> None:
    assert carried(frozenset({1}), (A, B, C), (B, C)) == {0}
    assert carried(frozenset({0, 2}), (A, B, C), (A, B)) == {0}
    assert carried(frozenset({1}), (A, B), (A, B, C)) == {1}
    assert carried(frozenset(), (A,), ()) == frozenset()


def test_a_changed_instance_keeps_its_place() -> None:
    assert carried(frozenset({1}), (A, B), (A, C)) == {1}
