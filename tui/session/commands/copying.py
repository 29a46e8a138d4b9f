"""Instances copied: in place, onto another image, from the image before; and marked for a batch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tui.session import handles
from tui.session.commands.command import NAVIGATE, Args, Command, Result, said
from tui.session.commands.move import stride
from tui.session.edit import Instances, autosaved, edited
from tui.session.effects import Effect, Notify
from tui.session.keymap import key_for
from tui.session.marks import targets
from tui.session.proposing import deselected
from tui.session.state import Session
from tui.session.walk import at_cursor, no_instance
from tui.types.instance import Instance
from tui.types.shapes import Shape


def fitting(session: Session, wanted: Iterable[Instance]) -> tuple[Instances, int]:
    """Copies cut at this image's border, and how many are left out: twins of what is there, and shapes that
    have no area here.
    """
    there = {(i.class_id, i.shape) for i in session.image.instances}
    new: list[Instance] = []
    left_out = 0
    for instance in wanted:
        shape = handles.clamped(instance.shape, session.image.wh)
        if handles.degenerate(shape) or (instance.class_id, shape) in there:
            left_out += 1
            continue
        new.append(replace(instance, shape=shape, source=None))
    return tuple(new), left_out


def _added(session: Session, wanted: Iterable[Instance], done: str) -> Result:
    """Copies added and marked; what is left out is said."""
    new, left_out = fitting(session, wanted)
    if not new:
        return said(session, "Nothing was added: all of it is here already, or lies outside", "warning")
    before = session.image.instances
    selection = len(before) if len(new) == 1 else None
    session = edited(deselected(session), (*before, *new), selection=selection)
    if len(new) > 1:
        session = replace(session, marked=frozenset(range(len(before), len(before) + len(new))))
    session, effects = autosaved(session)
    text = f"{done}: {len(new)}" + (f"; {left_out} left out: here already, or outside" if left_out else "")
    found: tuple[Effect, ...] = (*effects, Notify(text))
    return session, found


def _chosen(session: Session) -> Instances:
    return tuple(session.image.instances[index] for index in targets(session))


def _copy(session: Session, _args: Args) -> Result:
    copied = _chosen(session)
    how = key_for(session, "instance.paste")
    text = f"Copied: {len(copied)}. {how} puts {'it' if len(copied) == 1 else 'them'} onto any image"
    return said(replace(session, clipboard=copied), text)


def _paste(session: Session, _args: Args) -> Result:
    return _added(session, session.clipboard, "Pasted")


def _empty(session: Session) -> str | None:
    if session.clipboard:
        return None
    return f"Nothing was copied yet: {key_for(session, 'instance.copy')} copies what is selected"


def _duplicate(session: Session, _args: Args) -> Result:
    """Beside the original, so that it can be seen and moved."""
    by = max(2, stride(session.view, 2))
    chosen = _chosen(session)
    copies = [replace(i, shape=_beside(i.shape, by, session.image.wh)) for i in chosen]
    if len(chosen) == 1 and copies[0].shape == chosen[0].shape:
        return said(session, "There is no room beside it: it fills the image", "warning")
    return _added(session, copies, "Duplicated")


def _beside(shape: Shape, by: int, wh: tuple[int, int]) -> Shape:
    """The shape moved down and right, or the other way where the border is in the way; else where it was."""
    places = (
        handles.moved(shape, handles.WHOLE, dx, dy, wh)
        for dx, dy in ((by, by), (-by, by), (by, -by), (-by, -by))
    )
    return next((place for place in places if place != shape), shape)


def _repeat(session: Session, _args: Args) -> Result:
    return _added(session, session.previous, "Repeated from the image before")


def _no_previous(session: Session) -> str | None:
    if session.previous:
        return None
    return "The image you came from held no instances, or this is the first one you see"


def _none_chosen(session: Session) -> str | None:
    if targets(session):
        return None
    return (
        f"No instance is selected or marked: {key_for(session, 'instance.next')} selects one, "
        f"{key_for(session, 'instance.mark')} marks several"
    )


def _mark(session: Session, _args: Args) -> Result:
    index = at_cursor(session) if session.selection is None else session.selection
    if index is None:
        return said(session, f"No instance is at the cursor: {key_for(session, 'instance.next')} selects one")
    marked = session.marked ^ {index}
    text = f"Marked: {len(marked)}. Delete, class, copy, hide are for all of them"
    return said(replace(session, marked=marked), text if marked else "Nothing is marked any more")


def _mark_all(session: Session, _args: Args) -> Result:
    everything = frozenset(range(len(session.image.instances)))
    marked = frozenset[int]() if session.marked == everything else everything
    return said(replace(session, marked=marked), f"Marked: {len(marked)}")


COMMANDS = (
    Command(
        "instance.mark",
        "mark",
        "Mark this instance for a batch, or take the mark off",
        "instances",
        _mark,
        unavailable=no_instance,
        modes=NAVIGATE,
    ),
    Command(
        "instance.mark_all",
        "mark all",
        "Mark every instance, or none",
        "instances",
        _mark_all,
        unavailable=no_instance,
        modes=NAVIGATE,
    ),
    Command(
        "instance.copy",
        "copy",
        "Copy what is selected or marked",
        "instances",
        _copy,
        unavailable=_none_chosen,
        modes=NAVIGATE,
    ),
    Command(
        "instance.paste",
        "paste",
        "Paste what was copied, also onto another image",
        "instances",
        _paste,
        unavailable=_empty,
        modes=NAVIGATE,
        edits=True,
    ),
    Command(
        "instance.duplicate",
        "duplicate",
        "Duplicate what is selected or marked",
        "instances",
        _duplicate,
        unavailable=_none_chosen,
        modes=NAVIGATE,
        edits=True,
    ),
    Command(
        "instance.repeat",
        "repeat",
        "Repeat the instances of the image you came from",
        "instances",
        _repeat,
        unavailable=_no_previous,
        modes=NAVIGATE,
        edits=True,
    ),
)
