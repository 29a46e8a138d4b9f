"""A session begins where the last one stopped, if that is still there."""

from __future__ import annotations

import pytest

from tui.session import events as ev
from tui.session.reopen import place_of
from tui.session.start import start
from tui.session.state import Options, Session
from tui.session.update import update
from tui.types.place import Place
from tui.types.shapes import Box

PLACE = Place("images/b.jpg", (640, 480), "dog", Box(100, 100, 260, 220), (150.5, 160.5))
LOADED = ev.Loaded(0, "b.jpg", (640, 480), (), False)
CANVAS = ev.Resized(1040, 780)


def begun(place: Place, *events: ev.Event) -> Session:
    session, _ = start(Options(), ("cat", "dog"), "anylabeling", place=place)
    for event in events:
        session, _ = update(session, event)
    return session


@pytest.mark.parametrize("order", [(LOADED, CANVAS), (CANVAS, LOADED)])
def test_class_view_and_cursor_come_back_whatever_arrives_first(order: tuple[ev.Event, ...]) -> None:
    session = begun(PLACE, *order)
    assert session.current_class == 1
    assert session.cursor == (150.5, 160.5)
    again = place_of(session, "images/b.jpg")
    assert again is not None
    assert again.view is not None
    assert again.view.xyxy == pytest.approx(PLACE.view.xyxy if PLACE.view else (), abs=1)
    assert session.reopening is None


def test_another_canvas_shows_at_least_what_was_in_sight() -> None:
    session = begun(PLACE, LOADED, ev.Resized(400, 700))
    found = place_of(session, "images/b.jpg")
    assert found is not None
    assert found.view is not None
    assert found.view.x0 <= 100
    assert found.view.x1 >= 260


@pytest.mark.parametrize(
    "loaded",
    [
        ev.Loaded(0, "other.jpg", (640, 480), (), False),
        ev.Loaded(0, "b.jpg", (320, 240), (), False),
    ],
)
def test_another_image_is_shown_whole(loaded: ev.Event) -> None:
    session = begun(PLACE, CANVAS, loaded)
    assert session.view.fitted
    assert session.reopening is None


def test_a_class_that_is_gone_begins_with_the_first() -> None:
    assert begun(Place("images/b.jpg", (640, 480), "bird")).current_class == 0


def test_a_whole_view_is_remembered_as_such_and_nothing_before_an_image_is_there() -> None:
    whole = begun(Place("images/b.jpg", (640, 480), "cat", None, (5.5, 6.5)), CANVAS, LOADED)
    found = place_of(whole, "images/b.jpg")
    assert found == Place("images/b.jpg", (640, 480), "cat", None, (5.5, 6.5))
    assert place_of(begun(PLACE, CANVAS), "images/b.jpg") is None
