"""Boxes from two corners: as a prompt for the segmenter, or as the instance itself."""

from __future__ import annotations

from dataclasses import replace

from tui.session.commands.classes import class_wanted, with_class
from tui.session.commands.command import Args, Command, Result, edit_reason, said
from tui.session.commands.instances import kept
from tui.session.commands.points import segmenter_name
from tui.session.draft import prompted, spanned, with_draft
from tui.session.keymap import key_for
from tui.session.state import Draft, Mode, Session
from tui.types.shapes import Box, Polygon, Shape

_DRAWING = frozenset({Mode.NAVIGATE, Mode.POINTS, Mode.BOX})


def open_corner(session: Session, *, manual: bool) -> Session:
    """The session with the first corner of a box at the cursor."""
    return with_draft(session, replace(session.draft, corner=session.cursor, manual=manual))


def _corner(session: Session, _args: Args) -> Result:
    if session.draft.corner is None:
        return open_corner(session, manual=False), ()
    return close_prompt(session)


def close_prompt(session: Session) -> Result:
    """The box from the open corner to the cursor as the prompt's box; a box already there is replaced."""
    draft = session.draft
    if draft.corner is None or session.cursor == draft.corner:
        return said(session, _no_size(session), "warning")
    box_at = draft.box_at if draft.box is not None else len(draft.points)
    box = spanned(draft.corner, session.cursor)
    return prompted(session, replace(draft, corner=None, manual=False, box=box, box_at=box_at, previous=None))


def _no_size(session: Session) -> str:
    return (
        "Both corners lie on the same pixel: move to the opposite corner first, "
        f"or drop the box with {key_for(session, 'app.escape')}"
    )


def _corner_reason(session: Session) -> str | None:
    most, points = session.options.max_points, len(session.draft.points)
    if "boxes" in session.options.segmenter_limits:
        how = key_for(session, "box.manual")
        return f"{segmenter_name(session)} cannot take a box: {how} draws one without it"
    if most is not None and points + 2 > most:
        back = key_for(session, "point.remove")
        what = f"{most} points, and the two corners of a box count"
        return f"{segmenter_name(session)} takes at most {what}: {back} takes one back"
    return None


def _manual(session: Session, args: Args) -> Result:
    corner = session.draft.corner
    if corner is None:
        return open_corner(session, manual=True), ()
    if session.cursor == corner:
        return said(session, _no_size(session), "warning")
    session, answered = with_class(session, args.argument)
    if not answered:
        return class_wanted(session, "box.manual")
    return kept(session, box_shape(spanned(corner, session.cursor), session))


def box_shape(box: Box, session: Session) -> Shape:
    """A box as the dataset's task writes it: itself, or the polygon of its corners."""
    if session.options.task == "detect":
        return box
    return Polygon(((box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1)))


def _manual_reason(session: Session) -> str | None:
    if session.draft.points or session.draft.box is not None:
        return (
            f"A mask is being made: {key_for(session, 'instance.confirm')} keeps it, "
            f"{key_for(session, 'prompt.clear')} drops it; then draw the box"
        )
    return None


def _keep(session: Session, args: Args) -> Result:
    """The box as it was drawn, whatever mask the segmenter made of it."""
    box = session.draft.box
    if box is None:
        return session, ()
    session, answered = with_class(session, args.argument)
    if not answered:
        return class_wanted(session, "box.keep")
    return kept(session, box_shape(box, session))


def _no_box(session: Session) -> str | None:
    if session.draft.box is None:
        return f"The prompt has no box: {key_for(session, 'box.corner')} sets the corners of one"
    return None


def _close(session: Session, args: Args) -> Result:
    if not session.draft.manual:
        return close_prompt(session)
    if reason := edit_reason(session):
        return said(session, reason, "warning")
    return _manual(session, args)


def without_corner(draft: Draft) -> Draft:
    """The draft with its open corner dropped and its prompt kept."""
    return replace(draft, corner=None, manual=False)


COMMANDS = (
    Command(
        "box.corner",
        "box",
        "Set a corner of a box prompt at the cursor",
        "prompt",
        _corner,
        unavailable=_corner_reason,
        modes=_DRAWING,
    ),
    Command(
        "box.manual",
        "plain box",
        "Set a corner of a box that needs no segmenter",
        "prompt",
        _manual,
        unavailable=_manual_reason,
        modes=_DRAWING,
        argument="class number, from 0",
        edits=True,
    ),
    Command(
        "box.close",
        "close",
        "Set the other corner of the open box",
        "prompt",
        _close,
        modes=frozenset({Mode.BOX}),
        argument="class number, from 0",
    ),
    Command(
        "box.keep",
        "keep drawn box",
        "Keep the box as it was drawn, without the mask",
        "prompt",
        _keep,
        unavailable=_no_box,
        modes=frozenset({Mode.POINTS}),
        argument="class number, from 0",
        edits=True,
    ),
)
