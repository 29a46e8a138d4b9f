from __future__ import annotations

import pytest

from session.world import World, boxes
from tui.session.state import Mode, Options
from tui.session.walk import anything, walked, with_instance

LABELS = {0: boxes((400, 300, 500, 400), (500, 10, 600, 90))}


def places(w: World, key: str, count: int) -> list[int | str]:
    """What is selected after each press: the number of an instance, or `p` and that of a proposal."""
    seen: list[int | str] = []
    keys = [one.key for one in w.session.proposals.offered]
    for _ in range(count):
        session = w.press(key)
        proposal = session.mode is Mode.PROPOSAL
        at = keys.index(session.proposals.selected) if proposal else session.selection
        seen.append(f"p{at}" if proposal else (-1 if at is None else at))
    return seen


@pytest.mark.parametrize("key", ["tab", "n"])
def test_proposals_come_first_and_it_goes_all_around(key: str) -> None:
    w = World(options=Options(detector="yolo"), labels=LABELS)
    w.press("i")
    assert places(w, key, 6) == ["p0", "p1", "p2", 0, 1, "p0"]


def test_backwards() -> None:
    w = World(options=Options(detector="yolo"), labels=LABELS)
    w.press("i")
    assert places(w, "N", 6) == [1, 0, "p2", "p1", "p0", 1]


def test_instances_alone() -> None:
    w = World(labels=LABELS)
    assert anything(w.session)
    assert places(w, "n", 3) == [0, 1, 0]
    assert walked(w.session, 3).selection == 1
    assert with_instance(w.session, 1).cursor == (550.5, 50.5)
    assert not anything(World().session)
