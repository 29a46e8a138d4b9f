"""Going through a review: from object to object, judging, taking back, and what is recorded of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TypeVar

from tui.errors import UsageError
from tui.session import view as viewport
from tui.session.commands.command import Result, edit_reason, said
from tui.session.commands.files import gone_to
from tui.session.commands.move import moved_to
from tui.session.draft import cleared
from tui.session.edit import autosaved, undone
from tui.session.effects import Ask, Effect, Gather, Judge, Notify
from tui.session.events import Facts, Judged, Sought
from tui.session.handles import Edit
from tui.session.keymap import key_for
from tui.session.owed import line_of, owing, whereabouts
from tui.session.proposing import deselected
from tui.session.review import (
    Change,
    Item,
    Review,
    Step,
    Verdict,
    parse_filter,
    partly,
    queue,
    report_lines,
    summary,
)
from tui.session.state import Mode, Session
from tui.session.walk import with_instance
from tui.types.instance import Instance
from tui.types.shapes import Box, bounds
from tui.types.text import printable

_V = TypeVar("_V")

RECLASS = "review.reclass"
"""The command that a class chosen in a review answers to."""


def begun(session: Session, text: str) -> Result:
    """A review of what the filter `text` names; its facts are gathered first. Raises UsageError."""
    wanted = parse_filter(text, session.classes)
    ticket = session.review.ticket + 1
    before = session.review
    review = Review("on", text, ticket, gathering=True, owed=before.owed, judged=before.judged)
    session = at_rest(replace(session, review=review))
    return session, (Gather(ticket, wanted.fresh, wanted.rivals),)


def at_rest(session: Session) -> Session:
    """The session with nothing in the making and nothing in hand: what there was is dropped."""
    session = replace(cleared(deselected(session)), drawn=(), edit=Edit(), selection=None)
    return replace(session, mode=session.resting, warned=False, leaving=False)


def _nothing_asked(session: Session) -> Session:
    """The session in which no new class is on its way to the object in front any more."""
    if session.class_command != RECLASS:
        return session
    return replace(session, class_command="", class_adding="")


def resting(session: Session) -> Session:
    """The session in the mode that it rests in, unless something is being made."""
    if session.draft.empty and session.mode in (Mode.NAVIGATE, Mode.REVIEW):
        return replace(session, mode=session.resting)
    return session


def ended(session: Session) -> Result:
    """The review is over; what was decided stays."""
    review = session.review
    over = Review(ticket=review.ticket + 1, text=review.text, owed=review.owed, judged=review.judged)
    session = resting(replace(_nothing_asked(session), review=over))
    stop = (Gather(review.ticket + 1, stop=True),) if review.gathering else ()
    return session, (*stop, Notify(summary(review)))


def routed(session: Session, event: Facts | Judged | Sought) -> Result:
    """What a review asked for, and what was recorded of it."""
    if isinstance(event, Facts):
        return facts(session, event)
    return judged(session, event) if isinstance(event, Judged) else sought(session, event)


def facts(session: Session, event: Facts) -> Result:
    """More is known of the dataset; when all of it is, the first object is shown."""
    review = session.review
    if event.ticket != review.ticket or review.phase == "off":
        return session, ()
    known = (*review.facts, *event.images)
    review = replace(review, facts=known, read=event.read, gathering=not event.complete)
    if not event.complete:
        return replace(session, review=review), ()
    try:
        wanted = parse_filter(review.text, session.classes)
    except UsageError as error:  # a class that it names went from the list meanwhile
        session, _ = ended(session)
        return session, (Notify(printable(error.sentence), "warning"),)
    items = queue(known, wanted)
    review = replace(review, facts=(), queue=items, place=0, partly=partly(known, wanted))
    session = replace(session, review=review)
    if not items:
        text = "There is nothing to review: " + (event.problem or f"{event.read} images were read")
        session, _ = ended(session)
        return session, (Notify(text, "warning"),)
    session, effects = shown(session, 0)
    return session, (Notify(_welcome(session, printable(event.problem))), *effects)


def _welcome(session: Session, problem: str) -> str:
    """How many objects there are and in what order, and the keys that this sentence stands in front of."""
    review = session.review
    order = "least certain first" if review.ranked else "in the order of images"
    count = f"{len(review.queue)} object{'' if len(review.queue) == 1 else 's'}, {order}"
    if problem:
        return f"{count}. {problem}"
    keys = (("accept", "accepts"), ("reject", "deletes"), ("undo", "takes back"))
    return f"{count}: " + ", ".join(f"{key_for(session, f'review.{name}')} {word}" for name, word in keys)


def shown(session: Session, place: int) -> Result:
    """The item at `place` in front, on its image."""
    session = replace(_nothing_asked(session), review=replace(session.review, place=place))
    item = session.review.item
    if item is None or item.index == session.image.index:
        return arrived(session)
    if item.index >= session.image_count:
        return said(session, "The folder changed: the image of this object is gone", "warning")
    return gone_to(session, item.index)


def arrived(session: Session) -> Result:
    """The image of the item is there: take back what waits for it, select the object, zoom to it."""
    review = session.review
    if review.phase == "off" or session.image.status != "ready":
        return session, ()
    if review.undoing is not None and review.undoing.items[0].index == session.image.index:
        return _undo_here(session, review.undoing)
    item = review.item
    if review.phase != "on" or item is None or item.index != session.image.index:
        return session, ()
    if item.offered:
        session = moved_to(replace(session, selection=None), extent(session, item).center)
    else:
        at = found(session, item)
        if at is None:
            return said(session, "This object is no longer in the label file: go on to the next")
        session = with_instance(session, at)
    view = viewport.looked_at(session.view, session.image.wh, extent(session, item))
    return resting(replace(session, view=view)), ()


def extent(session: Session, item: Item) -> Box:
    """What of the image must be seen to judge an item: the label, and what the detector sees instead."""
    at = found(session, item)
    shapes = [session.image.instances[at].shape] if at is not None else []
    if item.rival is not None and item.rival.shape is not None:
        shapes.append(item.rival.shape)
    if not shapes:
        return Box(0.0, 0.0, *session.image.wh)
    x0, y0, x1, y1 = zip(*(bounds(shape).xyxy for shape in shapes), strict=True)
    return Box(min(x0), min(y0), max(x1), max(y1))


def found(session: Session, item: Item) -> int | None:
    """Where the object of an item stands among the instances in front: by its label line."""
    return seen_in(session.image.instances, session.review, item)


def seen_in(instances: tuple[Instance, ...], review: Review, item: Item) -> int | None:
    """Where the object of an item stands among `instances`; one that was changed, by what it became."""
    if item in review.became:
        return whereabouts(instances, review.became[item])
    lines = [instance.source for instance in instances]
    return lines.index(item.line) if item.line and item.line in lines else None


def decided(
    session: Session, items: tuple[Item, ...], verdict: Verdict, change: Change | None = None, told: str = ""
) -> Result:
    """Note a verdict and go on; the image's state is recorded when all of its objects are judged.

    What was changed on the image must have been changed and saved before. `told` says what was changed: it is
    said with the key that takes it back.
    """
    review, index = session.review, items[0].index
    step = Step(
        review.place,
        items,
        verdict,
        session.image.state if index == session.image.index else "",
        change,
        tuple(review.verdicts.get(item) for item in items),
        tuple(review.became.get(item) for item in items),
    )
    made = {} if change is None else change.made
    review = replace(
        review,
        verdicts=MappingProxyType({**review.verdicts, **dict.fromkeys(items, verdict)}),
        became=MappingProxyType({**review.became, **made}) if made else review.became,
        past=(*review.past, step),
        judged=review.judged + sum(item not in review.verdicts for item in items),
    )
    effects: list[Effect] = [_judgement(review, index, items, verdict)]
    if told:
        done = told[0].lower() + told[1:]
        effects.append(Notify(f"Done: {done}. {key_for(session, 'review.undo')} takes it back"))
    session, recorded = owing(replace(session, review=review), index, tuple(made.values()))
    effects += recorded
    session, more = onwards(session)
    return session, (*effects, *more)


def onwards(session: Session) -> Result:
    """The next open object, from the first on where none follows; the end where none is left."""
    review = session.review
    place = review.following(review.place)
    place = review.following(0) if place is None else place
    if place is not None:
        return shown(session, place)
    session, effects = ended(session)
    return session, (*effects, Ask("summary", lines=report_lines(review)))


def _judgement(review: Review, index: int, items: tuple[Item, ...], verdict: Verdict) -> Judge:
    """What to record: the objects that were accepted, and the image's state once nothing of it is open."""
    here = [item for item in review.queue if item.index == index]
    state = ""
    if index not in review.partly and all(item in review.verdicts for item in here):
        clean = all(review.verdicts[item] == "accepted" for item in here)
        state = "accepted" if clean else "corrected"
    agreed = tuple(item.line for item in items if item.line) if verdict == "accepted" else ()
    return Judge(index, state=state, accepted=agreed)


def taken_back(session: Session) -> Result:
    """The last judgement undone, on its image, which is shown first where another is in front."""
    *past, step = session.review.past
    review = replace(
        session.review,
        past=tuple(past),
        judged=session.review.judged - step.verdicts.count(None),
        verdicts=_with_earlier(session.review.verdicts, step.items, step.verdicts),
        place=step.place,
        undoing=step,
    )
    session = replace(session, review=review)
    index = step.items[0].index
    return arrived(session) if index == session.image.index else gone_to(session, index)


def _with_earlier(
    now: Mapping[Item, _V], items: tuple[Item, ...], earlier: tuple[_V | None, ...]
) -> Mapping[Item, _V]:
    """What is noted of items, with that of `items` as it was; None was nothing."""
    before = dict(zip(items, earlier, strict=True))
    kept = {item: what for item, what in now.items() if item not in before}
    return MappingProxyType({**kept, **{item: what for item, what in before.items() if what is not None}})


def _undo_here(session: Session, step: Step) -> Result:
    review = session.review
    made = [review.became[item] for item in step.items if item in review.became]
    made_lines = tuple(line for one in made if (line := line_of(session.image.instances, one)))
    lines = tuple(item.line for item in step.items if item.line and item not in review.verdicts)
    effects: tuple[Effect, ...] = ()
    notice: tuple[Effect, ...] = ()
    session = replace(session, review=replace(review, undoing=None))
    if step.change is not None and (reason := _kept_reason(session, step.change)):
        notice = (Notify(reason, "warning"),)
    elif step.change is not None:
        while len(session.image.history.past) > step.change.since:
            session = undone(session)
        session, effects = autosaved(session)
        lines = (*lines, *made_lines)
        became = _with_earlier(review.became, step.items, step.became)
        session = replace(session, review=replace(session.review, became=became))
    session, more = arrived(session)
    judge = Judge(step.items[0].index, state=step.state or "todo", reopened=lines)
    return session, (*effects, judge, *more, *notice)


def _kept_reason(session: Session, change: Change) -> str | None:
    """Why the labels stay as they are when a decision is taken back, or None."""
    if reason := edit_reason(session):
        return reason
    if change.depth == len(session.image.history.past):
        return None
    edit, undo = key_for(session, "review.edit"), key_for(session, "edit.undo")
    return f"Open again, but its labels were changed since and stay: {edit} and {undo} take that back"


def judged(session: Session, event: Judged) -> Result:
    """The sidecar has a record of an image; a failure is said, the labels are not concerned."""
    if event.index == session.image.index:
        image = replace(session.image, state=event.state, note=event.note)
        session = replace(session, image=image)
    return session, ((Notify(printable(event.problem), "warning"),) if event.problem else ())


def sought(session: Session, event: Sought) -> Result:
    """The image that was looked for."""
    if event.start != session.image.index:
        return session, ()
    if event.found is None:
        return said(session, f"There is no {event.what} image but this one")
    begun_since = session.mode not in (Mode.NAVIGATE, Mode.PROPOSAL, Mode.REVIEW)
    if begun_since or session.reshaping is not None or session.spread is not None:
        text = f"Image {event.found + 1} is the {event.what} one: end what you began, then ask again"
        return said(session, text, "warning")
    return gone_to(session, event.found)


def judgeable(session: Session) -> bool:
    """Whether the object in front is still there, or is one that only a detector sees."""
    item = session.review.item
    offered = item is not None and item.offered and item.index == session.image.index
    return offered or object_in_front(session) is not None


def object_in_front(session: Session) -> Instance | None:
    """The labelled object that is judged, if it is still there."""
    item = session.review.item
    at = found(session, item) if item is not None and item.index == session.image.index else None
    return None if at is None else session.image.instances[at]
