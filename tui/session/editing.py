"""Editing one instance by keys: what stays of it when the instances change."""

from __future__ import annotations

from dataclasses import replace

from tui.session import handles
from tui.session.commands.move import moved_to
from tui.session.handles import Edit
from tui.session.state import Mode, Session


def still_editing(session: Session, selection: int | None) -> Session:
    """The session after a change of its instances, still editing `selection` if it was and there is one.

    The cursor goes with the side or vertex in hand.
    """
    if session.mode is not Mode.EDIT:
        return session
    if selection is None or selection >= len(session.image.instances):
        return replace(session, mode=Mode.NAVIGATE, edit=Edit(), selection=None)
    shape = session.image.instances[selection].shape
    edit = replace(session.edit, handle=min(session.edit.handle, handles.count(shape)))
    session = replace(session, edit=edit, selection=selection)
    return moved_to(session, handles.place(shape, edit.handle)) if edit.handle else session
