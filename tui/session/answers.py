"""What the lanes answer. An answer to something that is no longer asked is dropped here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TypeVar

from tui.session import conflict
from tui.session.commands import propagate
from tui.session.commands.classes import class_number
from tui.session.commands.command import Args, Result
from tui.session.commands.move import moved_to
from tui.session.commands.program import released
from tui.session.commands.registry import COMMANDS
from tui.session.dispatch import meant, replayed, run
from tui.session.edit import sourced, taken_up, with_entry, without
from tui.session.effects import Effect, Encode, Load, Notify, Prefetch
from tui.session.events import (
    ClassesChanged,
    Decoded,
    DecodeFailed,
    Encoded,
    EncodeFailed,
    Listed,
    Loaded,
    LoadFailed,
    Resized,
    TraceDone,
)
from tui.session.proposals import renumbered
from tui.session.reopen import reopened
from tui.session.reviewing import arrived
from tui.session.state import History, ImageState, Session, Viewport
from tui.session.view import fit, following, resized, scaled
from tui.types.instance import Instance
from tui.types.text import printable

_V = TypeVar("_V")


def loaded(session: Session, event: Loaded) -> Result:
    """The image arrived: show it, encode it, look ahead, and go on with the keys that waited for it."""
    if event.index != session.image.index or session.image.status != "loading":
        return session, ()
    session, clash = conflict.met(session, event)
    session = reopened(_shown(session, _image(session, event)))
    effects: list[Effect] = [*clash]
    if event.blocked:
        text = f"{printable(event.name)}: its labels cannot be edited: {printable(event.blocked)}"
        effects.append(Notify(text, "error"))
    if event.warning:
        effects.append(Notify(f"{printable(event.name)}: {printable(event.warning)}", "warning"))
    effects += (Encode(event.index), *_prefetch(session))
    session, judging = arrived(session)
    session, copied = propagate.landed(session)
    session, more = replayed(session)
    return session, (*effects, *judging, *copied, *more)


def _image(session: Session, event: Loaded) -> ImageState:
    """The image's state out of what was read and what this session knows better."""
    asked, kept = session.image, conflict.kept_of(session, event)
    # A save that landed while the image was being read is newer than the reading.
    saved = asked.saved if asked.has_file else event.instances
    instances: tuple[Instance, ...] = saved if kept is None else sourced(kept, saved)
    image = ImageState(
        index=event.index,
        name=event.name,
        wh=event.wh,
        status="ready",
        blocked=event.blocked,
        warning=event.warning,
        instances=instances,
        saved=saved,
        has_file=event.has_file or asked.has_file,
        encoded=asked.encoded,
        encode_error=asked.encode_error,
        state=event.state,
        note=event.note,
    )
    earlier = History(event.past, event.future, event.instances, event.wh)
    return taken_up(image, session.histories.get(event.index) or earlier)


def _shown(session: Session, image: ImageState) -> Session:
    session = replace(
        session,
        image=image,
        view=_first_view(session, image.wh),
        selection=None,
        unsaved=without(session.unsaved, image.index),
        histories=without(session.histories, image.index),
    )
    middle = image.wh[0] / 2, image.wh[1] / 2
    return moved_to(session, middle if session.view.fitted else session.cursor)


def _first_view(session: Session, wh: tuple[int, int]) -> Viewport:
    """All of the image, or the same part at the same scale as of the last one."""
    view = session.view
    if not session.look.kept or view.fitted or min(*wh, *view.canvas) <= 0:
        return fit(wh, view.canvas)
    return scaled(view, wh, view.scale, (view.x, view.y))


def _prefetch(session: Session) -> tuple[Effect, ...]:
    here = session.image.index
    wanted = tuple(here + d for d in session.options.prefetch if 0 <= here + d < session.image_count)
    return (Prefetch(wanted),) if wanted else ()


def load_failed(session: Session, event: LoadFailed) -> Result:
    """The image cannot be shown: say so and drop the keys that were meant for it."""
    if event.index != session.image.index or session.image.status != "loading":
        return session, ()
    image = replace(session.image, name=event.name, status="failed", reason=event.reason)
    session = replace(session, image=image, cursor=(0.0, 0.0))
    text = f"{printable(event.name)} cannot be shown: {printable(event.reason)}"
    if session.spread is not None:
        session, on = propagate.landed(session)
        return session, (Notify(text, "error"), *on)
    session, more = released(session, "The image cannot be shown")
    return session, (Notify(text, "error"), *_prefetch(session), *more)


def listed(session: Session, event: Listed) -> Result:
    """More of the folder is known; sorting may have given the image in front another index."""
    session = replace(session, image_count=event.count, listing=not event.complete)
    old, new = session.image.index, event.index
    if old == new:
        return session, _prefetch(session) if event.complete and session.image.status == "ready" else ()
    session = _renumbered(session, old, new)
    if session.image.status == "loading":
        return session, (Load(new),)
    if session.image.status == "failed":
        return session, ()
    encode = () if session.image.encoded else (Encode(new),)
    return session, (*encode, *_prefetch(session))


def _renumbered(session: Session, old: int, new: int) -> Session:
    return replace(
        session,
        image=replace(session.image, index=new),
        saving=_moved(session.saving, old, new),
        save_errors=_moved(session.save_errors, old, new),
        unsaved=_moved(session.unsaved, old, new),
        histories=_moved(session.histories, old, new),
        theirs=_moved(session.theirs, old, new),
        proposals=renumbered(session.proposals, lambda index: new if index == old else index),
    )


def _moved(mapping: Mapping[int, _V], old: int, new: int) -> Mapping[int, _V]:
    return with_entry(without(mapping, old), new, mapping[old]) if old in mapping else mapping


def encoded(session: Session, event: Encoded) -> Result:
    """The embedding of the image in front is there."""
    if event.index != session.image.index:
        return session, ()
    return replace(session, image=replace(session.image, encoded=True, encode_error="")), ()


def encode_failed(session: Session, event: EncodeFailed) -> Result:
    """No masks for this image until the next prompt tries again; a prompt that waits has failed."""
    if event.index != session.image.index:
        return session, ()
    session = replace(session, image=replace(session.image, encoded=False, encode_error=event.reason))
    why = f"No masks for this image: {printable(event.reason)}"
    if session.draft.waiting:
        session = _without_answer(session, event.reason)
        session, more = released(session, "There is no mask")
        return session, (Notify(why, "error"), *more)
    return session, (Notify(f"{why}. The next point tries again", "error"),)


def decoded(session: Session, event: Decoded) -> Result:
    """The newest prompt's candidates; the lane traces the selected one without being asked."""
    draft = session.draft
    if event.ticket != draft.ticket or not draft.waiting:
        return session, ()
    if not event.candidates:
        return decode_failed(session, DecodeFailed(event.ticket, "the segmenter found nothing here"))
    selected = min(max(event.selected, 0), len(event.candidates) - 1)
    draft = replace(
        draft,
        answered=event.ticket,
        candidates=event.candidates,
        selected=selected,
        traced=MappingProxyType({}),
        error="",
    )
    return replayed(replace(session, draft=draft))


def decode_failed(session: Session, event: DecodeFailed) -> Result:
    """No mask for the newest prompt: the prompt stays to be changed, keys that waited for it are dropped."""
    if event.ticket != session.draft.ticket or not session.draft.waiting:
        return session, ()
    session, more = released(_without_answer(session, event.reason), "There is no mask")
    text = f"No mask: {printable(event.reason)}. Change the prompt to try again"
    return session, (Notify(text, "error"), *more)


def _without_answer(session: Session, reason: str) -> Session:
    draft = replace(
        session.draft,
        answered=session.draft.ticket,
        candidates=(),
        selected=0,
        traced=MappingProxyType({}),
        previous=None,
        error=reason,
    )
    return replace(session, draft=draft)


def trace_done(session: Session, event: TraceDone) -> Result:
    """One candidate of the newest prompt at full resolution."""
    draft = session.draft
    stale = event.ticket != draft.ticket or event.coarseness != draft.coarseness
    if stale or draft.waiting or not 0 <= event.index < len(draft.candidates):
        return session, ()
    draft = replace(draft, traced=with_entry(draft.traced, event.index, event.traced))
    return replayed(replace(session, draft=draft))


def classes_changed(session: Session, event: ClassesChanged) -> Result:
    """The class list; a class that was added for a command is given to that command."""
    adding, command = session.class_adding, COMMANDS.get(session.class_command)
    current = min(session.current_class, max(len(event.names) - 1, 0))
    session = conflict.settled_classes(replace(session, classes=event.names, current_class=current))
    if not adding or adding not in event.names or command is None:
        return session, ()
    session = replace(session, class_adding="", class_command="")
    number = str(event.names.index(adding))
    if class_number(session, number) is None or session.image.status != "ready":
        return session, ()
    return run(session, meant(session, command, number), Args(argument=number))


def canvas_resized(session: Session, event: Resized) -> Result:
    """The canvas has another size: the view keeps what it showed, the cursor stays visible."""
    canvas = max(event.width, 0), max(event.height, 0)
    view = resized(session.view, session.image.wh, canvas)
    if session.image.status == "ready" and min(canvas) > 0:
        view = following(view, session.image.wh, session.cursor)
    return reopened(replace(session, view=view)), ()
