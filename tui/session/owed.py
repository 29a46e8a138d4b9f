"""What a review has still to record: a label that it changed has its line only once it is on disk."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from tui.session.commands.command import Result
from tui.session.edit import Instances, position
from tui.session.effects import Judge
from tui.session.state import Session
from tui.types.instance import Instance


def owing(session: Session, index: int, changed: Instances) -> Result:
    """Labels of image `index` that a person stands behind: recorded now, or once they are saved."""
    lines = tuple(one.source for one in changed if one.source)
    owed = tuple((index, one) for one in changed if not one.source)
    if owed:
        review = session.review
        session = replace(session, review=replace(review, owed=(*review.owed, *owed)))
    return session, ((Judge(index, accepted=lines),) if lines else ())


def settled(session: Session, index: int, on_disk: Instances) -> Result:
    """Image `index` was saved: its lines that a review changed are recorded as a person's.

    What is no longer among them was taken back or changed again meanwhile.
    """
    mine = [instance for at, instance in session.review.owed if at == index]
    if not mine:
        return session, ()
    lines = tuple(line for instance in mine if (line := line_of(on_disk, instance)))
    review = session.review
    left = tuple(entry for entry in review.owed if entry[0] != index)
    became = {
        item: now if item.index != index or (at := whereabouts(on_disk, now)) is None else on_disk[at]
        for item, now in review.became.items()
    }
    review = replace(review, owed=left, became=MappingProxyType(became))
    return replace(session, review=review), ((Judge(index, accepted=lines),) if lines else ())


def line_of(instances: Instances, wanted: Instance) -> str:
    """The label line that an instance has among `instances`; empty where it is not there or not on disk."""
    at = whereabouts(instances, wanted)
    return "" if at is None else instances[at].source or ""


def whereabouts(instances: Instances, wanted: Instance) -> int | None:
    """Where an instance is now: by its label line, else by what it says.

    Lines come first: what is read from disk again has the file's decimals and not the shape that was drawn.
    """
    if wanted.source:
        for at, instance in enumerate(instances):
            if instance.source == wanted.source:
                return at
    return position(instances, wanted)
