"""The cursor brought to the nearest edge: of a shape, else of the photo itself."""

from __future__ import annotations

from collections.abc import Iterator
from math import dist

from tui.session.commands.command import Args, Command, Result, said
from tui.session.commands.move import moved_to, snapped
from tui.session.effects import Snap
from tui.session.events import Snapped
from tui.session.hit import nearest_edge
from tui.session.state import Mode, Session
from tui.types.shapes import Polygon, Shape

REACH_PART = 1 / 25
"""How far the cursor may jump, as a part of the canvas' longer side."""


def _shapes(session: Session) -> Iterator[Shape]:
    """Everything with an edge to meet: instances in sight, proposals, the prompt's box, the mask."""
    for number, instance in enumerate(session.image.instances):
        if number not in session.hidden:
            yield instance.shape
    yield from (proposed.shape for proposed in session.proposals.offered)
    draft = session.draft
    if draft.box is not None:
        yield draft.box
    traced = draft.traced.get(draft.selected)
    if traced is not None:
        yield from (Polygon(ring) for ring in traced.rings if len(ring) > 2)


def _snap(session: Session, _args: Args) -> Result:
    """To the nearest edge of a shape; on one already, or far from all, to the photo's strongest edge."""
    reach = max(1.0, max(session.view.canvas) * REACH_PART / session.view.scale)
    places = [nearest_edge(shape, session.cursor) for shape in _shapes(session)]
    near = min(places, key=lambda at: dist(at, session.cursor), default=None)
    wh = session.image.wh
    if near is not None and dist(near, session.cursor) <= reach and snapped(near, wh) != session.cursor:
        return moved_to(session, near), ()
    return session, (Snap(session.image.index, *session.cursor, reach),)


def snapped_to(session: Session, event: Snapped) -> Result:
    """The photo's edge, if the cursor is still where it was asked for."""
    if (event.index, event.x, event.y) != (session.image.index, *session.cursor):
        return session, ()
    if event.to is None or snapped(event.to, session.image.wh) == session.cursor:
        return said(session, "There is no stronger edge near the cursor")
    return moved_to(session, event.to), ()


COMMANDS = (
    Command(
        "cursor.snap",
        "snap",
        "Go to the nearest edge of a shape, or of the photo",
        "pointing",
        _snap,
        modes=frozenset(Mode) - {Mode.GRID, Mode.HINTS},
    ),
)
