"""Keeping what is labelled already: said first, with the ways on; the same key again keeps it."""

from __future__ import annotations

from dataclasses import replace

from tui.geometry.boxes import iou
from tui.geometry.overlap import overlap
from tui.session.commands.command import Result, class_text
from tui.session.effects import Notify
from tui.session.keymap import key_for
from tui.session.state import Mode, Session
from tui.types.shapes import Shape, bounds

REPEAT = 0.9
"""IoU from which on two shapes are most likely one object labelled twice, whatever their classes."""

_NEAR = 0.5
"""IoU of the extents below which shapes are not compared: they cannot be alike."""


def repeated(session: Session, shape: Shape) -> tuple[int, float] | None:
    """The instance that a new shape repeats most, with their IoU, or None; not the one it is to replace."""
    box, replaced = bounds(shape), session.draft.replaces
    found = [
        (overlap(instance.shape, shape), index)
        for index, instance in enumerate(session.image.instances)
        if index != replaced and iou(bounds(instance.shape), box) >= _NEAR
    ]
    shared, index = max(found, default=(0.0, -1))
    return (index, shared) if shared >= REPEAT else None


def doubted(session: Session, shape: Shape) -> Result | None:
    """Why a shape is not kept yet; None where it repeats nothing, or where that was said of this shape."""
    if session.draft.told == shape or (found := repeated(session, shape)) is None:
        return None
    index, shared = found
    what = class_text(session, session.image.instances[index].class_id)
    text = f"This repeats instance {index + 1}, {what} (IoU {shared:.2f}): {_ways(session, index)}"
    return replace(session, draft=replace(session.draft, told=shape)), (Notify(text, "warning"),)


def _ways(session: Session, index: int) -> str:
    if session.mode is Mode.DRAW:
        keep, drop = "polygon.close", "polygon.drop"
    elif session.mode is Mode.BOX:
        keep, drop = "box.close", "app.escape"
    else:
        keep, drop = "instance.confirm", "prompt.clear"
    joins = session.mode is Mode.POINTS and session.draft.beside in (None, index)
    join = f"{key_for(session, 'mask.join')} joins the two, " if joins else ""
    return f"{key_for(session, keep)} again keeps both, {join}{key_for(session, drop)} drops the new one"
