"""Session to Scene: what the canvas shows of a state."""

from __future__ import annotations

from tui.app.colours import class_colour
from tui.render.scene import Canvas, MaskMark, Photo, PointMark, Scene, ShapeMark, View, box_points
from tui.session.draft import spanned
from tui.session.state import Session
from tui.types.instance import Instance
from tui.types.shapes import Box

_PROMPT_COLOUR = (255, 255, 255)


def build_scene(session: Session, canvas: Canvas, photo: Photo | None) -> Scene:
    """Everything visible of `session`; without a photo (loading, damaged) only the empty canvas."""
    view = View(session.view.x, session.view.y, session.view.scale)
    if photo is None or session.image.status != "ready":
        return Scene(canvas, None, view)
    draft, candidate = session.draft, session.selected_candidate
    mask = MaskMark(candidate.mask, class_colour(session.current_class)) if candidate else None
    points = tuple(PointMark(p.x, p.y, p.positive) for p in draft.points)
    return Scene(
        canvas,
        photo,
        view,
        mask=mask,
        shapes=_shapes(session),
        points=points,
        cursor=session.cursor,
    )


def _shapes(session: Session) -> tuple[ShapeMark, ...]:
    marks = [
        _instance_mark(instance, selected=number == session.selection)
        for number, instance in enumerate(session.image.instances)
    ]
    draft = session.draft
    if draft.box is not None:
        marks.append(ShapeMark(box_points(draft.box), _PROMPT_COLOUR))
    if draft.corner is not None:
        open_box = spanned(draft.corner, session.cursor)
        marks.append(ShapeMark(box_points(open_box), _PROMPT_COLOUR, "open"))
    return tuple(marks)


def _instance_mark(instance: Instance, *, selected: bool) -> ShapeMark:
    shape = instance.shape
    boxed = isinstance(shape, Box)
    points = box_points(shape) if isinstance(shape, Box) else shape.points
    colour = class_colour(instance.class_id)
    return ShapeMark(points, colour, "selected" if selected else "solid", boxed)
