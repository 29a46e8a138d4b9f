"""Prompting the segmenter with points, and choosing among its candidates."""

from __future__ import annotations

from dataclasses import replace

from tui.session.commands.command import Args, Command, Result
from tui.session.draft import cleared, fed_back, prompted
from tui.session.effects import Trace
from tui.session.keymap import key_for
from tui.session.state import Mode, Session
from tui.types.prompt import Point
from tui.types.text import printable

_PROMPTING = frozenset({Mode.NAVIGATE, Mode.POINTS})


def _append(session: Session, *, positive: bool) -> Result:
    point = Point(*session.cursor, positive)
    draft = session.draft
    return prompted(session, replace(draft, points=(*draft.points, point), previous=fed_back(session)))


def _positive(session: Session, _args: Args) -> Result:
    return _append(session, positive=True)


def _negative(session: Session, _args: Args) -> Result:
    return _append(session, positive=False)


def _negative_reason(session: Session) -> str | None:
    if "negative points" in session.options.segmenter_limits:
        return f"{_segmenter(session)} cannot take negative points: choose another candidate or draw a box"
    if not session.draft.points and session.draft.box is None:
        return (
            "A negative point takes away from a mask, and there is none: "
            f"start with {key_for(session, 'point.positive')} or a box ({key_for(session, 'box.corner')})"
        )
    return None


def _segmenter(session: Session) -> str:
    return printable(session.options.segmenter) or "The segmenter"


def _remove(session: Session, args: Args) -> Result:
    draft = session.draft
    for _ in range(args.times):
        if draft.box is not None and len(draft.points) == draft.box_at:
            draft = replace(draft, box=None, box_at=0)
        elif draft.points:
            draft = replace(draft, points=draft.points[:-1])
    if not draft.points and draft.box is None:
        return cleared(session), ()
    return prompted(session, replace(draft, previous=None))


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
    return session, (Trace(draft.ticket, selected, draft.candidates[selected]),)


def _next(session: Session, args: Args) -> Result:
    return _cycle(session, args.times)


def _previous(session: Session, args: Args) -> Result:
    return _cycle(session, -args.times)


def _one_candidate(session: Session) -> str | None:
    if session.draft.waiting:
        return None
    if not session.draft.candidates:
        return "There is no mask: " + (
            printable(session.draft.error) or f"{key_for(session, 'point.positive')} puts a point"
        )
    if len(session.draft.candidates) == 1:
        return f"{_segmenter(session)} offers one mask only: add points to change it"
    return None


COMMANDS = (
    Command(
        "point.positive",
        "point +",
        "Put a positive point at the cursor",
        "prompt",
        _positive,
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
