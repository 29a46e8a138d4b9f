"""Instances changed by work on their pixels: asked for, waited for, taken over as one undoable change.

Keys typed meanwhile are held, so only another program can have changed the instance that an answer is for.
"""

from __future__ import annotations

from dataclasses import replace

from tui.session.commands.command import Result, said
from tui.session.dispatch import replayed
from tui.session.draft import cleared
from tui.session.edit import autosaved, edited
from tui.session.editing import still_editing
from tui.session.effects import Effect, Notify
from tui.session.events import Reshaped, ReshapeFailed
from tui.session.keymap import key_for
from tui.session.state import Session
from tui.types.text import printable


def reshaped(session: Session, event: Reshaped) -> Result:
    """The instance's new shape, or several instances in its place; a prompt that was used up is dropped."""
    pending = session.reshaping
    if pending is None or event.ticket != pending.ticket:
        return session, ()
    instances, target = session.image.instances, pending.target
    if target >= len(instances) or instances[target].shape != pending.shape:
        why = "the object was changed meanwhile: select it and ask again"
        return reshape_failed(session, ReshapeFailed(event.ticket, f"Nothing was changed, {why}"))
    session = replace(session, reshaping=None)
    old = instances[target]
    new = tuple(replace(old, shape=shape, source=None) for shape in event.shapes)
    if not session.draft.empty:
        session = cleared(session)
    changed = (*instances[:target], *new, *instances[target + 1 :])
    session = still_editing(edited(session, changed, selection=target), target)
    session, effects = autosaved(session)
    notes = (
        "; ".join(map(printable, event.notes)) or f"{pending.done}: {key_for(session, 'edit.undo')} undoes"
    )
    session, more = replayed(session)
    return session, (*effects, Notify(notes), *more)


def reshape_failed(session: Session, event: ReshapeFailed) -> Result:
    """Nothing was changed; the reason, and the keys that waited."""
    if session.reshaping is None or event.ticket != session.reshaping.ticket:
        return session, ()
    session, effects = said(replace(session, reshaping=None), printable(event.reason), "warning")
    session, more = replayed(session)
    found: tuple[Effect, ...] = (*effects, *more)
    return session, found
