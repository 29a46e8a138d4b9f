"""Changing the object in front of a review, also to what a model says: its class, its shape, that there is
one, or that there is none.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from tui.geometry.boxes import SAME_OBJECT
from tui.session.commands.command import Args, Result, class_text
from tui.session.edit import autosaved, edited
from tui.session.review import Change, Item, Verdict
from tui.session.reviewing import decided, found, onwards
from tui.session.state import Session
from tui.types.instance import Instance


def added(session: Session, item: Item, class_id: int) -> Result:
    """What only the model sees becomes a label of `class_id`."""
    if item.rival is None or item.rival.shape is None:
        return session, ()
    new = Instance(class_id, item.rival.shape)
    told = f"Labelled as {class_text(session, class_id)}"
    return changed(session, item, (*session.image.instances, new), "added", told, new)


def take_model(session: Session, _args: Args) -> Result:
    """The model is right about the object in front.

    Where it sees another class in the same place the label keeps its shape, which may be finer than a box.
    """
    item = session.review.item
    if item is None or item.rival is None:
        return session, ()
    at, rival = found(session, item), item.rival
    if at is None:
        return added(session, item, item.class_id) if item.offered else (session, ())
    instances = list(session.image.instances)
    if rival.class_id is None or rival.shape is None:
        return deleted(session, item, at)
    shape = instances[at].shape if rival.overlap >= SAME_OBJECT else rival.shape
    same = rival.class_id == instances[at].class_id
    if same and shape == instances[at].shape:  # it was taken already
        return onwards(session)
    new = instances[at] = replace(instances[at], class_id=rival.class_id, shape=shape, source=None)
    told = "Now the model's shape" if same else f"Now {class_text(session, rival.class_id)}"
    return changed(session, item, tuple(instances), "edited" if same else "reclassed", told, new)


def deleted(session: Session, item: Item, at: int) -> Result:
    """The instance at `at`, which is the object of `item`, taken out of the image."""
    instances = session.image.instances
    left = (*instances[:at], *instances[at + 1 :])
    return changed(session, item, left, "rejected", f"Deleted {class_text(session, instances[at].class_id)}")


def changed(
    session: Session,
    item: Item,
    instances: tuple[Instance, ...],
    verdict: Verdict,
    told: str,
    new: Instance | None = None,
) -> Result:
    """The image with other instances, of which `new` is what the object of `item` became, judged by that."""
    since = len(session.image.history.past)
    session, saves = autosaved(edited(session, instances))
    change = Change(since, since + 1, MappingProxyType({} if new is None else {item: new}))
    session, effects = decided(session, (item,), verdict, change, told)
    return session, (*saves, *effects)
