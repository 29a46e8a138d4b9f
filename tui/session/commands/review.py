"""Review: judging labelled objects one by one, notes, and images that wait for somebody."""

from __future__ import annotations

from dataclasses import replace

from tui.errors import UsageError
from tui.session.commands.classes import class_number, class_wanted
from tui.session.commands.command import (
    EVERY_MODE,
    NAVIGATE,
    Args,
    Command,
    Result,
    class_text,
    edit_reason,
    said,
)
from tui.session.commands.rival import added, changed, deleted, take_model
from tui.session.effects import Ask, Judge, Notify, Seek
from tui.session.interrupted import interrupted, resumed
from tui.session.keymap import key_for
from tui.session.review import JUDGED, Item
from tui.session.reviewing import (
    RECLASS,
    begun,
    decided,
    ended,
    found,
    judgeable,
    object_in_front,
    onwards,
    shown,
    taken_back,
)
from tui.session.state import Mode, Session
from tui.types.text import printable

_REVIEW = frozenset({Mode.REVIEW})
_AT_REST = NAVIGATE | _REVIEW


def _toggle(session: Session, _args: Args) -> Result:
    review = session.review
    if review.phase == "off":
        return _begin(session, review.text)
    if review.phase == "editing":
        return resumed(session)
    return ended(session)


def _begin(session: Session, text: str) -> Result:
    if session.listing:
        return said(session, "The folder is still being read: try again in a moment", "warning")
    try:
        return begun(session, text)
    except UsageError as error:
        return said(session, printable(error.sentence), "warning")


def _filter(session: Session, args: Args) -> Result:
    if args.argument is None:
        return session, (Ask("filter", "review.filter"),)
    return _begin(session, args.argument)


def _accept(session: Session, _args: Args) -> Result:
    item, at = _in_front(session)
    if item is None:
        return session, ()
    if at is None and item.offered:
        return added(session, item, item.class_id)
    if item in session.review.verdicts:
        return onwards(session)
    return decided(session, (item,), "accepted")


def _accept_image(session: Session, _args: Args) -> Result:
    review, here = session.review, session.image.index
    items = tuple(
        item
        for item in review.queue
        if item.index == here and item not in review.verdicts and not item.offered
    )
    return decided(session, items, "accepted") if items else _next(session, Args())


def _reject(session: Session, _args: Args) -> Result:
    item, at = _in_front(session)
    if item is not None and at is not None:
        return deleted(session, item, at)
    if item is not None and item.offered:
        return decided(session, (item,), "rejected", told="Not labelled")
    return session, ()


def _reclass(session: Session, args: Args) -> Result:
    item, at = _in_front(session)
    chosen = class_number(session, args.argument)
    if item is None or (at is None and not item.offered):
        return session, ()
    if args.argument is None:
        return class_wanted(session, RECLASS)
    if chosen is None:
        return said(session, f"There are {len(session.classes)} classes", "warning")
    if at is None:
        return added(session, item, chosen)
    instances = list(session.image.instances)
    if instances[at].class_id == chosen:
        return _accept(session, args)
    new = instances[at] = replace(instances[at], class_id=chosen, source=None)
    return changed(session, item, tuple(instances), "reclassed", f"Now {class_text(session, chosen)}", new)


def _edit(session: Session, _args: Args) -> Result:
    _, at = _in_front(session)
    return (session, ()) if at is None else (interrupted(session, at), ())


def _undo(session: Session, _args: Args) -> Result:
    return taken_back(session)


def _next(session: Session, _args: Args) -> Result:
    """From an open object to the next open one; from a decided one, which `_previous` led to, a step back."""
    review = session.review
    decided_one = review.item in review.verdicts
    place = (review.there if decided_one else review.following)(review.place + 1)
    return shown(session, place) if place is not None else said(session, _last(session))


def _previous(session: Session, _args: Args) -> Result:
    place = session.review.there(session.review.place - 1, -1)
    if place is not None:
        return shown(session, place)
    undo = key_for(session, "review.undo")
    return said(session, f"This is the first object; what was deleted comes back with {undo}")


def _last(session: Session) -> str:
    return f"This is the last open object: {key_for(session, 'review.toggle')} ends the review"


def _in_front(session: Session) -> tuple[Item | None, int | None]:
    item = session.review.item
    return item, (found(session, item) if item is not None else None)


def _gathering(session: Session) -> str | None:
    if session.review.gathering:
        return f"The labels are being read: {session.review.read} images so far"
    return None


def _no_object(session: Session) -> str | None:
    if reason := _gathering(session):
        return reason
    if session.image.status == "ready" and not judgeable(session):
        return f"This object is no longer there: {key_for(session, 'review.next')} goes on"
    return None


def _unacceptable(session: Session) -> str | None:
    item = session.review.item
    blocked = edit_reason(session) if item is not None and item.offered else None
    return blocked or _no_object(session)


def _no_rival(session: Session) -> str | None:
    item = session.review.item
    if item is not None and item.rival is None:
        return f"No model disagrees here: {key_for(session, 'review.filter')} 'disagree' finds where one does"
    return _no_object(session)


def _no_label(session: Session) -> str | None:
    item = session.review.item
    if item is not None and item.offered and object_in_front(session) is None:
        accept = key_for(session, "review.accept")
        return f"Only the model sees this object: {accept} labels it, then it can be changed"
    return _no_object(session)


def _nothing_decided(session: Session) -> str | None:
    return None if session.review.past else "Nothing was decided yet"


def _note(session: Session, args: Args) -> Result:
    if args.argument is None:
        return session, (Ask("note", "image.note"),)
    return session, (Judge(session.image.index, note=args.argument.strip()),)


def _no_notes(session: Session) -> str | None:
    return edit_reason(session) if session.options.read_only else None


def _verify(session: Session, _args: Args) -> Result:
    """Checked, with all that is labelled in it; again: not checked."""
    image = session.image
    if image.state in JUDGED:
        return session, (Judge(image.index, state="todo"), Notify("Not checked any more"))
    lines = tuple(one.source for one in image.instances if one.source)
    count = len(image.instances)
    what = f"with its {count} object{'' if count == 1 else 's'}" if count else "with nothing in it"
    on = key_for(session, "files.next_unverified")
    text = f"Checked, {what}: {on} goes to the next that nobody checked"
    return session, (Judge(image.index, state="accepted", accepted=lines), Notify(text))


def _leave_out(session: Session, _args: Args) -> Result:
    image = session.image
    if image.state == "rejected":
        return session, (Judge(image.index, state="todo"), Notify("Not left out any more"))
    return session, (Judge(image.index, state="rejected"), Notify("Left out: runs pass it by"))


def _seeker(name: str, label: str, doc: str, what: str, by: int) -> Command:
    def run(session: Session, _args: Args) -> Result:
        return session, (Seek(session.image.index, what, by),)

    return Command(name, label, doc, "review", run, modes=_AT_REST, loading=True, leaves=True)


COMMANDS = (
    Command(
        "review.toggle",
        "review",
        "Begin or end a review, or go on with it after an edit",
        "review",
        _toggle,
        modes=EVERY_MODE - {Mode.HINTS, Mode.GRID},
        loading=True,
        leaves=True,
    ),
    Command(
        "review.filter",
        "filter",
        "Review what a filter names: state, class, score, size",
        "review",
        _filter,
        modes=_AT_REST,
        loading=True,
        leaves=True,
        argument="words of a filter",
    ),
    Command(
        "review.accept",
        "accept",
        "Accept the object and go to the next",
        "review",
        _accept,
        unavailable=_unacceptable,
        modes=_REVIEW,
    ),
    Command(
        "review.reject",
        "delete",
        "Delete the object and go to the next",
        "review",
        _reject,
        unavailable=_no_object,
        modes=_REVIEW,
        edits=True,
    ),
    Command(
        "review.reclass",
        "class",
        "Give the object another class and go to the next",
        "review",
        _reclass,
        unavailable=_no_object,
        modes=_REVIEW,
        argument="class number, from 0",
        edits=True,
    ),
    Command(
        "review.edit",
        "edit",
        "Interrupt the review to change the object",
        "review",
        _edit,
        unavailable=_no_label,
        modes=_REVIEW,
        edits=True,
    ),
    Command(
        "review.model",
        "model's",
        "Take what the model says, and go to the next",
        "review",
        take_model,
        unavailable=_no_rival,
        modes=_REVIEW,
        edits=True,
    ),
    Command(
        "review.accept_image",
        "accept all",
        "Accept all open objects of the image",
        "review",
        _accept_image,
        unavailable=_no_object,
        modes=_REVIEW,
    ),
    Command(
        "review.undo",
        "undo",
        "Take back the last decision of the review",
        "review",
        _undo,
        unavailable=_nothing_decided,
        modes=_REVIEW,
    ),
    Command(
        "review.next",
        "skip",
        "Leave the object as it is and go to the next",
        "review",
        _next,
        unavailable=_gathering,
        modes=_REVIEW,
        loading=True,
    ),
    Command(
        "review.previous",
        "back",
        "Go back to the object before this, decided or not",
        "review",
        _previous,
        unavailable=_gathering,
        modes=_REVIEW,
        loading=True,
    ),
    Command(
        "image.note",
        "note",
        "Write a note on the image",
        "review",
        _note,
        unavailable=_no_notes,
        modes=_AT_REST,
        argument="text of the note",
    ),
    Command(
        "image.verify",
        "checked",
        "Mark the image as checked, or take the mark off",
        "review",
        _verify,
        unavailable=_no_notes,
        modes=NAVIGATE,
    ),
    Command(
        "image.leave_out",
        "leave out",
        "Have runs pass the image by, or no longer",
        "review",
        _leave_out,
        unavailable=_no_notes,
        modes=NAVIGATE,
    ),
    _seeker("files.next_unlabeled", "next unlabeled", "Go to the next image without labels", "unlabeled", 1),
    _seeker(
        "files.previous_unlabeled", "prev unlabeled", "Go back to an image without labels", "unlabeled", -1
    ),
    _seeker(
        "files.next_unverified", "next unverified", "Go to the next image nobody has judged", "unverified", 1
    ),
)
