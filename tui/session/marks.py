"""Sets of instances by index, kept right while instances come and go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.types.instance import Instance

if TYPE_CHECKING:
    from tui.session.state import Session


def carried(indices: frozenset[int], old: tuple[Instance, ...], new: tuple[Instance, ...]) -> frozenset[int]:
    """Where the instances at `indices` of `old` are in `new`.

    An instance that was changed keeps its place; where instances were added or taken away, the others are
    known by being the same objects.
    """
    if not indices or len(old) == len(new):
        return indices
    wanted = {id(old[index]) for index in indices}
    return frozenset(index for index, instance in enumerate(new) if id(instance) in wanted)


def targets(session: Session) -> tuple[int, ...]:
    """The instances that a command is for: those marked, else the selected one."""
    if session.marked:
        return tuple(sorted(session.marked))
    return () if session.selection is None else (session.selection,)
