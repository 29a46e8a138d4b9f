"""What the hint line says of reviews: that one can begin or waits, and no keys that mean nothing now."""

from __future__ import annotations

from collections.abc import Sequence

from tui.session.review import OPEN_STATES
from tui.session.state import Mode, Session

_TOGGLE = "review.toggle"


def unjudged(session: Session) -> bool:
    """Whether the image in front has labels that were there before this session, which nobody has judged.

    It is told by what is known of this image, without a look at the others; of single objects that were
    judged nothing is known here.
    """
    image = session.image
    there = image.status == "ready" and bool(image.instances) and not image.history.past
    return there and session.review.phase == "off" and image.state in ("", *OPEN_STATES)


def arranged(session: Session, names: Sequence[str]) -> tuple[str, ...]:
    """The commands of a hint line with those of review where they belong at this moment."""
    item = session.review.item
    if session.mode is Mode.REVIEW and item is not None and item.rival is None:
        return tuple(name for name in names if name != "review.model")
    idle = session.selection is None and not session.proposals.offered and unjudged(session)
    if session.mode is not Mode.NAVIGATE or not (session.review.phase == "editing" or idle):
        return tuple(names)
    first = (_TOGGLE, "files.next") if idle else (_TOGGLE,)
    return (*first, *(name for name in names if name not in first))


def label(session: Session, name: str) -> str:
    """A command's word on the hint line where a review makes it mean more; empty where it does not."""
    if session.review.phase == "editing" and name in (_TOGGLE, "edit.leave"):
        return "done, review goes on"
    if name == _TOGGLE and session.mode is Mode.NAVIGATE and unjudged(session):
        return "review unjudged"
    return ""
