"""Instances put onto the images that follow: the session goes there, adds them, saves, and comes back.

Nothing but the usual way to an image and an edit of it, so undo, journal, saves and the safety of label files
are the usual ones on each of them.
"""

from __future__ import annotations

from dataclasses import replace

from tui.session.commands.command import NAVIGATE, Args, Command, Result, edit_reason
from tui.session.commands.copying import fitting
from tui.session.commands.files import gone_to
from tui.session.edit import autosaved, edited
from tui.session.effects import Effect, Notify
from tui.session.keymap import key_for
from tui.session.marks import targets
from tui.session.state import Session, Spread
from tui.session.walk import no_instance

MOST = 1000
"""Images at most: each is opened in turn."""


def _propagate(session: Session, args: Args) -> Result:
    """What is selected or marked, else all, onto as many images as were counted."""
    image = session.image
    chosen = targets(session) or range(len(image.instances))
    count = min(args.times, MOST, session.image_count - 1 - image.index)
    instances = tuple(image.instances[index] for index in chosen)
    return _on(session, Spread(instances, image.index, count))


def landed(session: Session) -> Result:
    """An image came to the front: copies that are on their way are added, and it goes on."""
    spread = session.spread
    if spread is None:
        return session, ()
    effects: tuple[Effect, ...] = ()
    there = session.image.status == "ready" and edit_reason(session) is None
    new = fitting(session, spread.instances)[0] if there else ()
    if new:
        session, effects = autosaved(edited(session, (*session.image.instances, *new)))
        spread = replace(spread, left=spread.left - 1, images=spread.images + 1)
    else:
        spread = replace(spread, left=spread.left - 1, skipped=spread.skipped + 1)
    if spread.left > 0:
        session, on = _on(session, spread)
    else:
        session, on = gone_to(replace(session, spread=None), spread.origin)
        on = (*on, Notify(_outcome(session, spread)))
    return session, (*effects, *on)


def stopped(session: Session) -> Result:
    """No further image gets copies; those that have them keep them."""
    spread = session.spread
    if spread is None:
        return session, ()
    session = replace(session, spread=None)
    return session, (Notify(f"Stopped here. {_outcome(session, spread)}"),)


def _on(session: Session, spread: Spread) -> Result:
    return gone_to(replace(session, spread=spread), session.image.index + 1)


def _outcome(session: Session, spread: Spread) -> str:
    what = "1 instance" if len(spread.instances) == 1 else f"{len(spread.instances)} instances"
    onto = "1 image" if spread.images == 1 else f"{spread.images} images"
    text = f"Put {what} onto {onto}: {key_for(session, 'edit.undo')} takes them off again, image by image"
    return f"{text}; {spread.skipped} left as they were" if spread.skipped else text


def _none_to_propagate(session: Session) -> str | None:
    if reason := no_instance(session):
        return reason
    if session.listing:
        return "The folder is still being read: try again in a moment"
    return None if session.image.index + 1 < session.image_count else "No image follows this one"


COMMANDS = (
    Command(
        "instance.propagate",
        "propagate",
        "Put instances onto the next image, or as many as counted",
        "instances",
        _propagate,
        unavailable=_none_to_propagate,
        modes=NAVIGATE,
        counts=True,
        edits=True,
    ),
)
