"""Instances: keeping the mask as one, selecting, deleting, undo."""

from __future__ import annotations

from dataclasses import replace

from tui.session.commands.classes import class_wanted, with_class
from tui.session.commands.command import NAVIGATE, Args, Command, Result, class_text, said
from tui.session.commands.repeats import doubted
from tui.session.draft import cleared
from tui.session.edit import autosaved, edited, redone
from tui.session.editing import still_editing
from tui.session.effects import Notify
from tui.session.handles import degenerate
from tui.session.keymap import key_for
from tui.session.marks import carried, targets
from tui.session.proposing import can_take_back, deselected, taken_back, without_repeats
from tui.session.state import Mode, Session
from tui.session.walk import anything, at_cursor, no_instance, walked
from tui.types.instance import Instance
from tui.types.shapes import Shape
from tui.types.text import printable


def kept(session: Session, shape: Shape, notes: tuple[str, ...] = ()) -> Result:
    """The shape as a new instance of the current class, the draft cleared, and what could not be expressed.

    A shape that repeats an instance is kept at the second time only. The new instance is not selected: a
    digit typed next chooses the class of the next object and must not change this one.
    """
    if degenerate(shape):
        reason = "This shape has no area, a trainer would reject it: change the prompt, or draw a larger box"
        return said(session, reason, "warning")
    if doubt := doubted(session, shape):
        return doubt
    instances, index = session.image.instances, session.draft.replaces
    instance = Instance(session.current_class, shape)
    if index is not None and index < len(instances):
        after = (*instances[:index], instance, *instances[index + 1 :])
        session = edited(cleared(session), after, selection=index)
    else:
        session = edited(cleared(session), (*instances, instance))
    session, effects = autosaved(without_repeats(session))
    if notes:
        text = f"Kept as {class_text(session, instance.class_id)}: {'; '.join(map(printable, notes))}"
        return session, (*effects, Notify(text))
    return session, effects


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


def _next(session: Session, args: Args) -> Result:
    return walked(session, args.times), ()


def _previous(session: Session, args: Args) -> Result:
    return walked(session, -args.times), ()


def _nothing_to_select(session: Session) -> str | None:
    return None if anything(session) else "There is no instance in this image yet"


def _at_cursor(session: Session, _args: Args) -> Result:
    index = at_cursor(session)
    if index is None:
        how = key_for(session, "instance.next")
        return said(
            session, f"There is no instance at the cursor: move onto one, or go through them with {how}"
        )
    return replace(deselected(session), selection=index), ()


def _delete(session: Session, _args: Args) -> Result:
    """The selected instance, or all that are marked."""
    gone = targets(session)
    if not gone:
        return session, ()
    instances = session.image.instances
    what = f"one {class_text(session, instances[gone[0]].class_id)}" if len(gone) == 1 else f"{len(gone)}"
    rest = tuple(instance for index, instance in enumerate(instances) if index not in gone)
    session, effects = autosaved(edited(session, rest))
    text = f"Deleted {what}: {key_for(session, 'edit.undo')} brings {_it(len(gone))} back"
    return session, (*effects, Notify(text))


def _it(count: int) -> str:
    return "it" if count == 1 else "them"


def _no_selection(session: Session) -> str | None:
    if not targets(session):
        return (
            f"No instance is selected: {key_for(session, 'instance.at_cursor')} takes the one at the cursor, "
            f"{key_for(session, 'instance.next')} the next"
        )
    return None


def _undo(session: Session, args: Args) -> Result:
    before = session.image.history.past
    for _ in range(args.times):
        if _no_past(session):
            break
        session = _editing_on(session, taken_back(session))
    return autosaved(session) if session.image.history.past != before else (session, ())


def _redo(session: Session, args: Args) -> Result:
    for _ in range(min(args.times, len(session.image.history.future))):
        session = _editing_on(session, redone(session))
    return autosaved(without_repeats(session))


def _editing_on(before: Session, after: Session) -> Session:
    """Still editing what was edited before one step of undo or redo, wherever it stands now."""
    old, new = before.image.instances, after.image.instances
    now = frozenset[int]() if before.selection is None else carried(frozenset((before.selection,)), old, new)
    return still_editing(after, next(iter(now), None))


def _no_past(session: Session) -> str | None:
    if session.image.history.past or can_take_back(session):
        return None
    return "There is nothing to undo in this image"


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
        modes=NAVIGATE | {Mode.POINTS},
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
        unavailable=no_instance,
        modes=NAVIGATE,
    ),
    Command(
        "instance.next",
        "next object",
        "Select the next proposal or instance",
        "instances",
        _next,
        unavailable=_nothing_to_select,
        modes=NAVIGATE,
        counts=True,
    ),
    Command(
        "instance.previous",
        "previous object",
        "Select the previous proposal or instance",
        "instances",
        _previous,
        unavailable=_nothing_to_select,
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
        modes=NAVIGATE | {Mode.EDIT},
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
        modes=NAVIGATE | {Mode.EDIT},
        counts=True,
        edits=True,
    ),
)
