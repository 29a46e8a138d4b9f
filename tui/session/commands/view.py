"""Zooming and scrolling."""

from __future__ import annotations

from dataclasses import replace

from tui.session import view as viewport
from tui.session.commands.command import Args, Command, Result
from tui.session.keymap import key_for
from tui.session.state import Session, Viewport
from tui.types.shapes import Box, bounds

PAN_PART = 0.25
"""How much of the canvas one scroll key moves."""


def _shown(session: Session, view: Viewport) -> Result:
    return replace(session, view=view), ()


def _in(session: Session, args: Args) -> Result:
    return _shown(session, viewport.zoomed(session.view, session.image.wh, args.times, session.cursor))


def _out(session: Session, args: Args) -> Result:
    return _shown(session, viewport.zoomed(session.view, session.image.wh, -args.times, session.cursor))


def _fit(session: Session, _args: Args) -> Result:
    return _shown(session, viewport.fit(session.image.wh, session.view.canvas))


def _all_in_view(session: Session) -> str | None:
    view, wh = session.view, session.image.wh
    if session.image.status != "ready" or view != viewport.fit(wh, view.canvas):
        return None
    return f"All of the image is in view: {key_for(session, 'view.in')} zooms in"


def _largest(session: Session) -> str | None:
    seen = session.view
    if seen == viewport.zoomed(seen, session.image.wh, 1, session.cursor):
        return "It cannot be shown larger" if session.image.status == "ready" else None
    return None


def _smallest(session: Session) -> str | None:
    seen = session.view
    if seen == viewport.zoomed(seen, session.image.wh, -1, session.cursor):
        return "It cannot be shown smaller" if session.image.status == "ready" else None
    return None


def _actual(session: Session, _args: Args) -> Result:
    return _shown(session, viewport.scaled(session.view, session.image.wh, 1.0, session.cursor))


def _centre(session: Session, _args: Args) -> Result:
    return _shown(session, viewport.centred(session.view, session.image.wh, session.cursor))


def _object_box(session: Session) -> Box | None:
    traced = session.draft.traced.get(session.draft.selected)
    if traced is not None:
        return traced.box
    if session.draft.box is not None:
        return session.draft.box
    if session.selection is not None:
        return bounds(session.image.instances[session.selection].shape)
    return None


def _object(session: Session, _args: Args) -> Result:
    box = _object_box(session)
    if box is None:
        return session, ()
    return _shown(session, viewport.framed(session.view, session.image.wh, box))


def _object_reason(session: Session) -> str | None:
    if _object_box(session) is None:
        return "There is no mask and no selected instance to zoom to"
    return None


def _panner(name: str, where: str, dx: int, dy: int) -> Command:
    def run(session: Session, args: Args) -> Result:
        part = PAN_PART * args.times
        return _shown(session, viewport.panned(session.view, session.image.wh, dx * part, dy * part))

    doc = f"Scroll the view {where}"
    return Command(name, f"scroll {where}", doc, "view", run, unavailable=_all_in_view, counts=True)


COMMANDS = (
    Command("view.in", "zoom in", "Zoom in at the cursor", "view", _in, unavailable=_largest, counts=True),
    Command(
        "view.out", "zoom out", "Zoom out at the cursor", "view", _out, unavailable=_smallest, counts=True
    ),
    Command("view.fit", "fit", "Show the whole image", "view", _fit, unavailable=_all_in_view),
    Command("view.actual", "100 %", "Show one image pixel per screen pixel", "view", _actual),
    Command("view.centre", "centre", "Scroll so that the cursor is in the middle", "view", _centre),
    Command(
        "view.object",
        "zoom to",
        "Zoom to the mask or selected instance",
        "view",
        _object,
        unavailable=_object_reason,
    ),
    _panner("view.left", "left", -1, 0),
    _panner("view.down", "down", 0, 1),
    _panner("view.up", "up", 0, -1),
    _panner("view.right", "right", 1, 0),
)
