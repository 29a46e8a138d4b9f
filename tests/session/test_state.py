from __future__ import annotations

from dataclasses import replace

from session.world import boxes
from tui.session.state import Draft, ImageState, Session
from tui.types.prompt import Point
from tui.types.shapes import Box


def test_a_draft_is_empty_without_prompt_and_corner() -> None:
    assert Draft().empty
    assert not Draft(points=(Point(1, 1),)).empty
    assert not Draft(box=Box(0, 0, 1, 1)).empty
    assert not Draft(corner=(1.0, 1.0)).empty


def test_a_draft_waits_for_its_newest_ticket() -> None:
    assert Draft(ticket=3, answered=2).waiting
    assert not Draft(ticket=3, answered=3).waiting


def test_dirty_is_a_difference_from_the_label_file() -> None:
    held = boxes((0, 0, 2, 2))
    session = Session(image=ImageState(0, status="ready", instances=held, saved=held))
    assert not session.dirty
    assert replace(session, image=replace(session.image, instances=())).dirty


def test_an_image_that_is_still_read_differs_from_nothing() -> None:
    assert not Session(image=ImageState(0, saved=boxes((0, 0, 2, 2)))).dirty


def test_no_candidate_is_selected_where_there_is_none() -> None:
    assert Session().selected_candidate is None
