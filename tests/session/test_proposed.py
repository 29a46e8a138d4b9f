"""Answers of the pipelines, in time and out of time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from session.world import World
from tui.session.effects import Encode, EncodeRegion, Load, Suggest
from tui.session.events import ModelReady, ProposalsEnded, ProposalsFound, RegionEncoded, Suggested
from tui.session.help import hints
from tui.session.proposals import Proposed
from tui.session.state import Mode, Options
from tui.types.shapes import Box

MODELS = Options(detector="yolo")
SEES = (Box(400, 50, 460, 110), Box(200, 340, 260, 400))


def test_stale_answers_change_nothing() -> None:
    w = World(options=MODELS)
    w.press("i")
    before = repr(w.session)
    ticket = w.session.proposals.ticket
    for stale in (ticket - 1, ticket, ticket + 1):
        w.give(ProposalsFound(stale, (w.proposed(Box(1, 1, 9, 9)),)))
        w.give(ProposalsEnded(stale, "too late"))
    w.give(Suggested(-1, (w.ready(SEES[0]),)))
    w.give(RegionEncoded(5, SEES[0]))
    assert repr(w.session) == before


def test_progress_is_kept_while_it_runs() -> None:
    w = World(options=MODELS, patient=True)
    w.settle()
    ticket = w.press("E").proposals.ticket
    w.give(ProposalsFound(ticket, (), done=3, total=32))
    run = w.session.proposals.run
    assert run is not None
    assert (run.done, run.total, run.found) == (3, 32, 0)


def test_what_hints_stand_on_is_looked_for_when_the_image_is_encoded() -> None:
    w = World(sees=SEES)
    assert len(w.asked(Suggest)) == 1
    assert len(w.session.proposals.ready) == 2
    w.press("d")
    assert len(w.asked(Suggest)) == 2


def test_it_is_not_looked_for_where_nobody_wants_it() -> None:
    assert not World(options=Options(look_ahead=False)).asked(Suggest)
    assert not World(options=Options(read_only="a museum")).asked(Suggest)


def test_a_hint_on_what_was_found_ahead_is_a_mask_to_name() -> None:
    w = World(sees=SEES)
    w.press("f j")
    assert w.session.mode is Mode.POINTS
    assert len(w.session.draft.candidates) == 3
    assert not w.session.draft.waiting
    w.press("2")
    assert [(i.class_id, i.shape) for i in w.session.image.instances] == [(1, SEES[1])]
    assert w.session.mode is Mode.NAVIGATE


def test_it_is_kept_as_the_current_class_too_and_dropped_by_escape() -> None:
    w = World(sees=SEES)
    w.press("f f f")
    assert [i.class_id for i in w.session.image.instances] == [0]
    w.press("f f escape")
    assert w.session.draft.empty
    assert len(w.session.image.instances) == 1


def test_another_candidate_is_traced_before_it_is_kept() -> None:
    w = World(sees=SEES)
    w.press("f f tab 3")
    assert len(w.session.image.instances) == 1
    assert w.session.image.instances[0].shape != SEES[0]


def test_after_a_point_a_digit_only_chooses_the_class() -> None:
    w = World(sees=SEES)
    w.press("f f q 2")
    assert not w.session.image.instances
    assert w.session.current_class == 1
    assert w.session.draft.previous is not None


def test_what_is_labelled_or_offered_gets_no_second_letter() -> None:
    w = World(options=MODELS, sees=SEES, finds=(SEES[1],))
    w.press("f f 1 f")
    assert [target.kind for target in w.session.hints.targets] == ["ready", "instance"]
    w.press("escape i f")
    assert [target.kind for target in w.session.hints.targets] == ["proposal", "instance"]
    w.press(w.session.hints.labels[0])
    assert w.session.mode is Mode.PROPOSAL


def test_a_find_without_a_mask_becomes_the_proposal_in_front() -> None:
    w = World(options=MODELS)
    w.give(Suggested(w.session.proposals.ready_ticket, (replace(w.ready(SEES[0]), point=None, class_id=2),)))
    w.press("f f")
    assert w.session.mode is Mode.PROPOSAL
    w.press("enter")
    assert [(i.class_id, i.shape) for i in w.session.image.instances] == [(2, SEES[0])]


def suggest(w: World, *found: Proposed, **progress: Any) -> None:
    w.give(Suggested(w.session.proposals.ready_ticket, found, **progress))


def test_a_find_that_has_gone_has_no_letter_any_more() -> None:
    w = World(sees=SEES)
    w.press("f")
    suggest(w)
    w.press("f")
    assert "No hint begins" in w.said()


def test_letters_stay_with_their_objects_while_more_come_and_when_the_hints_open_again() -> None:
    w = World()
    first, second, third = (w.ready(box) for box in (*SEES, Box(10, 10, 40, 40)))
    suggest(w, second, done=1, total=8, ended=False)
    w.press("f")
    assert w.session.hints.labels == ("f",)
    suggest(w, first, second, done=2, total=8, ended=False)
    assert w.session.hints.given == {("ready", second.key): "f", ("ready", first.key): "j"}
    w.press("escape")
    suggest(w, third, first, second)
    w.press("f")
    assert w.session.hints.labels == ("d", "j", "f")


def test_how_far_the_search_is_is_known_until_it_ends() -> None:
    w = World(patient=True)
    assert w.session.proposals.sought is None
    w.answer(Load)
    w.answer(Encode)
    assert w.session.proposals.sought == (0, 0)
    assert "still looking" in next(hint.reason for hint in hints(w.session) if hint.label == "hints")
    suggest(w, w.ready(SEES[0]), done=3, total=8, ended=False)
    assert w.session.proposals.sought == (3, 8)
    assert all(hint.available for hint in hints(w.session) if hint.label == "hints")
    suggest(w)
    assert w.session.proposals.sought is None
    assert "nothing in sight" in next(hint.reason for hint in hints(w.session) if hint.label == "hints")


def test_a_region_that_is_encoded_drops_the_mask_of_the_whole() -> None:
    w = World()
    w.press("q")
    w.give(RegionEncoded(0, Box(0, 0, 100, 100)))
    assert w.session.draft.empty
    assert w.press("d").image.region is None


def test_what_a_model_cannot_do_is_known_when_it_is_loaded() -> None:
    w = World()
    w.give(ModelReady(frozenset({"boxes"}), 4))
    w.press("r")
    assert "cannot take a box" in w.said()
    assert w.session.options.max_points == 4


def test_a_run_that_is_stopped_says_what_it_had_found() -> None:
    w = World(options=MODELS, patient=True)
    w.settle()
    ticket = w.press("E").proposals.ticket
    w.press("escape")
    assert w.said() == "Stopped: nothing was found so far"
    ticket = w.press("E").proposals.ticket
    w.give(ProposalsFound(ticket, (w.proposed(SEES[0]),)))
    w.press("Y escape")
    assert w.said() == "Stopped: 1 found, none of them is open any more"


def test_keys_that_wait_for_a_mask_are_dropped_with_it_when_a_region_is_encoded() -> None:
    w = World(sizes=((4000, 3000),))
    w.press("z z")
    w.patient = True
    w.press("` q tab f")
    assert len(w.session.held) == 2
    w.waiting = [effect for effect in w.waiting if isinstance(effect, EncodeRegion)]
    w.settle()
    assert w.session.draft.empty
    assert not w.session.held
    assert "2 waiting keys were dropped" in w.said()
