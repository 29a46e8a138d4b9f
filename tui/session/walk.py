"""Going through everything that can be selected, all around: open proposals first, then instances."""

from __future__ import annotations

from dataclasses import replace

from tui.session.commands.move import moved_to
from tui.session.proposing import deselected, with_selected
from tui.session.state import Mode, Session
from tui.types.shapes import bounds


def walked(session: Session, by: int) -> Session:
    """`by` steps on from what is selected; from nothing, forwards to the first and backwards to the last.

    There must be something to select.
    """
    offered, instances = session.proposals.offered, session.image.instances
    count, here = len(offered) + len(instances), _here(session)
    start = here if here is not None else (-1 if by > 0 else 0)
    place = (start + by) % count
    if place < len(offered):
        return with_selected(session, offered[place])
    return with_instance(session, place - len(offered))


def with_instance(session: Session, index: int) -> Session:
    """The instance selected, and the cursor on it so that the view shows it."""
    session = replace(deselected(session), selection=index)
    return moved_to(session, bounds(session.image.instances[index].shape).center)


def anything(session: Session) -> bool:
    """Whether there is something to select."""
    return bool(session.proposals.offered or session.image.instances)


def _here(session: Session) -> int | None:
    offered = session.proposals.offered
    if session.mode is Mode.PROPOSAL:
        return next(i for i, one in enumerate(offered) if one.key == session.proposals.selected)
    return None if session.selection is None else len(offered) + session.selection
