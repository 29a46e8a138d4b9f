"""Taking what a model says in a review: its class, its shape, an object it sees, or that there is none."""

from __future__ import annotations

from dataclasses import replace

from tui.geometry.boxes import SAME_OBJECT
from tui.session.commands.command import Args, Result
from tui.session.edit import autosaved, edited
from tui.session.review import Item, Verdict
from tui.session.reviewing import decided, found
from tui.session.state import Session
from tui.types.instance import Instance


def added(session: Session, item: Item, class_id: int) -> Result:
    """What only the model sees becomes a label of `class_id`."""
    if item.rival is None or item.rival.shape is None:
        return session, ()
    instances = (*session.image.instances, Instance(class_id, item.rival.shape))
    return _changed(session, item, instances, "added")


def take_model(session: Session, _args: Args) -> Result:
    """The model is right about the object in front.

    Where it sees another class in the same place the label keeps its shape, which may be finer than a box.
    """
    item = session.review.item
    if item is None or item.rival is None:
        return session, ()
    if item.offered:
        return added(session, item, item.class_id)
    at, rival = found(session, item), item.rival
    if at is None:
        return session, ()
    instances = list(session.image.instances)
    if rival.class_id is None or rival.shape is None:
        return _changed(session, item, (*instances[:at], *instances[at + 1 :]), "rejected")
    shape = instances[at].shape if rival.overlap >= SAME_OBJECT else rival.shape
    same = rival.class_id == instances[at].class_id
    instances[at] = replace(instances[at], class_id=rival.class_id, shape=shape, source=None)
    return _changed(session, item, tuple(instances), "edited" if same else "reclassed")


def _changed(session: Session, item: Item, instances: tuple[Instance, ...], verdict: Verdict) -> Result:
    session, saves = autosaved(edited(session, instances))
    session, effects = decided(session, (item,), verdict, changed=True)
    return session, (*saves, *effects)
