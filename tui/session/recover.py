"""What the journal is told, and what comes back from it."""

from __future__ import annotations

from dataclasses import replace

from tui.session.commands.command import Result
from tui.session.conflict import rescaled
from tui.session.edit import Instances, autosaved, edited, saving, sourced, with_entry
from tui.session.effects import Record
from tui.session.events import Restored
from tui.session.overtaken import overtaken
from tui.session.state import History, Session


def recorded(before: Session, after: Session) -> tuple[Record, ...]:
    """A record for every image whose instances, undo or redo are not what they were before an event.

    Compared by identity, which every change of a frozen value breaks; so no command can forget the journal.
    """
    records = []
    old, new = before.image, after.image
    if new.status == "ready" and not (old.instances is new.instances and old.history is new.history):
        known = old.status == "ready" or new.history.past or new.history.future or after.dirty
        records += [_record(new.index, new.instances, new.history)] if known else []
    for index, instances in after.unsaved.items():
        if before.unsaved.get(index) is not instances:
            records.append(_record(index, instances, after.histories.get(index, History())))
    for index, history in after.histories.items():
        if index not in after.unsaved and before.histories.get(index) is not history:
            records.append(_record(index, history.present, history))
    return tuple(records)


def _record(index: int, instances: Instances, history: History) -> Record:
    return Record(index, instances, history.past, history.future)


def restored(session: Session, event: Restored) -> Result:
    """An image as an earlier session left it, unsaved: in front of the person, or waiting for its turn.

    What was edited here meanwhile stays one step of undo away. Where the label file was changed since,
    nothing is saved before the person has chosen.
    """
    index = event.index
    if event.theirs is not None:
        session = replace(session, theirs=with_entry(session.theirs, index, event.theirs))
    if index == session.image.index and session.image.status == "ready":
        return autosaved(overtaken(session, _in_front(session, event)))
    instances = sourced(event.instances, event.saved)
    history = History(event.past, event.future, instances, event.wh)
    session = replace(
        session,
        unsaved=with_entry(session.unsaved, index, instances),
        histories=with_entry(session.histories, index, history),
    )
    if not session.options.autosave or event.theirs is not None:
        return session, ()
    session, effect = saving(session, index, instances)
    return session, (effect,)


def _in_front(session: Session, event: Restored) -> Session:
    image = session.image
    instances = sourced(rescaled(event.instances, event.wh, image.wh), image.saved)
    if image.history.past or image.history.future or event.wh != image.wh:
        return edited(session, instances)
    return replace(
        session, image=replace(image, instances=instances, history=History(event.past, event.future))
    )
