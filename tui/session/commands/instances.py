"""Instances: keeping the mask as one, selecting, deleting, undo."""

from __future__ import annotations

from dataclasses import replace

from tui.session.commands.classes import class_wanted, with_class
from tui.session.commands.command import NAVIGATE, Args, Command, Result, class_text, said
from tui.session.commands.move import moved_to
from tui.session.draft import cleared
from tui.session.edit import autosaved, edited, redone, undone
from tui.session.effects import Notify
from tui.session.hit import instance_at
from tui.session.keymap import key_for
from tui.session.state import Session
from tui.types.instance import Instance
from tui.types.shapes import Box, Shape, bounds
from tui.types.text import printable

REACH_PART = 1 / 40
"""How far from an instance's edge the cursor may be to mean it, as a part of the canvas' longer side."""


def kept(session: Session, shape: Shape, notes: tuple[str, ...] = ()) -> Result:
    """The shape as a new instance of the current class, the draft cleared, and what could not be expressed.

    The new instance is not selected: a digit typed next chooses the class of the next object and must not
    change this one.
    """
    if _degenerate(shape):
        reason = "This shape has no area, a trainer would reject it: change the prompt, or draw a larger box"
        return said(session, reason, "warning")
    instance = Instance(session.current_class, shape)
    session, effects = autosaved(edited(cleared(session), (*session.image.instances, instance)))
    if notes:
        text = f"Kept as {class_text(session, instance.class_id)}: {'; '.join(map(printable, notes))}"
        return session, (*effects, Notify(text))
    return session, effects


def _degenerate(shape: Shape) -> bool:
    if not isinstance(shape, Box) and len(set(shape.points)) < 3:
        return True
    return bounds(shape).area <= 0


def _confirm(session: Session, args: Args) -> Result:
    traced = session.draft.traced.get(session.draft.selected)
    if traced is None:
        reason = (
            "The mask is empty, there is nothing to keep: add a point on the object, "
            f"or drop the prompt with {key_for(session, 'prompt.clear')}"
        )
        return said(session, reason, "warning")
    session, answered = with_class(session, args.argument)
    if not answered:
        return class_wanted(session, "instance.confirm")
    return kept(session, traced.shape, traced.notes)


def _confirm_reason(session: Session) -> str | None:
    draft = session.draft
    if draft.waiting or draft.candidates:
        return None
    if draft.error:
        return f"There is no mask to keep: {printable(draft.error)}"
    return f"There is no mask to keep: {key_for(session, 'point.positive')} puts a point on an object"


def _select(session: Session, index: int) -> Session:
    """The instance selected, and the cursor on it so that the view shows it."""
    session = replace(session, selection=index)
    return moved_to(session, bounds(session.image.instances[index].shape).center)


def _next(session: Session, args: Args) -> Result:
    start = -1 if session.selection is None else session.selection
    return _select(session, (start + args.times) % len(session.image.instances)), ()


def _previous(session: Session, args: Args) -> Result:
    start = 0 if session.selection is None else session.selection
    return _select(session, (start - args.times) % len(session.image.instances)), ()


def _no_instance(session: Session) -> str | None:
    return None if session.image.instances else "There is no instance in this image yet"


def _under_cursor(session: Session) -> int | None:
    reach = max(session.view.canvas) * REACH_PART / session.view.scale
    return instance_at(session.image.instances, session.cursor, reach=reach)


def _at_cursor(session: Session, _args: Args) -> Result:
    index = _under_cursor(session)
    if index is None:
        how = key_for(session, "instance.next")
        return said(
            session, f"There is no instance at the cursor: move onto one, or go through them with {how}"
        )
    return replace(session, selection=index), ()


def _delete(session: Session, _args: Args) -> Result:
    if session.selection is None:
        return session, ()
    instances = session.image.instances
    gone = instances[session.selection]
    rest = (*instances[: session.selection], *instances[session.selection + 1 :])
    session, effects = autosaved(edited(session, rest))
    text = f"Deleted one {class_text(session, gone.class_id)}: {key_for(session, 'edit.undo')} brings it back"
    return session, (*effects, Notify(text))


def _no_selection(session: Session) -> str | None:
    if session.selection is None:
        return (
            f"No instance is selected: {key_for(session, 'instance.at_cursor')} takes the one at the cursor, "
            f"{key_for(session, 'instance.next')} the next"
        )
    return None


def _undo(session: Session, args: Args) -> Result:
    for _ in range(min(args.times, len(session.image.history.past))):
        session = undone(session)
    return autosaved(session)


def _redo(session: Session, args: Args) -> Result:
    for _ in range(min(args.times, len(session.image.history.future))):
        session = redone(session)
    return autosaved(session)


def _no_past(session: Session) -> str | None:
    return None if session.image.history.past else "There is nothing to undo in this image"


def _no_future(session: Session) -> str | None:
    return None if session.image.history.future else "There is nothing to redo in this image"


COMMANDS = (
    Command(
        "instance.confirm",
        "keep",
        "Keep the mask as an instance of the current class",
        "instances",
        _confirm,
        unavailable=_confirm_reason,
        argument="class number, from 0",
        edits=True,
        needs="shape",
    ),
    Command(
        "instance.at_cursor",
        "select",
        "Select the instance at the cursor",
        "instances",
        _at_cursor,
        unavailable=_no_instance,
        modes=NAVIGATE,
    ),
    Command(
        "instance.next",
        "next object",
        "Select the next instance",
        "instances",
        _next,
        unavailable=_no_instance,
        modes=NAVIGATE,
        counts=True,
    ),
    Command(
        "instance.previous",
        "previous object",
        "Select the previous instance",
        "instances",
        _previous,
        unavailable=_no_instance,
        modes=NAVIGATE,
        counts=True,
    ),
    Command(
        "instance.delete",
        "delete",
        "Delete the selected instance",
        "instances",
        _delete,
        unavailable=_no_selection,
        modes=NAVIGATE,
        edits=True,
    ),
    Command(
        "edit.undo",
        "undo",
        "Undo the last change of this image",
        "instances",
        _undo,
        unavailable=_no_past,
        modes=NAVIGATE,
        counts=True,
        edits=True,
    ),
    Command(
        "edit.redo",
        "redo",
        "Redo the change undone last",
        "instances",
        _redo,
        unavailable=_no_future,
        modes=NAVIGATE,
        counts=True,
        edits=True,
    ),
)
