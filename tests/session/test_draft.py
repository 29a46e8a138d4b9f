from __future__ import annotations

from dataclasses import replace

from session.world import World
from tui.session.draft import cleared, fed_back, prompted, spanned, with_draft
from tui.session.effects import Decode, Encode
from tui.session.state import Draft, Mode, Session
from tui.types.prompt import Point
from tui.types.shapes import Box

POINT = Point(3.5, 4.5)


def test_the_mode_follows_from_the_draft() -> None:
    session = replace(Session(), selection=None)
    assert with_draft(session, Draft()).mode is Mode.NAVIGATE
    assert with_draft(session, Draft(points=(POINT,))).mode is Mode.POINTS
    assert with_draft(session, Draft(box=Box(0, 0, 1, 1))).mode is Mode.POINTS
    assert with_draft(session, Draft(points=(POINT,), corner=(1, 1))).mode is Mode.BOX


def test_a_draft_and_a_selection_exclude_each_other() -> None:
    session = replace(Session(), selection=3)
    assert with_draft(session, Draft()).selection == 3
    assert with_draft(session, Draft(points=(POINT,))).selection is None


def test_every_prompt_has_a_new_ticket_and_its_decode_carries_it() -> None:
    session, effects = prompted(Session(), Draft(points=(POINT,)))
    (decode,) = effects
    assert isinstance(decode, Decode)
    assert (decode.ticket, session.draft.ticket, session.draft.answered) == (1, 1, 0)
    assert decode.prompt.points == (POINT,)
    session, (decode, *_) = prompted(cleared(session), Draft(points=(POINT,)))
    assert isinstance(decode, Decode)
    assert decode.ticket == 3


def test_a_cleared_draft_waits_for_nothing() -> None:
    session, _ = prompted(Session(), Draft(points=(POINT,)))
    assert session.draft.waiting
    assert not cleared(session).draft.waiting


def test_an_image_without_embedding_is_encoded_first() -> None:
    session = Session()
    session = replace(session, image=replace(session.image, encode_error="no memory"))
    session, effects = prompted(session, Draft(points=(POINT,)))
    assert [type(e) for e in effects] == [Encode, Decode]
    assert session.image.encode_error == ""


def test_nothing_is_fed_back_before_there_is_a_mask() -> None:
    assert fed_back(Session()) is None


def test_the_chosen_candidate_is_fed_back_itself() -> None:
    session = World().press("q tab")
    chosen = session.selected_candidate
    assert chosen is not None
    assert fed_back(session) is chosen.mask


def test_a_box_covers_the_pixels_of_both_corners() -> None:
    assert spanned((3.5, 9.5), (3.5, 9.5)) == Box(3, 9, 4, 10)
    assert spanned((9.5, 2.5), (3.5, 4.5)) == spanned((3.5, 4.5), (9.5, 2.5)) == Box(3, 2, 10, 5)
