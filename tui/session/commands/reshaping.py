"""Changes of a shape through its pixels, through a new mask, or of its kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tui.geometry.boxes import iou
from tui.session import handles
from tui.session.commands.box import box_shape
from tui.session.commands.command import NAVIGATE, Args, Command, Result, said
from tui.session.commands.editing import changed, shape_of
from tui.session.draft import prompted
from tui.session.effects import Reshape
from tui.session.handles import Reshaping
from tui.session.keymap import key_for
from tui.session.state import Mode, Session
from tui.session.walk import no_instance, none_selected
from tui.types.shapes import Box, Polygon, bounds

_POINTS = frozenset({Mode.POINTS})
_SELECTED = NAVIGATE | {Mode.EDIT}


def _asked(session: Session, operation: str, target: int, done: str) -> Result:
    """The change asked for; keys are held until it is there."""
    ticket = session.reshapes + 1
    candidate = session.selected_candidate
    shape = session.image.instances[target].shape
    effect = Reshape(ticket, session.image.index, operation, shape, candidate.mask if candidate else None)
    return replace(session, reshapes=ticket, reshaping=Reshaping(ticket, target, shape, done)), (effect,)


def meant(session: Session) -> int | None:
    """The instance a new mask is to be joined with or cut from: the one that was selected when the prompt
    began, else the one whose box the mask overlaps most, else None.
    """
    beside, instances = session.draft.beside, session.image.instances
    if beside is not None and beside < len(instances):
        return beside
    traced = session.draft.traced.get(session.draft.selected)
    if traced is None or not instances:
        return None
    overlaps = [iou(bounds(instance.shape), traced.box) for instance in instances]
    best = max(range(len(overlaps)), key=overlaps.__getitem__)
    return best if overlaps[best] > 0 else None


def _with_mask(operation: str, done: str) -> Callable[[Session, Args], Result]:
    def run(session: Session, _args: Args) -> Result:
        target = meant(session)
        if target is None:
            text = "The mask touches no instance: select the one that is meant before the first point"
            return said(session, text, "warning")
        return _asked(session, operation, target, done)

    return run


def _no_mask(session: Session) -> str | None:
    if reason := no_instance(session):
        return reason
    if session.draft.waiting or session.draft.candidates:
        return None
    return f"There is no mask: {key_for(session, 'point.positive')} puts a point"


def _of_selected(operation: str, done: str) -> Callable[[Session, Args], Result]:
    def run(session: Session, _args: Args) -> Result:
        return (
            (session, ())
            if session.selection is None
            else _asked(session, operation, session.selection, done)
        )

    return run


def _no_polygon(session: Session) -> str | None:
    if reason := none_selected(session):
        return reason
    return (
        None if isinstance(shape_of(session), Polygon) else "A box has no parts, holes or vertices of its own"
    )


def _convert(session: Session, _args: Args) -> Result:
    """Polygon to its box, or box to the polygon of its corners; what the dataset's task can hold decides."""
    shape = shape_of(session)
    if shape is None:
        return session, ()
    if isinstance(shape, Polygon):
        box = bounds(shape)
        after = box_shape(box, session)
        if after == shape:
            return said(session, "This polygon is its box already: add vertices, or prompt it anew")
        return changed(session, after)
    if session.options.task == "detect":
        text = "This dataset holds boxes (one task per dataset): --task segment opens one for polygons"
        return said(session, text, "warning")
    return changed(session, box_shape(shape, session))


def _anew(session: Session, _args: Args) -> Result:
    """A box prompt around the selected instance; the mask that is kept takes the place of its shape."""
    if session.selection is None:
        return session, ()
    index = session.selection
    instance = session.image.instances[index]
    box = handles.clamped(bounds(instance.shape), session.image.wh)
    if not isinstance(box, Box) or handles.degenerate(box):
        return said(session, "The instance lies outside the image: there is nothing to segment", "warning")
    session = replace(session, current_class=instance.class_id)
    return prompted(session, replace(session.draft, box=box, box_at=0, replaces=index, previous=None))


def _no_boxes(session: Session) -> str | None:
    if "boxes" in session.options.segmenter_limits:
        return "This segmenter cannot take a box: put points on the object instead"
    return none_selected(session)


COMMANDS = (
    Command(
        "mask.join",
        "join",
        "Join the mask with the instance it belongs to",
        "editing",
        _with_mask("join", "Joined"),
        unavailable=_no_mask,
        modes=_POINTS,
        edits=True,
        needs="shape",
    ),
    Command(
        "mask.cut",
        "cut",
        "Cut the mask out of the instance it lies on",
        "editing",
        _with_mask("cut", "Cut"),
        unavailable=_no_mask,
        modes=_POINTS,
        edits=True,
        needs="shape",
    ),
    Command(
        "instance.anew",
        "segment anew",
        "Segment the selected instance anew from its box",
        "editing",
        _anew,
        unavailable=_no_boxes,
        modes=_SELECTED,
    ),
    Command(
        "instance.convert",
        "box/polygon",
        "Turn the selected polygon into a box, or back",
        "editing",
        _convert,
        unavailable=none_selected,
        modes=_SELECTED,
        edits=True,
    ),
    Command(
        "instance.split",
        "split",
        "Make each part of the selected instance its own",
        "editing",
        _of_selected("split", "Split"),
        unavailable=_no_polygon,
        modes=_SELECTED,
        edits=True,
    ),
    Command(
        "instance.fill",
        "fill holes",
        "Fill the holes of the selected instance",
        "editing",
        _of_selected("fill", "Filled"),
        unavailable=_no_polygon,
        modes=_SELECTED,
        edits=True,
    ),
    Command(
        "instance.simplify",
        "simplify",
        "Give the selected polygon fewer vertices",
        "editing",
        _of_selected("simplify", "Simplified"),
        unavailable=_no_polygon,
        modes=_SELECTED,
        edits=True,
    ),
)
