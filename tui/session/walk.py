"""What can be selected: open proposals and then instances in turn, and the instance at the cursor."""

from __future__ import annotations

from dataclasses import replace

from tui.session.commands.move import moved_to
from tui.session.hit import instance_at
from tui.session.keymap import key_for
from tui.session.proposing import deselected, with_selected
from tui.session.state import Mode, Session
from tui.types.shapes import bounds

REACH_PART = 1 / 40
"""How far from an instance's edge the cursor may be to mean it, as a part of the canvas' longer side."""


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


def at_cursor(session: Session) -> int | None:
    """The instance that the cursor means."""
    reach = max(session.view.canvas) * REACH_PART / session.view.scale
    return instance_at(session.image.instances, session.cursor, reach=reach)


def no_instance(session: Session) -> str | None:
    """Why nothing can be done with the instances, or None."""
    return None if session.image.instances else "There is no instance in this image yet"


def none_selected(session: Session) -> str | None:
    """Why nothing can be done with the selected instance, or None."""
    if session.selection is not None:
        return None
    return f"No instance is selected: {key_for(session, 'instance.next')} selects one"


def _here(session: Session) -> int | None:
    offered = session.proposals.offered
    if session.mode is Mode.PROPOSAL:
        return next(i for i, one in enumerate(offered) if one.key == session.proposals.selected)
    return None if session.selection is None else len(offered) + session.selection
