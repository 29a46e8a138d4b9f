"""Prompting the segmenter with points, and choosing among its candidates."""

from __future__ import annotations

from dataclasses import replace
from math import dist
from types import MappingProxyType

from tui.session.commands.command import NAVIGATE, Args, Command, Result, said
from tui.session.commands.move import moved_to
from tui.session.draft import cleared, fed_back, prompted
from tui.session.effects import Notify, Trace
from tui.session.hit import contains
from tui.session.keymap import key_for
from tui.session.proposing import selected
from tui.session.state import Draft, Mode, Session
from tui.types.prompt import Point
from tui.types.text import printable

COARSER, COARSEST_STEPS = 1.6, 8
"""How much one key changes the tolerance of a polygon, and how many to either side of the usual there are."""

COARSEST = COARSER**COARSEST_STEPS

_POINTS = frozenset({Mode.POINTS})
_PROMPTING = NAVIGATE | {Mode.POINTS}


def _append(session: Session, *, positive: bool) -> Result:
    point = Point(*session.cursor, positive)
    draft = _corrected(session)
    return prompted(session, replace(draft, points=(*draft.points, point), previous=fed_back(session)))


def _corrected(session: Session) -> Draft:
    """The draft that a point is added to; a point inside the proposal in front corrects it, from its box."""
    one, draft = selected(session), session.draft
    if one is None or "boxes" in session.options.segmenter_limits or not contains(one.box, session.cursor):
        return draft
    return replace(draft, box=one.box, box_at=0)


def _positive(session: Session, _args: Args) -> Result:
    return _append(session, positive=True)


def _negative(session: Session, _args: Args) -> Result:
    return _append(session, positive=False)


def _full(session: Session) -> str | None:
    most, draft = session.options.max_points, session.draft
    if most is None or len(draft.points) + (2 if draft.box else 0) < most:
        return None
    box = ", the two corners of the box included" if draft.box else ""
    back = key_for(session, "point.remove")
    return f"{segmenter_name(session)} takes at most {most} points{box}: {back} takes one back"


def _negative_reason(session: Session) -> str | None:
    if reason := _full(session):
        return reason
    if "negative points" in session.options.segmenter_limits:
        return (
            f"{segmenter_name(session)} cannot take negative points: choose another candidate or draw a box"
        )
    draft = _corrected(session)
    if not draft.points and draft.box is None:
        return (
            "A negative point takes away from a mask, and there is none: "
            f"start with {key_for(session, 'point.positive')} or a box ({key_for(session, 'box.corner')})"
        )
    return None


def segmenter_name(session: Session) -> str:
    """What to call the segmenter in a sentence."""
    return printable(session.options.segmenter) or "The segmenter"


def _remove(session: Session, args: Args) -> Result:
    draft = session.draft
    for _ in range(args.times):
        if draft.box is not None and len(draft.points) == draft.box_at:
            draft = replace(draft, box=None, box_at=0)
        elif draft.points:
            draft = replace(draft, points=draft.points[:-1])
    if draft.box is None and not any(point.positive for point in draft.points):
        return cleared(session), ()
    return prompted(session, replace(draft, previous=None))


def _walk(session: Session, by: int) -> Result:
    """The cursor on another of the prompt's points, in the order they were given."""
    points = session.draft.points
    here = next((n for n, p in enumerate(points) if (p.x, p.y) == session.cursor), None)
    number = (by if here is None else here + by) % len(points) if by < 0 or here is not None else 0
    point = points[number]
    kind = "positive" if point.positive else "negative"
    text = (
        f"Point {number + 1} of {len(points)}, {kind}, at {int(point.x)},{int(point.y)}: "
        f"{key_for(session, 'point.delete')} takes it away"
    )
    return moved_to(session, (point.x, point.y)), (Notify(text),)


def _next_point(session: Session, args: Args) -> Result:
    return _walk(session, args.times)


def _previous_point(session: Session, args: Args) -> Result:
    return _walk(session, -args.times)


def _delete(session: Session, _args: Args) -> Result:
    """The prompt without the point nearest to the cursor."""
    draft = session.draft
    nearest = min(range(len(draft.points)), key=lambda n: dist(_place(draft.points[n]), session.cursor))
    rest = (*draft.points[:nearest], *draft.points[nearest + 1 :])
    if draft.box is None and not any(point.positive for point in rest):
        return said(session, f"Nothing else says what to segment: {_clears(session)}", "warning")
    box_at = draft.box_at - (nearest < draft.box_at)
    return prompted(session, replace(draft, points=rest, box_at=box_at, previous=None))


def _place(point: Point) -> tuple[float, float]:
    return point.x, point.y


def _clears(session: Session) -> str:
    return f"{key_for(session, 'prompt.clear')} drops the whole prompt"


def _no_point(session: Session) -> str | None:
    return None if session.draft.points else "The prompt has no points, only a box"


def _simplify(session: Session, steps: int) -> Result:
    draft = session.draft
    factor = COARSER ** min(max(steps, -2 * COARSEST_STEPS), 2 * COARSEST_STEPS)
    coarseness = min(max(draft.coarseness * factor, COARSEST**-1), COARSEST)
    if abs(coarseness - 1) < 1e-9:
        coarseness = 1.0
    if coarseness == draft.coarseness:
        return said(session, f"This is as {'few' if steps > 0 else 'many'} vertices as there can be")
    draft = replace(draft, coarseness=coarseness, traced=MappingProxyType({}))
    trace = Trace(draft.ticket, draft.selected, draft.candidates[draft.selected], coarseness)
    return replace(session, draft=draft), (trace,)


def _fewer(session: Session, args: Args) -> Result:
    return _simplify(session, args.times)


def _more(session: Session, args: Args) -> Result:
    return _simplify(session, -args.times)


def _no_polygon(session: Session) -> str | None:
    if session.options.task != "segment":
        return "This dataset holds boxes: a box has no vertices to spare"
    return _no_mask(session)


def _no_prompt(session: Session) -> str | None:
    if session.draft.points or session.draft.box is not None:
        return None
    return f"There is no prompt: {key_for(session, 'point.positive')} puts a point"


def _clear(session: Session, _args: Args) -> Result:
    return cleared(session), ()


def _no_draft(session: Session) -> str | None:
    return "There is nothing to clear" if session.draft.empty else None


def _cycle(session: Session, by: int) -> Result:
    draft = session.draft
    selected = (draft.selected + by) % len(draft.candidates)
    session = replace(session, draft=replace(draft, selected=selected))
    if selected in draft.traced:
        return session, ()
    # Asked again although an answer may be on its way: a lane lets a newer wish replace one that waits.
    return session, (Trace(draft.ticket, selected, draft.candidates[selected], draft.coarseness),)


def _next(session: Session, args: Args) -> Result:
    return _cycle(session, args.times)


def _previous(session: Session, args: Args) -> Result:
    return _cycle(session, -args.times)


def _no_mask(session: Session) -> str | None:
    if session.draft.waiting or session.draft.candidates:
        return None
    return "There is no mask: " + (
        printable(session.draft.error) or f"{key_for(session, 'point.positive')} puts a point"
    )


def _one_candidate(session: Session) -> str | None:
    if reason := _no_mask(session):
        return reason
    if not session.draft.waiting and len(session.draft.candidates) == 1:
        return f"{segmenter_name(session)} offers one mask only: add points to change it"
    return None


COMMANDS = (
    Command(
        "point.positive",
        "point +",
        "Put a positive point at the cursor",
        "prompt",
        _positive,
        unavailable=_full,
        modes=_PROMPTING,
    ),
    Command(
        "point.negative",
        "point −",
        "Put a negative point at the cursor",
        "prompt",
        _negative,
        unavailable=_negative_reason,
        modes=_PROMPTING,
    ),
    Command(
        "point.remove",
        "take back",
        "Take back the last point or box of the prompt",
        "prompt",
        _remove,
        unavailable=_no_prompt,
        modes=_PROMPTING,
        counts=True,
    ),
    Command(
        "point.next",
        "next point",
        "Go to the prompt's next point",
        "prompt",
        _next_point,
        unavailable=_no_point,
        modes=_POINTS,
        counts=True,
    ),
    Command(
        "point.previous",
        "previous point",
        "Go to the prompt's previous point",
        "prompt",
        _previous_point,
        unavailable=_no_point,
        modes=_POINTS,
        counts=True,
    ),
    Command(
        "point.delete",
        "drop point",
        "Take away the prompt's point nearest to the cursor",
        "prompt",
        _delete,
        unavailable=_no_point,
        modes=_POINTS,
    ),
    Command(
        "mask.fewer",
        "fewer vertices",
        "Follow the mask with fewer vertices",
        "prompt",
        _fewer,
        unavailable=_no_polygon,
        modes=_POINTS,
        counts=True,
        needs="mask",
    ),
    Command(
        "mask.more",
        "more vertices",
        "Follow the mask with more vertices",
        "prompt",
        _more,
        unavailable=_no_polygon,
        modes=_POINTS,
        counts=True,
        needs="mask",
    ),
    Command(
        "prompt.clear",
        "clear",
        "Drop the mask being made and its prompt",
        "prompt",
        _clear,
        unavailable=_no_draft,
    ),
    Command(
        "candidate.next",
        "next mask",
        "Show the segmenter's next candidate",
        "prompt",
        _next,
        unavailable=_one_candidate,
        modes=_PROMPTING,
        counts=True,
        needs="mask",
    ),
    Command(
        "candidate.previous",
        "previous mask",
        "Show the segmenter's previous candidate",
        "prompt",
        _previous,
        unavailable=_one_candidate,
        modes=_PROMPTING,
        counts=True,
        needs="mask",
    ),
)
