"""What a review changes about a picture: the object that is judged stands out, everything else steps back."""

from __future__ import annotations

from dataclasses import replace

from tui.render.scene import Rgb, ShapeMark
from tui.session.commands.move import snapped
from tui.session.reviewing import extent, found
from tui.session.state import Mode, Session
from tui.types.shapes import bounds

_NARROW = 12
"""Device pixels: the frame of an object that is less wide or high hides it, so it stands around it."""

_WIDE = 48
"""Device pixels: handles on an object that is less wide or high hide what it is."""

_DIM = 0.5
"""How much of a colour is left of what steps back."""


def judged(session: Session) -> int | None:
    """The instance that is judged in a review, or None."""
    review, item = session.review, session.review.item
    if review.phase != "on" or item is None or item.index != session.image.index:
        return None
    return found(session, item)


def dim(colour: Rgb) -> Rgb:
    """A colour of something beside the object that is judged."""
    r, g, b = (round(value * _DIM) for value in colour)
    return r, g, b


def beside(mark: ShapeMark) -> ShapeMark:
    """The outline of another object: dim, and without handles."""
    return replace(mark, colour=dim(mark.colour), style="solid")


def in_front(mark: ShapeMark, scale: float) -> ShapeMark:
    """The outline of the object that is judged: with handles only where there is room, around a narrow one.

    `scale` is device pixels per image pixel.
    """
    (x0, y0), (x1, y1) = ((f(p[0] for p in mark.points), f(p[1] for p in mark.points)) for f in (min, max))
    room = min(x1 - x0, y1 - y0) * scale
    mark = replace(mark, style="selected" if room >= _WIDE else "solid")
    if not mark.box or room >= _NARROW:
        return mark
    out = 1 / scale
    xs, ys = {x0: x0 - out, x1: x1 + out}, {y0: y0 - out, y1: y1 + out}
    return replace(mark, points=tuple((xs[x], ys[y]) for x, y in mark.points))


def cursor(session: Session) -> tuple[float, float] | None:
    """The cursor to draw: none in a review before it is moved off the object that it was put on."""
    review, item, wh = session.review, session.review.item, session.image.wh
    if session.mode is not Mode.REVIEW or review.phase != "on" or item is None:
        return session.cursor
    if item.index != session.image.index:
        return session.cursor
    at = found(session, item)
    places = [extent(session, item).center]
    places += [bounds(session.image.instances[at].shape).center] if at is not None else []
    return None if session.cursor in [snapped(place, wh) for place in places] else session.cursor
