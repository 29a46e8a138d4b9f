"""Beginning where the last session stopped: class, view and cursor, and where this one is now."""

from __future__ import annotations

from dataclasses import replace

from tui.session import view as viewport
from tui.session.commands.move import moved_to
from tui.session.state import Session
from tui.types.place import Place


def begun_at(session: Session, place: Place) -> Session:
    """A first session with the class of a place; its view waits for image and canvas."""
    if place.class_name in session.classes:
        session = replace(session, current_class=session.classes.index(place.class_name))
    return replace(session, reopening=place)


def reopened(session: Session) -> Session:
    """The view and cursor of the place, once image and canvas are there, and only if it is that image."""
    place, image = session.reopening, session.image
    if place is None or image.status == "loading" or min(session.view.canvas) <= 0:
        return session
    session = replace(session, reopening=None)
    same = place.image.rpartition("/")[2] == image.name and place.image_wh == image.wh
    if image.status != "ready" or not same:
        return session
    if place.view is not None:
        view = viewport.framed(session.view, image.wh, place.view, part=1.0)
        session = replace(session, view=view)
    return moved_to(session, place.cursor)


def place_of(session: Session, image: str) -> Place | None:
    """Where the person is now, on an image of this name below the dataset; None while there is no image."""
    if session.image.status != "ready" or min(session.view.canvas) <= 0 or session.reopening is not None:
        return None
    view = session.view
    known = session.current_class < len(session.classes)
    return Place(
        image,
        session.image.wh,
        session.classes[session.current_class] if known else "",
        None if view.fitted else viewport.visible(view, session.image.wh),
        session.cursor,
    )
