"""A review interrupted to edit the object in front, and going on with it: a change is a judgement."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from tui.session.commands.command import Result
from tui.session.edit import Instances
from tui.session.effects import Notify
from tui.session.handles import Edit
from tui.session.keymap import key_for
from tui.session.owed import owing, whereabouts
from tui.session.review import Change, Interruption, Item, Review, Verdict
from tui.session.reviewing import at_rest, decided, ended, seen_in, shown
from tui.session.state import Mode, Session
from tui.types.instance import Instance


def interrupted(session: Session, at: int) -> Session:
    """The object in front, instance `at`, in edit mode."""
    image = session.image
    before = Interruption(image.instances, len(image.history.past))
    review = replace(session.review, phase="editing", interrupted=before)
    return replace(session, review=review, selection=at, mode=Mode.EDIT, edit=Edit())


def edit_left(session: Session) -> Result:
    """Editing an instance is over: back to the review that it interrupted, where there is one."""
    if session.review.phase == "editing":
        return resumed(session)
    return replace(session, mode=session.resting, edit=Edit()), ()


def resumed(session: Session) -> Result:
    """The review goes on. Objects of it that were changed meanwhile are judged by that, and it goes to the
    next; else the object in front stays there, to be judged.
    """
    review, selection = session.review, session.selection
    item, before = review.item, review.interrupted
    session = at_rest(replace(session, review=replace(review, phase="on", interrupted=None)))
    if item is None or before is None:
        return ended(session)
    after, depth = _left_with(session, item.index)
    if after is None:
        return shown(session, review.place)
    in_hand = after[selection] if session.image.index == item.index and selection is not None else None
    became = _changed(review, before.instances, after, item, in_hand)
    session, recorded = owing(session, item.index, _others(before.instances, after, became))
    if not became:
        session, effects = shown(session, review.place)
        text = f"It is as it was: {key_for(session, 'review.accept')} accepts it"
        return session, (*recorded, *effects, Notify(text))
    made = {one: new for one, new in became.items() if new is not None}
    change = Change(min(before.depth, depth), depth, MappingProxyType(made))
    verdict = _verdict(review, before.instances, item, became)
    told = "Deleted" if verdict == "rejected" else "Changed"
    session, effects = decided(session, tuple(became), verdict, change, told)
    return session, (*recorded, *effects)


def _left_with(session: Session, index: int) -> tuple[Instances | None, int]:
    """What image `index` holds by now and how deep its undo history is; None where nothing is known."""
    image, kept = session.image, session.histories.get(index)
    if image.index == index and image.status == "ready":
        return image.instances, len(image.history.past)
    return (None, 0) if kept is None else (kept.present, len(kept.past))


def _changed(
    review: Review, before: Instances, after: Instances, front: Item, in_hand: Instance | None
) -> dict[Item, Instance | None]:
    """What objects of the review became that are not as they were; None for one that is not there any more.

    Where none was added or deleted each kept its place; else only the one in hand is known.
    """
    found: dict[Item, Instance | None] = {}
    for item in review.queue:
        at = seen_in(before, review, item) if item.index == front.index else None
        if at is None or whereabouts(after, before[at]) is not None:
            continue
        new = after[at] if len(before) == len(after) else None
        if item is front and new is None and in_hand is not None and whereabouts(before, in_hand) is None:
            new = in_hand
        found[item] = new
    return found


def _others(before: Instances, after: Instances, became: dict[Item, Instance | None]) -> Instances:
    """What was drawn meanwhile: a person's too, and not to be asked about in the next review."""
    mine = [id(new) for new in became.values()]
    return tuple(one for one in after if id(one) not in mine and whereabouts(before, one) is None)


def _verdict(review: Review, before: Instances, front: Item, became: dict[Item, Instance | None]) -> Verdict:
    if front not in became:
        return "edited"
    new, at = became[front], seen_in(before, review, front)
    if new is None:
        return "rejected"
    return "reclassed" if at is not None and before[at].shape == new.shape else "edited"
