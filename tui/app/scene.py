"""Session to Scene: what the canvas shows of a state."""

from __future__ import annotations

from tui.app.colours import class_colour
from tui.render.scene import (
    Canvas,
    GridMark,
    LabelMark,
    MaskMark,
    Photo,
    PointMark,
    Scene,
    ShapeMark,
    TextMark,
    View,
    box_points,
)
from tui.session.commands.hints import INSTANCE
from tui.session.draft import spanned
from tui.session.grid import cells
from tui.session.state import Mode, Session
from tui.types.instance import Instance
from tui.types.shapes import Box, bounds

_NAME_LETTERS = 14
_PROMPT_COLOUR = (255, 255, 255)


def build_scene(session: Session, canvas: Canvas, photo: Photo | None) -> Scene:
    """Everything visible of `session`; without a photo (loading, damaged) only the empty canvas."""
    view = View(session.view.x, session.view.y, session.view.scale)
    if photo is None or session.image.status != "ready":
        return Scene(canvas, None, view)
    draft, candidate = session.draft, session.selected_candidate
    colour = class_colour(session.current_class)
    mask = MaskMark(candidate.mask, colour, session.look.fill) if candidate else None
    points = tuple(PointMark(p.x, p.y, p.positive) for p in draft.points)
    return Scene(
        canvas,
        photo,
        view,
        mask=mask,
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
    return tuple(
        TextMark(_short(session, instance.class_id), box.x0, box.y0, class_colour(instance.class_id), "above")
        for number, instance in enumerate(session.image.instances)
        if number not in session.hidden
        for box in (bounds(instance.shape),)
    )


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


def _labels(session: Session) -> tuple[LabelMark, ...]:
    """What is still to be typed of each hint; the labels of what is labelled already are the weak ones."""
    if session.mode is not Mode.HINTS:
        return ()
    done = len(session.hints.typed)
    return tuple(LabelMark(t.x, t.y, label[done:], t.kind != INSTANCE) for label, t in session.hints.open)


def _shapes(session: Session) -> tuple[ShapeMark, ...]:
    marks = [
        _instance_mark(instance, selected=number == session.selection)
        for number, instance in enumerate(session.image.instances)
        if number not in session.hidden or number == session.selection
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
