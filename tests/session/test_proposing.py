"""What of a decision the rest of the session sees."""

from __future__ import annotations

from dataclasses import replace

import pytest

from session.invariants import check
from session.world import World, boxes
from tui.session.effects import Cancel, Save
from tui.session.events import ProposalsFound
from tui.session.proposing import accepted
from tui.session.state import Mode, Options
from tui.types.shapes import Box

MODELS = Options(detector="yolo")


def test_accepting_saves_and_rejecting_does_not() -> None:
    w = World(options=MODELS)
    w.press("i")
    w.forget().press("y x")
    assert not w.asked(Save)
    w.press("y")
    assert len(w.asked(Save)) == 1
    w.forget().press("u u")
    assert len(w.asked(Save)) == 1


def test_notes_of_a_shape_are_said_when_it_is_accepted() -> None:
    w = World(options=MODELS)
    w.press("i y")
    noted = replace(w.session.proposals.offered[0], notes=("2 holes are bridged",))
    session, effects = accepted(w.session, (noted,), 0)
    assert "Accepted as cat: 2 holes are bridged" in repr(effects)
    assert session.image.instances


def test_leaving_with_open_proposals_is_fine_and_says_where_they_are() -> None:
    w = World(options=MODELS)
    w.press("i d")
    assert w.session.image.index == 1
    assert "3 proposals stay open at img_0.jpg" in " ".join(str(n) for n in w.effects)
    assert not w.session.proposals.offered
    w.press("a")
    assert len(w.session.proposals.offered) == 3
    w.press("Y")
    assert len(w.labels[0]) == 3


def test_leaving_stops_the_run() -> None:
    w = World(options=MODELS, patient=True)
    w.settle()
    ticket = w.press("i").proposals.ticket
    w.press("d")
    assert Cancel() in w.effects
    w.give(ProposalsFound(ticket, (w.proposed(Box(1, 1, 50, 50)),)))
    assert not w.settle().proposals.offered


def test_the_proposal_in_front_that_goes_leaves_the_mode() -> None:
    w = World(options=MODELS, patient=True)
    w.settle()
    ticket = w.press("E").proposals.ticket
    early = w.proposed(Box(1, 1, 50, 50), "everything", None)
    w.give(ProposalsFound(ticket, (early,), done=1, total=2))
    assert w.press("y").mode is Mode.PROPOSAL
    better = w.proposed(Box(1, 1, 55, 55), "everything", None)
    w.give(ProposalsFound(ticket, (better,), frozenset({early.key}), 2, 2))
    assert w.session.mode is Mode.NAVIGATE
    assert [one.key for one in w.session.proposals.offered] == [better.key]


def test_selecting_an_instance_leaves_the_mode() -> None:
    w = World(options=MODELS, labels={0: boxes((400, 300, 500, 400))})
    w.press("i y")
    assert w.press("escape").mode is Mode.NAVIGATE
    w.press("y shift+tab")
    assert (w.session.mode, w.session.selection) == (Mode.NAVIGATE, 0)


@pytest.mark.parametrize("over", ["space", "f"])
def test_a_proposal_that_goes_under_a_grid_or_hints_is_not_in_front_after_them(over: str) -> None:
    w = World(options=Options(detector="yolo"), labels={0: boxes((500, 300, 560, 380))})
    w.patient = True
    w.press("i")
    w.give(ProposalsFound(1, (w.proposed(Box(10, 10, 60, 60)), w.proposed(Box(100, 10, 160, 60)))))
    w.press("n")
    assert w.session.mode is Mode.PROPOSAL
    w.press(over)
    w.give(ProposalsFound(1, (), frozenset({w.session.proposals.selected})))
    w.press("escape")
    check(w.session)
    assert w.session.mode is Mode.NAVIGATE
    w.press("n")
    assert w.session.mode is Mode.PROPOSAL


def test_selecting_or_pasting_an_instance_takes_the_keys_from_the_proposal() -> None:
    w = World(options=Options(detector="yolo"), labels={0: boxes((500, 300, 560, 380))})
    w.press("n ctrl+k escape i n")
    assert w.session.mode is Mode.PROPOSAL
    w.at(510, 310).invoke("instance.at_cursor")
    check(w.session)
    assert (w.session.mode, w.session.selection) == (Mode.NAVIGATE, 0)
    w.press("x n ctrl+v")
    check(w.session)
    assert (w.session.mode, w.session.selection) == (Mode.NAVIGATE, 0)
