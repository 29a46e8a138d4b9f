"""Session to Scene: what the canvas shows of a state."""

from __future__ import annotations

from collections.abc import Iterator

from tui.app import reviewscene
from tui.app.colours import class_colour
from tui.app.outlines import rings_of, tag_point
from tui.render.scene import (
    NO_CUE,
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
)
from tui.session import preview
from tui.session.commands.hints import INSTANCE, PROPOSAL, READY
from tui.session.draft import spanned
from tui.session.grid import cells
from tui.session.handles import WHOLE
from tui.session.proposing import selected
from tui.session.state import Mode, Session
from tui.session.view import visible
from tui.types.shapes import Box, Polygon, Shape, bounds

_NAME_LETTERS = 14
_SIDE_PART = 1 / 400
"""Thickness of the side in hand as a part of the canvas' longer side."""

_PROMPT_COLOUR = (255, 255, 255)
_THEIRS_COLOUR = (255, 0, 255)
"""Of labels that somebody else wrote, while the person has not chosen."""
_NAMELESS_COLOUR = (200, 200, 200)
_ONE_DIGIT = 10


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
    """The class of each instance in sight at the top of its outline: colour is never the only cue."""
    if session.look.tags == "none":
        return ()
    front = reviewscene.judged(session)
    numbers = [number for number in range(len(session.image.instances)) if number not in session.hidden]
    if front in numbers:
        numbers = [*(number for number in numbers if number != front), front]
    window = visible(session.view, session.image.wh)
    named = (_name(session, number, front, window) for number in numbers)
    return (*(mark for mark in named if mark is not None), *_model_says(session))


def _name(session: Session, number: int, front: int | None, window: Box) -> TextMark | None:
    """The class of an instance in sight; of the one that is judged in a review, `front`, it stands out."""
    instance = session.image.instances[number]
    at = tag_point(instance.shape, window)
    if at is None:
        return None
    colour = class_colour(session, instance.class_id)
    colour = colour if front in (None, number) else reviewscene.dim(colour)
    return TextMark(_tag(session, instance.class_id), *at, colour, "above")


def _model_says(session: Session) -> tuple[TextMark, ...]:
    """In a review the class that a detector sees, at the foot of its box: the label's stands on top."""
    item = session.review.item
    if item is None or item.rival is None or not _rival_marks(session):
        return ()
    shape, class_id = item.rival.shape, item.rival.class_id
    if shape is None or class_id is None:
        return ()
    box = bounds(shape)
    text = f"model: {_short(session, class_id)}"
    return (TextMark(text, box.x0, box.y1, class_colour(session, class_id), "above"),)


def _rival_marks(session: Session) -> tuple[ShapeMark, ...]:
    """What a detector sees in place of the label in front of a review, dashed."""
    review, item = session.review, session.review.item
    if review.phase != "on" or item is None or item.index != session.image.index or item.rival is None:
        return ()
    shape, class_id = item.rival.shape, item.rival.class_id
    return (
        () if shape is None or class_id is None else tuple(_class_marks(session, shape, class_id, "offered"))
    )


def _tag(session: Session, class_id: int) -> str:
    """What stands at a shape: the name of its class, or only its number, as in the list of classes."""
    return _short(session, class_id) if session.look.tags == "names" else f"#{class_id}"


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
    colour = class_colour(session, session.current_class)
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
        marks += _marks(instance.shape, _THEIRS_COLOUR, "open", _cue(instance.class_id))
    marks += _proposal_marks(session)
    marks += _rival_marks(session)
    marks += [*_in_hand(session), *_meant(session)]
    draft = session.draft
    if draft.box is not None:
        marks += _marks(draft.box, _PROMPT_COLOUR, "solid")
    traced = draft.traced.get(draft.selected)
    if traced is not None and draft.coarseness != 1 and isinstance(traced.shape, Polygon):
        marks += _marks(traced.shape, _PROMPT_COLOUR, "open")
    if session.drawn:
        marks.append(ShapeMark((*session.drawn, session.cursor), _PROMPT_COLOUR, "open", False))
    if draft.corner is not None:
        marks += _marks(spanned(draft.corner, session.cursor), _PROMPT_COLOUR, "open")
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
    return list(_marks(strips[handle - 1], _PROMPT_COLOUR, "solid"))


def _meant(session: Session) -> list[ShapeMark]:
    """After the first of two letters: the shapes that the second one would take."""
    if session.mode is not Mode.HINTS or not session.hints.typed:
        return []
    proposals = session.proposals
    shapes = {one.key: one.shape for one in (*proposals.offered, *proposals.ready)}
    found = (shapes.get(target.key) for _, target in session.hints.open if target.kind in (PROPOSAL, READY))
    return [mark for shape in found if shape for mark in _marks(shape, _NAMELESS_COLOUR, "offered")]


def _instance_marks(session: Session) -> list[ShapeMark]:
    """The instances that are seen; in a review the one that is judged comes last, over the others."""
    front = reviewscene.judged(session)
    chosen = {session.selection, *session.marked}
    marks, last = list[ShapeMark](), list[ShapeMark]()
    for number, instance in enumerate(session.image.instances):
        style: Style = "selected" if number in chosen else "solid"
        found = _class_marks(session, instance.shape, instance.class_id, style)
        if number == front:
            last = [reviewscene.in_front(mark, session.view.scale) for mark in found]
        elif number not in session.hidden or number == session.selection:
            marks += found if front is None else map(reviewscene.beside, found)
    return marks + last


def _proposal_marks(session: Session) -> Iterator[ShapeMark]:
    """Dashed, and grey while nobody knows the class; the one in front as if it were selected."""
    front = selected(session)
    for one in session.proposals.offered:
        style: Style = "selected" if one is front else "offered"
        if one.class_id is None:
            yield from _marks(one.shape, _NAMELESS_COLOUR, style)
        else:
            yield from _class_marks(session, one.shape, one.class_id, style)


def _class_marks(session: Session, shape: Shape, class_id: int, style: Style) -> Iterator[ShapeMark]:
    return _marks(shape, class_colour(session, class_id), style, _cue(class_id))


def _cue(class_id: int) -> str:
    """The class where there are no colours: its number as long as that is one character."""
    return str(class_id) if class_id < _ONE_DIGIT else NO_CUE


def _marks(shape: Shape, colour: Rgb, style: Style, cue: str = NO_CUE) -> Iterator[ShapeMark]:
    """One mark for each outline of the shape."""
    for ring in rings_of(shape):
        yield ShapeMark(ring, colour, style, isinstance(shape, Box), cue)
