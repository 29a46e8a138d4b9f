"""Sides and vertices as targets of hints."""

from __future__ import annotations

from dataclasses import replace

from tui.session import handles
from tui.session.commands.command import Result
from tui.session.commands.move import moved_to
from tui.session.handles import Edit
from tui.session.state import Session

VERTEX = "vertex"
"""The kind of a hint's target that stands for a handle of the selected instance."""


def take_vertex(session: Session, handle: int) -> Result:
    """The handle in hand, and the cursor on it."""
    if session.selection is None:
        return session, ()
    shape = session.image.instances[session.selection].shape
    return moved_to(replace(session, edit=Edit(handle)), handles.place(shape, handle)), ()
