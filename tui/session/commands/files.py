"""Going from image to image, and saving."""

from __future__ import annotations

from dataclasses import replace

from tui.session.commands.command import Args, Command, Result, edit_reason, said
from tui.session.draft import cleared
from tui.session.edit import put_away, saving, unsaved_images
from tui.session.effects import Ask, Effect, Load
from tui.session.handles import Edit
from tui.session.hints import Hints
from tui.session.keymap import key_for
from tui.session.proposing import left_behind
from tui.session.state import ImageState, Pending, Session


def gone_to(session: Session, index: int) -> Result:
    """The session on its way to image `index`; what was not saved of the one in front is kept."""
    image = session.image
    if image.status == "ready" and image.index != index:
        session = replace(session, previous=image.instances)
    session, effects = left_behind(put_away(session))
    return awaiting(session, index), (Load(index), *effects)


def awaiting(session: Session, index: int) -> Session:
    """The session before image `index` is read, with nothing in hand that was about the one before."""
    session = replace(
        cleared(session),
        image=ImageState(index),
        selection=None,
        pending=Pending(),
        warned=False,
        leaving=False,
        grid=None,
        hints=Hints(),
        hidden=frozenset(),
        marked=frozenset(),
        edit=Edit(),
        reshaping=None,
        drawn=(),
    )
    return replace(session, mode=session.resting)


def _next(session: Session, args: Args) -> Result:
    last = session.image_count - 1
    return gone_to(session, min(session.image.index + args.times * _stride(args), last))


def _previous(session: Session, args: Args) -> Result:
    return gone_to(session, max(session.image.index - args.times * _stride(args), 0))


def _stride(args: Args) -> int:
    given = args.argument or ""
    return max(1, int(given)) if given.isascii() and given.isdigit() and len(given) < 7 else 1


def _first(session: Session, _args: Args) -> Result:
    return gone_to(session, 0)


def _last(session: Session, args: Args) -> Result:
    if args.count is not None:
        return _goto(session, args)
    if reason := _at_end(session):
        return said(session, reason)
    return gone_to(session, session.image_count - 1)


def _goto(session: Session, args: Args) -> Result:
    """A typed count is an image number from 1, a dialog's argument an index from 0."""
    if args.count is not None:
        index = args.count - 1
    elif args.argument is None:
        return session, (Ask("goto", "files.goto"),)
    else:
        given = args.argument.strip()
        index = int(given) if given.isascii() and given.isdigit() and len(given) < 12 else -1
    if not 0 <= index < session.image_count:
        return said(session, f"Images are numbered 1 to {session.image_count}{_so_far(session)}", "warning")
    if index == session.image.index:
        return said(session, f"This is image {index + 1} already")
    return gone_to(session, index)


def _so_far(session: Session) -> str:
    return " so far: the folder is still being read" if session.listing else ""


def _at_end(session: Session) -> str | None:
    if session.image.index + 1 < session.image_count:
        return None
    if session.listing:
        return "This is the last image found so far: the folder is still being read, try again in a moment"
    return f"This is the last image: {key_for(session, 'files.previous')} goes back"


def _at_start(session: Session) -> str | None:
    if session.image.index > 0:
        return None
    return f"This is the first image: {key_for(session, 'files.next')} goes on"


def save_all(session: Session) -> Result:
    """A save of every image that is not on disk.

    Also of those whose save is on its way: it may be of an older state, and writing the same twice does no
    harm.
    """
    effects: list[Effect] = []
    for index, instances in unsaved_images(session).items():
        if index in session.theirs:  # two versions: the person chooses on that image
            continue
        session, effect = saving(session, index, instances)
        effects.append(effect)
    return session, tuple(effects)


def _save(session: Session, _args: Args) -> Result:
    image = session.image
    if image.index in session.theirs:
        return session, (Ask("conflict", "conflict.take"),)
    if session.dirty or not image.has_file:
        session, effect = saving(session, image.index, image.instances)
        return session, (effect,)
    return said(session, "Nothing to save: the label file holds all of this")


def _reload(session: Session, _args: Args) -> Result:
    return gone_to(session, session.image.index)


def _save_all(session: Session, _args: Args) -> Result:
    session, effects = save_all(session)
    return (session, effects) if effects else said(session, "Nothing to save: every image is on disk")


def _save_all_reason(session: Session) -> str | None:
    return edit_reason(session) if session.options.read_only else None


COMMANDS = (
    Command(
        "files.next",
        "next",
        "Go to the next image",
        "images",
        _next,
        unavailable=_at_end,
        counts=True,
        argument="how many images at once",
        loading=True,
        leaves=True,
    ),
    Command(
        "files.previous",
        "previous",
        "Go to the previous image",
        "images",
        _previous,
        unavailable=_at_start,
        counts=True,
        argument="how many images at once",
        loading=True,
        leaves=True,
    ),
    Command(
        "files.first",
        "first",
        "Go to the first image",
        "images",
        _first,
        unavailable=_at_start,
        loading=True,
        leaves=True,
    ),
    Command(
        "files.last",
        "last",
        "Go to the last image, or the one counted",
        "images",
        _last,
        counts=True,
        loading=True,
        leaves=True,
    ),
    Command(
        "files.goto",
        "go to",
        "Go to an image by number or name",
        "images",
        _goto,
        counts=True,
        argument="image index, from 0",
        loading=True,
        leaves=True,
    ),
    Command(
        "files.reload",
        "read again",
        "Read this image and its labels from disk again",
        "images",
        _reload,
        loading=True,
        leaves=True,
    ),
    Command("files.save", "save", "Save the labels of this image", "images", _save, edits=True),
    Command(
        "files.save_all",
        "save all",
        "Save the labels of every image",
        "images",
        _save_all,
        unavailable=_save_all_reason,
    ),
)
