"""Session to Scene: what the canvas shows of a state."""

from __future__ import annotations

from dataclasses import replace

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
from tui.session.commands.hints import INSTANCE, PROPOSAL, READY
from tui.session.draft import spanned
from tui.session.grid import cells
from tui.session.handles import WHOLE
from tui.session.proposals import Proposed
from tui.session.proposing import selected
from tui.session.state import Mode, Session
from tui.types.instance import Instance
from tui.types.shapes import Box, Polygon, Shape, bounds

_NAME_LETTERS = 14
_SIDE_PART = 1 / 400
"""Thickness of the side in hand as a part of the canvas' longer side."""

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
        cursor=session.cursor,
        labels=_labels(session),
        minimap=session.look.minimap,
    )


def _names(session: Session) -> tuple[TextMark, ...]:
    """The class of each instance at its top left corner: colour is never the only cue."""
    if not session.look.names:
        return ()
    named = (
        TextMark(_short(session, instance.class_id), box.x0, box.y0, class_colour(instance.class_id), "above")
        for number, instance in enumerate(session.image.instances)
        if number not in session.hidden
        for box in (bounds(instance.shape),)
    )
    return (*named, *_model_says(session))


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
    marks = [
        _instance_mark(instance, selected=number == session.selection or number in session.marked)
        for number, instance in enumerate(session.image.instances)
        if number not in session.hidden or number == session.selection
    ]
    for instance in session.theirs.get(session.image.index, ()):
        marks.append(replace(_instance_mark(instance, selected=False), colour=_THEIRS_COLOUR, style="open"))
    front = selected(session)
    marks += [_proposal_mark(one, selected=one is front) for one in session.proposals.offered]
    rival = _rival_shape(session)
    marks += [rival] if rival is not None else []
    marks += [*_in_hand(session), *_meant(session)]
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


def _in_hand(session: Session) -> list[ShapeMark]:
    """The side of a box that the keys move, in the colour of what is being made."""
    handle = session.edit.handle
    if session.mode is not Mode.EDIT or session.selection is None or handle == WHOLE:
        return []
    box = session.image.instances[session.selection].shape
    if not isinstance(box, Box):
        return []  # the cursor stands on a vertex
    thick = max(1, round(max(session.view.canvas) * _SIDE_PART)) / session.view.scale
    x0, y0, x1, y1 = box.x0, box.y0, box.x1, box.y1
    strips = (
        Box(x0, y0, x0 + thick, y1),
        Box(x0, y0, x1, y0 + thick),
        Box(x1 - thick, y0, x1, y1),
        Box(x0, y1 - thick, x1, y1),
    )
    return [ShapeMark(box_points(strips[handle - 1]), _PROMPT_COLOUR)]


def _meant(session: Session) -> list[ShapeMark]:
    """After the first of two letters: the shapes that the second one would take."""
    if session.mode is not Mode.HINTS or not session.hints.typed:
        return []
    proposals = session.proposals
    shapes = {one.key: one.shape for one in (*proposals.offered, *proposals.ready)}
    found = (shapes.get(target.key) for _, target in session.hints.open if target.kind in (PROPOSAL, READY))
    return [_mark(shape, _NAMELESS_COLOUR, "offered") for shape in found if shape is not None]


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
