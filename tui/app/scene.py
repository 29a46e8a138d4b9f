"""Session to Scene: what the canvas shows of a state."""

from __future__ import annotations

from dataclasses import replace

from tui.app import reviewscene
from tui.app.colours import class_colour
from tui.render.scene import (
    Canvas,
    GridMark,
    LabelMark,
    MaskMark,
    Photo,
    PointMark,
    Rgb,
    Scene,
    ShapeMark,
    Style,
    TextMark,
    View,
    box_points,
)
from tui.session import preview
from tui.session.commands.hints import INSTANCE
from tui.session.draft import spanned
from tui.session.grid import cells
from tui.session.proposals import Proposed
from tui.session.proposing import selected
from tui.session.state import Mode, Session
from tui.types.instance import Instance
from tui.types.shapes import Box, Polygon, Shape, bounds

_NAME_LETTERS = 14
_PROMPT_COLOUR = (255, 255, 255)
_THEIRS_COLOUR = (255, 0, 255)
"""Of labels that somebody else wrote, while the person has not chosen."""
_NAMELESS_COLOUR = (200, 200, 200)


def build_scene(session: Session, canvas: Canvas, photo: Photo | None) -> Scene:
    """Everything visible of `session`; without a photo (loading, damaged) only the empty canvas."""
    view = View(session.view.x, session.view.y, session.view.scale)
    if photo is None or session.image.status != "ready":
        return Scene(canvas, None, view)
    draft = session.draft
    points = tuple(PointMark(p.x, p.y, p.positive) for p in draft.points)
    return Scene(
        canvas,
        photo,
        view,
        mask=_mask(session),
        shapes=_shapes(session),
        points=points,
        grid=_grid(session),
        texts=_names(session),
        cursor=reviewscene.cursor(session),
        labels=_labels(session),
        minimap=session.look.minimap,
    )


def _names(session: Session) -> tuple[TextMark, ...]:
    """The class of each instance at its top left corner: colour is never the only cue."""
    if not session.look.names:
        return ()
    front = reviewscene.judged(session)
    seen = [number for number in range(len(session.image.instances)) if number not in session.hidden]
    named = [_name(session, number, front) for number in seen if number != front]
    named += [_name(session, front, front)] if front is not None else []
    return (*named, *_model_says(session))


def _name(session: Session, number: int, front: int | None) -> TextMark:
    """The class of an instance; of the one that is judged in a review, `front`, it stands out."""
    instance = session.image.instances[number]
    box, colour = bounds(instance.shape), class_colour(instance.class_id)
    colour = colour if front in (None, number) else reviewscene.dim(colour)
    return TextMark(_short(session, instance.class_id), box.x0, box.y0, colour, "above")


def _model_says(session: Session) -> tuple[TextMark, ...]:
    """In a review the class that a detector sees, at the foot of its box: the label's stands on top."""
    item = session.review.item
    if item is None or item.rival is None or _rival_shape(session) is None:
        return ()
    shape, class_id = item.rival.shape, item.rival.class_id
    if shape is None or class_id is None:
        return ()
    box = bounds(shape)
    text = f"model: {_short(session, class_id)}"
    return (TextMark(text, box.x0, box.y1, class_colour(class_id), "above"),)


def _rival_shape(session: Session) -> ShapeMark | None:
    """What a detector sees in place of the label in front of a review, dashed."""
    review, item = session.review, session.review.item
    if review.phase != "on" or item is None or item.index != session.image.index or item.rival is None:
        return None
    shape, class_id = item.rival.shape, item.rival.class_id
    return None if shape is None or class_id is None else _mark(shape, class_colour(class_id), "offered")


def _short(session: Session, class_id: int) -> str:
    """A class in a few letters that every driver can paint; its number where the name has others."""
    name = session.classes[class_id] if class_id < len(session.classes) else ""
    plain = name.isascii() and name.isprintable() and name
    return name[:_NAME_LETTERS] if plain else f"#{class_id}"


def _grid(session: Session) -> GridMark | None:
    if session.grid is None:
        return None
    found = cells(session.grid.area)
    return GridMark(tuple(found.values()), tuple(found))


def _mask(session: Session) -> MaskMark | None:
    """The mask being made; that of an older prompt stays until the answer to the new one."""
    candidate = session.selected_candidate or preview.shown(session)
    colour = class_colour(session.current_class)
    return MaskMark(candidate.mask, colour, session.look.fill) if candidate else None


def _labels(session: Session) -> tuple[LabelMark, ...]:
    """What is still to be typed of each hint; the labels of what is labelled already are the weak ones."""
    if session.mode is not Mode.HINTS:
        return ()
    done = len(session.hints.typed)
    return tuple(LabelMark(t.x, t.y, label[done:], t.kind != INSTANCE) for label, t in session.hints.open)


def _shapes(session: Session) -> tuple[ShapeMark, ...]:
    marks = _instance_marks(session)
    for instance in session.theirs.get(session.image.index, ()):
        marks.append(replace(_instance_mark(instance, selected=False), colour=_THEIRS_COLOUR, style="open"))
    front = selected(session)
    marks += [_proposal_mark(one, selected=one is front) for one in session.proposals.offered]
    rival = _rival_shape(session)
    marks += [rival] if rival is not None else []
    draft = session.draft
    if draft.box is not None:
        marks.append(ShapeMark(box_points(draft.box), _PROMPT_COLOUR))
    traced = draft.traced.get(draft.selected)
    if traced is not None and draft.coarseness != 1 and isinstance(traced.shape, Polygon):
        marks.append(ShapeMark(traced.shape.points, _PROMPT_COLOUR, "open", False))
    if session.drawn:
        marks.append(ShapeMark((*session.drawn, session.cursor), _PROMPT_COLOUR, "open", False))
    if draft.corner is not None:
        open_box = spanned(draft.corner, session.cursor)
        marks.append(ShapeMark(box_points(open_box), _PROMPT_COLOUR, "open"))
    return tuple(marks)


def _instance_marks(session: Session) -> list[ShapeMark]:
    """The instances that are seen; in a review the one that is judged comes last, over the others."""
    front = reviewscene.judged(session)
    marks, last = list[ShapeMark](), list[ShapeMark]()
    for number, instance in enumerate(session.image.instances):
        if number == front:
            last = [reviewscene.in_front(_instance_mark(instance, selected=False), session.view.scale)]
        elif number not in session.hidden or number == session.selection:
            chosen = number == session.selection or number in session.marked
            mark = _instance_mark(instance, selected=chosen)
            marks.append(mark if front is None else reviewscene.beside(mark))
    return marks + last


def _instance_mark(instance: Instance, *, selected: bool) -> ShapeMark:
    colour = class_colour(instance.class_id)
    return _mark(instance.shape, colour, "selected" if selected else "solid")


def _proposal_mark(one: Proposed, *, selected: bool) -> ShapeMark:
    """Dashed, and grey while nobody knows its class."""
    colour = _NAMELESS_COLOUR if one.class_id is None else class_colour(one.class_id)
    return _mark(one.shape, colour, "selected" if selected else "offered")


def _mark(shape: Shape, colour: Rgb, style: Style) -> ShapeMark:
    points = box_points(shape) if isinstance(shape, Box) else shape.points
    return ShapeMark(points, colour, style, isinstance(shape, Box))
