"""A polygon drawn by its vertices, without the segmenter."""

from __future__ import annotations

from dataclasses import replace

from tui.session.commands.classes import class_wanted, with_class
from tui.session.commands.command import NAVIGATE, Args, Command, Result, said
from tui.session.commands.instances import kept
from tui.session.commands.repeats import doubted
from tui.session.handles import degenerate
from tui.session.keymap import key_for
from tui.session.state import Mode, Session
from tui.types.shapes import Polygon

DRAW = frozenset({Mode.DRAW})


def vertex(session: Session, _args: Args) -> Result:
    """A vertex at the cursor; the first one begins a polygon."""
    if session.drawn and session.drawn[-1] == session.cursor:
        return said(session, "The last vertex is here already: move on first", "warning")
    return replace(session, drawn=(*session.drawn, session.cursor), mode=Mode.DRAW, selection=None), ()


def _boxes_only(session: Session) -> str | None:
    if session.options.task == "detect":
        return f"This dataset holds boxes: {key_for(session, 'box.manual')} draws one"
    return None


def _back(session: Session, args: Args) -> Result:
    drawn = session.drawn[: -args.times or None]
    return (replace(session, drawn=drawn), ()) if drawn else dropped(session)


def dropped(session: Session) -> Result:
    """The session without the polygon being drawn."""
    return replace(session, drawn=(), mode=Mode.NAVIGATE), ()


def _drop(session: Session, _args: Args) -> Result:
    return dropped(session)


def _close(session: Session, args: Args) -> Result:
    shape = Polygon(session.drawn)
    if degenerate(shape):
        how = key_for(session, "polygon.vertex")
        return said(session, f"Three vertices and some area make a polygon: {how} adds a vertex", "warning")
    session, answered = with_class(session, args.argument)
    if not answered:
        return class_wanted(session, "polygon.close")
    if doubt := doubted(session, shape):
        return doubt
    session, _ = dropped(session)
    return kept(session, shape)


COMMANDS = (
    Command(
        "polygon.start",
        "polygon",
        "Begin a polygon at the cursor, vertex by vertex",
        "editing",
        vertex,
        unavailable=_boxes_only,
        modes=NAVIGATE,
        edits=True,
    ),
    Command(
        "polygon.vertex",
        "vertex",
        "Put the polygon's next vertex at the cursor",
        "editing",
        vertex,
        modes=DRAW,
    ),
    Command(
        "polygon.back",
        "take back",
        "Take back the polygon's last vertex",
        "editing",
        _back,
        modes=DRAW,
        counts=True,
    ),
    Command(
        "polygon.close",
        "close",
        "Close the polygon and keep it",
        "editing",
        _close,
        modes=DRAW,
        argument="class number, from 0",
        edits=True,
    ),
    Command("polygon.drop", "drop", "Drop the polygon being drawn", "editing", _drop, modes=DRAW),
)
