"""The status line of a review: how far it is, what the label says, and what a model says instead."""

from __future__ import annotations

from tui.app.parts import Part, class_label, saved_part
from tui.session.proposing import selected
from tui.session.review import JUDGED, Item
from tui.session.reviewing import object_in_front
from tui.session.state import Session
from tui.types.text import printable


def parts(session: Session) -> list[Part]:
    """Parts of a review from the most to the least important."""
    review, image = session.review, session.image
    if review.gathering:
        return [Part("review", "strong"), Part(f"reading labels: {review.read:,} images", "warn")]
    found = [Part(f"review {review.place + 1}/{len(review.queue)}", "strong")]
    if image.status == "loading":
        return [*found, Part("loading…", "warn")]
    item = review.item
    if item is not None and item.index == image.index:
        found += _verdict_parts(session, item)
        if verdict := review.verdicts.get(item):
            found.append(Part(f"✓ {verdict}", "good"))
    found.append(Part(f"{len(review.verdicts)} done"))
    found += [saved_part(session), *state_parts(session), Part(printable(image.name, 32))]
    return found


def front_class(session: Session) -> int:
    """The class that the status line names: that of the object which is selected, edited or in front of a
    review, or of the proposal in front; else the current one, which the next object gets.
    """
    if session.review.phase == "on" and session.review.item is not None:
        front = object_in_front(session)
        return session.review.item.class_id if front is None else front.class_id
    if session.selection is not None:
        return session.image.instances[session.selection].class_id
    one = selected(session)
    return session.current_class if one is None or one.class_id is None else one.class_id


def state_parts(session: Session) -> list[Part]:
    """How far the image is, where somebody or something said so, and that there is a note."""
    image = session.image
    found = []
    if image.state in JUDGED:
        found.append(Part("✓ checked", "good"))
    elif image.state == "proposed":
        found.append(Part("? proposed", "warn"))
    elif image.state == "rejected":
        found.append(Part("✗ left out", "warn"))
    if image.note:
        found.append(Part(f"note: {printable(image.note, 24)}"))
    return found


def _verdict_parts(session: Session, item: Item) -> list[Part]:
    """Label and model side by side, or why the object is asked about."""
    front = object_in_front(session)
    if front is not None:
        label = Part(class_label(session, front.class_id), "class")
    else:
        label = Part("not labeled" if item.offered else "no longer there", "warn")
    rival = item.rival
    if rival is None:
        return [label, *([Part(printable(item.why, 40), "warn")] if item.why else [])]
    if rival.class_id is None:
        return [label, Part("model: nothing here", "warn")]
    says = f"model: {class_label(session, rival.class_id)} {rival.score:.2f}"
    where = f", overlap {rival.overlap:.0%}" if front is not None else ""
    return [label, Part(says + where, "warn")]
