"""Changing instances: undo, saving, and keeping label lines with the instances they belong to."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TypeVar

from tui.session.effects import Effect, Save
from tui.session.marks import carried
from tui.session.state import History, ImageState, Session
from tui.types.instance import Instance, same_annotation

Instances = tuple[Instance, ...]
_K = TypeVar("_K")
_V = TypeVar("_V")


def edited(session: Session, instances: Instances, *, selection: int | None = None) -> Session:
    """One undoable change of the instances in front."""
    image = session.image
    history = History(past=(*image.history.past, image.instances))
    hidden = carried(session.hidden, image.instances, instances)
    marked = carried(session.marked, image.instances, instances)
    image = replace(image, instances=instances, history=history)
    return replace(session, image=image, selection=selection, hidden=hidden, marked=marked)


def undone(session: Session) -> Session:
    """The instances before the last change; the change can be redone."""
    image, history = session.image, session.image.history
    return _travelled(session, history.past[-1], history.past[:-1], (*history.future, image.instances))


def redone(session: Session) -> Session:
    """The instances after the change undone last."""
    image, history = session.image, session.image.history
    return _travelled(session, history.future[-1], (*history.past, image.instances), history.future[:-1])


def _travelled(
    session: Session, instances: Instances, past: tuple[Instances, ...], future: tuple[Instances, ...]
) -> Session:
    image = session.image
    hidden = carried(session.hidden, image.instances, instances)
    marked = carried(session.marked, image.instances, instances)
    image = replace(
        image, instances=sourced(instances, image.saved), history=History(past=past, future=future)
    )
    return replace(session, image=image, selection=None, hidden=hidden, marked=marked)


def sourced(instances: Instances, saved: Instances) -> Instances:
    """`instances`, with those that the label file holds replaced by their saved twins.

    A twin has the same label line, else the same class and shape. So an instance that is on disk keeps its
    line, and "dirty" means a difference a person made, not a line it was not told about. Twins are matched
    once each, in order; lines come first because shapes are dear to compare and few are left for them.
    """
    found, left = _matched(
        instances, saved, lambda i: (i.class_id, i.source) if i.source is not None else None
    )
    if None in found and left:
        rest = tuple(i for i, twin in zip(instances, found, strict=True) if twin is None)
        more, _ = _matched(rest, left, lambda i: (i.class_id, i.shape))
        others = iter(more)
        found = [next(others) if twin is None else twin for twin in found]
    return tuple(twin or own for own, twin in zip(instances, found, strict=True))


def _matched(
    instances: Instances, saved: Instances, key: Callable[[Instance], Hashable | None]
) -> tuple[list[Instance | None], Instances]:
    """For each instance its twin by `key` or None, and the saved ones that are nobody's twin."""
    positions: dict[Hashable, list[int]] = {}
    for index in reversed(range(len(saved))):
        if (name := key(saved[index])) is not None:
            positions.setdefault(name, []).append(index)
    used: set[int] = set()
    found: list[Instance | None] = []
    for instance in instances:
        name = key(instance)
        if name is None or not positions.get(name):
            found.append(None)
            continue
        index = positions[name].pop()
        used.add(index)
        found.append(saved[index])
    return found, tuple(twin for index, twin in enumerate(saved) if index not in used)


def position(instances: Sequence[Instance], wanted: Instance) -> int | None:
    """Where an instance is now, by what it says: it may have got a label line since."""
    for at, instance in enumerate(instances):
        if instance.class_id == wanted.class_id and instance.shape == wanted.shape:
            return at
    return None


def saving(session: Session, index: int, instances: Instances) -> tuple[Session, Save]:
    """A save of image `index` under a new revision."""
    revision = session.revision + 1
    session = replace(
        session,
        revision=revision,
        saving=with_entry(session.saving, index, revision),
        save_errors=without(session.save_errors, index),
    )
    return session, Save(index, instances, revision)


def autosaved(session: Session) -> tuple[Session, tuple[Effect, ...]]:
    """A save of the image in front after a change, where the person wants that.

    Even when the change brought back what the file holds by our last answer: an earlier save may still be
    on its way.
    """
    if not session.options.autosave or session.image.index in session.theirs:
        return session, ()
    session, effect = saving(session, session.image.index, session.image.instances)
    return session, (effect,)


def unsaved_images(session: Session) -> Mapping[int, Instances]:
    """Instances that are not on disk as far as we know, by image index.

    Of an image that is still read, only what was kept when it was left: what is in front of it is not empty,
    it is not known.
    """
    image = session.image
    if image.status == "ready" and (session.dirty or image.index in session.saving):
        return with_entry(session.unsaved, image.index, image.instances)
    return session.unsaved


def put_away(session: Session) -> Session:
    """The session with everything kept that the image in front must not lose when it is left."""
    image = session.image
    if image.status != "ready":
        return session
    histories = session.histories
    if image.history.past or image.history.future:
        kept = replace(image.history, present=image.instances, wh=image.wh)
        histories = with_entry(histories, image.index, kept)
    return replace(session, unsaved=unsaved_images(session), histories=histories)


def taken_up(image: ImageState, kept: History | None) -> ImageState:
    """`image` with the undo history kept for it, unless its label file was changed by someone else."""
    if kept is None or kept.wh != image.wh or not same_annotation(kept.present, image.instances):
        return image
    return replace(image, history=History(kept.past, kept.future))


def with_entry(mapping: Mapping[_K, _V], key: _K, value: _V) -> Mapping[_K, _V]:
    """`mapping` with one entry set; the original is untouched."""
    return MappingProxyType({**mapping, key: value})


def without(mapping: Mapping[_K, _V], key: _K) -> Mapping[_K, _V]:
    """`mapping` without `key`; the original is untouched."""
    if key not in mapping:
        return mapping
    return MappingProxyType({k: v for k, v in mapping.items() if k != key})
