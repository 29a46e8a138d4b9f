"""Label files, images and class lists that somebody else changed while they were open here.

Nothing is overwritten and nothing is chosen for the person: what was not edited here follows the disk, what
was edited waits until the person says whose labels count (`tui.session.commands.conflict`).
"""

from __future__ import annotations

from dataclasses import replace

from tui.session.commands.command import Result
from tui.session.commands.files import awaiting
from tui.session.edit import Instances, edited, with_entry, without
from tui.session.effects import Accept, Ask, Cancel, Effect, Load, Notify
from tui.session.events import (
    ClassesReordered,
    Conflicted,
    ImageReplaced,
    LabelsChanged,
    Loaded,
    SaveFailed,
    ViewOnly,
)
from tui.session.keymap import key_for
from tui.session.overtaken import overtaken
from tui.session.proposals import emptied
from tui.session.saves import save_failed
from tui.session.state import Session
from tui.types.instance import Instance
from tui.types.shapes import Box, Polygon
from tui.types.text import printable

_CLASSES = "the class list was changed by another program"
_SHOWN = 40


def conflicted(session: Session, event: Conflicted) -> Result:
    """A save found a label file that somebody else had written."""
    known = event.revision in session.saving.values()
    session, effects = save_failed(session, SaveFailed(event.index, _reason(event.blocked), event.revision))
    if not known or event.blocked:
        return session, effects
    rest = effects[1:]  # the first says what the notice here says better
    session = replace(session, theirs=with_entry(session.theirs, event.index, event.theirs))
    return session, (_notice(session, event.index), *rest)


def _reason(blocked: str) -> str:
    text = "the label file was changed by another program"
    return f"{text} and cannot be read now: {blocked}" if blocked else text


def _notice(session: Session, index: int) -> Notify:
    here = index == session.image.index
    name = printable(session.image.name) if here else f"Image {index + 1}"
    where = "" if here else " there"
    return Notify(
        f"{name} was changed by another program: both versions are kept, "
        f"{key_for(session, 'files.save')}{where} chooses",
        "error",
    )


def met(session: Session, event: Loaded) -> tuple[Session, tuple[Effect, ...]]:
    """An image comes up whose label file is not what it was: a conflict where edits wait, else taken."""
    index = event.index
    if not event.changed or index in session.saving:
        return session, ()
    if index not in session.unsaved or event.blocked:
        return replace(session, theirs=without(session.theirs, index)), (Accept(index),)
    session = replace(session, theirs=with_entry(session.theirs, index, event.instances))
    return session, (_notice(session, index),)


def kept_of(session: Session, event: Loaded) -> Instances | None:
    """What is kept unsaved of an image, in pixels of the picture as it is now."""
    kept, history = session.unsaved.get(event.index), session.histories.get(event.index)
    if kept is None or history is None:
        return kept
    return rescaled(kept, history.wh, event.wh)


def rescaled(instances: Instances, was: tuple[int, int], wh: tuple[int, int]) -> Instances:
    """Instances of a picture of size `was` (0 x 0: not known) in pixels of the one of size `wh` now there."""
    if was in ((0, 0), wh):
        return instances
    x, y = wh[0] / was[0], wh[1] / was[1]
    return tuple(_scaled(instance, x, y) for instance in instances)


def _scaled(instance: Instance, x: float, y: float) -> Instance:
    shape = instance.shape
    if isinstance(shape, Box):
        return replace(instance, shape=Box(shape.x0 * x, shape.y0 * y, shape.x1 * x, shape.y1 * y))
    return replace(instance, shape=Polygon(tuple((px * x, py * y) for px, py in shape.points)))


def labels_changed(session: Session, event: LabelsChanged) -> Result:
    """The label file of the image in front: taken over where nothing is unsaved (undo goes back)."""
    image, index = session.image, event.index
    if index != image.index or image.status != "ready" or index in session.saving:
        return session, ()
    if event.blocked:
        session = replace(session, image=replace(image, blocked=event.blocked))
        text = f"{printable(image.name)}: its labels cannot be edited: {printable(event.blocked)}"
        return session, (Notify(text, "error"),)
    if session.dirty or index in session.theirs:
        session = replace(session, theirs=with_entry(session.theirs, index, event.theirs))
        return session, (_notice(session, index),)
    session = overtaken(session, edited(session, event.theirs))
    image = replace(session.image, saved=event.theirs, has_file=event.has_file, blocked="")
    what = "was changed" if event.has_file else "was deleted"
    text = f"The label file {what} by another program and was read again: {key_for(session, 'edit.undo')}"
    return replace(session, image=image), (Accept(index), Notify(f"{text} goes back to yours", "warning"))


def image_replaced(session: Session, event: ImageReplaced) -> Result:
    """Another picture under the same name: read anew. Labels keep their places as parts of the image."""
    image, index = session.image, event.index
    if index != image.index or image.status == "loading":
        return session, ()
    if session.dirty or index in session.saving:
        text = f"{printable(image.name)} was replaced on disk: it is read again once its labels are saved"
        return session, (Notify(text, "warning"),)
    stop: tuple[Effect, ...] = () if session.proposals.run is None else (Cancel(),)
    session = replace(
        awaiting(session, index),
        proposals=emptied(session.proposals, index),
        histories=without(session.histories, index),
    )
    return session, (
        Load(index),
        *stop,
        Notify("The image was replaced on disk and is read again", "warning"),
    )


def classes_reordered(session: Session, event: ClassesReordered) -> Result:
    """A class is not where it was: labels made now could get a wrong number, so nothing is edited."""
    lines = []
    for number in range(max(len(session.classes), len(event.names))):
        old = session.classes[number] if number < len(session.classes) else "(none)"
        new = event.names[number] if number < len(event.names) else "(gone)"
        if old != new:
            lines.append(f"{number}: {printable(old, 40)} -> {printable(new, 40)}")
    if not session.options.read_only:  # another reason lasts longer than this one
        session = replace(session, options=replace(session.options, read_only=_CLASSES))
    return session, (Ask("classes", "class.reload", tuple(lines[:_SHOWN])),)


def settled_classes(session: Session) -> Session:
    """The class list was read anew: editing goes on if that was what stopped it."""
    if session.options.read_only != _CLASSES:
        return session
    return replace(session, options=replace(session.options, read_only=""))


def view_only(session: Session, event: ViewOnly) -> Result:
    """Editing ends here, or begins again; not before a changed class list was settled."""
    if not event.reason and session.options.read_only == _CLASSES:
        return session, ()
    session = replace(session, options=replace(session.options, read_only=event.reason))
    text = f"Viewing only: {printable(event.reason)}" if event.reason else "Labels can be edited now"
    return session, (Notify(text, "warning" if event.reason else "information"),)
