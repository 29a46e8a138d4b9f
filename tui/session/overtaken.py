"""What the keys have in hand when another hand than the person's changed the instances."""

from __future__ import annotations

from dataclasses import replace

from tui.session.commands.grid import left
from tui.session.commands.hints import without_hints
from tui.session.edit import position
from tui.session.handles import Edit
from tui.session.state import Mode, Session


def overtaken(before: Session, session: Session) -> Session:
    """`session`, whose instances are others than those of `before`: what is in hand is found again by what it
    says, or let go. Hints are closed: their letters stand on what was there.
    """
    old, new = before.image.instances, session.image.instances

    def now(index: int | None) -> int | None:
        return None if index is None or index >= len(old) else position(new, old[index])

    def all_now(indices: frozenset[int]) -> frozenset[int]:
        return frozenset(at for index in indices if (at := now(index)) is not None)

    draft = session.draft
    session = replace(
        without_hints(session),
        selection=now(before.selection),
        hidden=all_now(before.hidden),
        marked=all_now(before.marked),
        draft=replace(draft, replaces=now(draft.replaces), beside=now(draft.beside)),
    )
    mode = session.mode if session.grid is None else session.grid.back
    if mode is Mode.EDIT and session.selection is None:
        return replace(left(session), mode=session.resting, edit=Edit())
    return session
