"""What became of saves. They are told apart by revision, because an image may be left or renumbered
while its save is on the way."""

from __future__ import annotations

from dataclasses import replace

from tui.session.commands.command import Result
from tui.session.edit import Instances, saving, sourced, unsaved_images, with_entry, without
from tui.session.effects import Ask, Effect, Notify, Quit
from tui.session.events import Saved, SaveFailed
from tui.session.keymap import key_for
from tui.session.owed import settled
from tui.session.state import Session
from tui.types.instance import same_annotation
from tui.types.text import printable


def saved(session: Session, event: Saved) -> Result:
    """A label file is on disk. An answer that a newer save has overtaken says nothing any more."""
    index = _index_of(session, event.revision)
    if index is None:
        return session, ()
    session = replace(
        session, saving=without(session.saving, index), save_errors=without(session.save_errors, index)
    )
    if index == session.image.index:
        session = _saved_in_front(session, event.instances)
    session, more = _saved_again(_saved_behind(session, index, event.instances), index)
    session, judged = settled(session, index, event.instances)
    session, effects = _left(session)
    return session, (*more, *judged, *effects)


def _index_of(session: Session, revision: int) -> int | None:
    return next((index for index, newest in session.saving.items() if newest == revision), None)


def _saved_in_front(session: Session, on_disk: Instances) -> Session:
    image = session.image
    image = replace(image, saved=on_disk, has_file=True, instances=sourced(image.instances, on_disk))
    return replace(session, image=image)


def _saved_behind(session: Session, index: int, on_disk: Instances) -> Session:
    """What is kept of an image not (or not yet) in front: unsaved instances and history learn their lines."""
    kept = session.unsaved.get(index)
    if kept is not None:
        kept = sourced(kept, on_disk)
        landed = same_annotation(kept, on_disk)
        unsaved = without(session.unsaved, index) if landed else with_entry(session.unsaved, index, kept)
        session = replace(session, unsaved=unsaved)
    history = session.histories.get(index)
    if history is not None:
        history = replace(history, present=sourced(history.present, on_disk))
        session = replace(session, histories=with_entry(session.histories, index, history))
    return session


def _saved_again(session: Session, index: int) -> Result:
    """A save of what was moved while this save was on its way (see `commands.editing.changed`)."""
    newer = unsaved_images(session).get(index)
    wanted = session.options.autosave and not session.options.read_only
    if newer is None or not wanted or index in session.theirs:
        return session, ()
    session, effect = saving(session, index, newer)
    return session, (effect,)


def save_failed(session: Session, event: SaveFailed) -> Result:
    """A label file was not written: nothing is lost, but it is said, and leaving asks."""
    index = _index_of(session, event.revision) if event.revision else event.index
    if index is None:
        return session, ()
    session = replace(
        session,
        saving=without(session.saving, index),
        save_errors=with_entry(session.save_errors, index, event.reason),
    )
    where = printable(session.image.name) if index == session.image.index else f"Image {index + 1}"
    text = (
        f"{where or f'Image {index + 1}'} was not saved: {printable(event.reason)}. "
        f"The labels are kept here: {key_for(session, 'files.save')} on that image tries again"
    )
    session, more = _left(session)
    return session, (Notify(text, "error"), *more)


def _left(session: Session) -> Result:
    """Leave if that was waiting for this save, or ask if it cannot be."""
    if not session.leaving:
        return session, ()
    unsaved = unsaved_images(session)
    if any(index in session.saving for index in unsaved):
        return session, ()
    effect: Effect = Ask("quit", "app.quit") if unsaved else Quit()
    return replace(session, leaving=False), (effect,)
