"""Object hints: letters on everything in sight that can be taken.

Three kinds of things: open proposals, what was found before anybody asked (which shows nothing but its
letters), and instances. Who has targets of another kind adds a finder to `FINDERS` and a taker to `TAKERS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from tui.session.commands.command import NAVIGATE, Args, Command, Result, said
from tui.session.commands.move import moved_to
from tui.session.commands.vertices import VERTEX, take_vertex
from tui.session.draft import with_draft
from tui.session.hints import Hints, Target, hint, steady
from tui.session.keymap import key_for
from tui.session.proposals import unrepeated
from tui.session.proposing import deselected, with_selected
from tui.session.state import Draft, Mode, Session
from tui.session.view import visible
from tui.session.walk import with_instance
from tui.types.instance import Instance
from tui.types.shapes import Box, bounds

_HINTS = frozenset({Mode.HINTS})
INSTANCE, PROPOSAL, READY = "instance", "proposal", "ready"
_OBJECTS = frozenset({INSTANCE, PROPOSAL, READY})

MOST_READY = 60
"""More letters than this hide the picture; the best of what was found ahead get them."""


def with_hints(session: Session, targets: Iterable[Target], letters: tuple[str, ...] = ()) -> Session:
    """The session with letters on `targets`, the most wanted first; the mode comes back when one is taken.

    `letters` are their own, where they have such.
    """
    back = session.mode.value
    found = Hints(tuple(targets), letters, back=back) if letters else hint(targets, back=back)
    return replace(session, hints=found, mode=Mode.HINTS)


def without_hints(session: Session) -> Session:
    """The session as it was before the hints."""
    if session.mode is not Mode.HINTS:
        return session
    return replace(session, hints=Hints(), mode=Mode(session.hints.back))


def more_hints(session: Session) -> Session:
    """Hints that are open for objects, with letters for what was found since; the others keep theirs."""
    hints = session.hints
    if session.mode is not Mode.HINTS or not all(target.kind in _OBJECTS for target in hints.targets):
        return session
    more = _lettered(session, hints.back)
    return replace(more, hints=replace(more.hints, typed=hints.typed))


def _lettered(session: Session, back: str) -> Session:
    """The session with letters on all objects in sight; what had a letter in this image has it again."""
    known = session.proposals.letters
    hints = steady(_targets(session), known, back=back)
    proposals = replace(session.proposals, letters=MappingProxyType({**known, **hints.given}))
    return replace(session, hints=hints, proposals=proposals)


def in_sight(session: Session, box: Box) -> tuple[float, float] | None:
    """The middle of what is in sight of a box, or None."""
    seen = visible(session.view, session.image.wh)
    x0, y0 = max(box.x0, seen.x0), max(box.y0, seen.y0)
    x1, y1 = min(box.x1, seen.x1), min(box.y1, seen.y1)
    return ((x0 + x1) / 2, (y0 + y1) / 2) if x1 > x0 and y1 > y0 else None


def _instances(session: Session) -> Iterable[Target]:
    for index, instance in enumerate(session.image.instances):
        if place := in_sight(session, bounds(instance.shape)):
            yield Target(INSTANCE, index, *place)


def _take_instance(session: Session, key: int) -> Result:
    return with_instance(session, key), ()


def _proposals(session: Session) -> Iterable[Target]:
    for one in session.proposals.offered:
        if place := in_sight(session, one.box):
            yield Target(PROPOSAL, one.key, *place)


def _take_proposal(session: Session, key: int) -> Result:
    one = session.proposals.at(key)
    return (with_selected(session, one), ()) if one is not None else said(session, _GONE, "warning")


def _ready(session: Session) -> Iterable[Target]:
    """What was found ahead and neither labelled nor offered since."""
    proposals = session.proposals
    there = (*session.image.instances, *(Instance(0, one.shape) for one in proposals.offered))
    for one in unrepeated(proposals.ready, there)[:MOST_READY]:
        at = (one.point.x, one.point.y) if one.point is not None else one.box.center
        if place := in_sight(session, Box(at[0] - 0.5, at[1] - 0.5, at[0] + 0.5, at[1] + 0.5)):
            yield Target(READY, one.key, *place)


def _take_ready(session: Session, key: int) -> Result:
    """What was found ahead as the mask being made; without a mask of the segmenter's as a proposal."""
    one = next((one for one in session.proposals.ready if one.key == key), None)
    if one is None:
        return said(session, _GONE, "warning")
    if one.point is None or not one.candidates:
        proposals = replace(session.proposals, offered=(*session.proposals.offered, one))
        return with_selected(replace(session, proposals=proposals), one), ()
    ticket = session.draft.ticket + 1
    draft = Draft(
        points=(one.point,),
        ticket=ticket,
        answered=ticket,
        candidates=one.candidates,
        selected=one.selected,
        traced=MappingProxyType({one.selected: one.traced}),
        offered=True,
    )
    if one.class_id is not None:
        session = replace(session, current_class=one.class_id)
    session = with_draft(deselected(session), draft)
    return moved_to(session, (one.point.x, one.point.y)), ()


_GONE = "That object is no longer there: open the hints again"

FINDERS: tuple[Callable[[Session], Iterable[Target]], ...] = (_proposals, _ready, _instances)
"""What object hints stand on, the most wanted first."""

TAKERS: Mapping[str, Callable[[Session, int], Result]] = MappingProxyType(
    {INSTANCE: _take_instance, PROPOSAL: _take_proposal, READY: _take_ready, VERTEX: take_vertex}
)
"""What taking a target does, by its kind; called with its key after the hints are gone."""


def _targets(session: Session) -> Iterator[Target]:
    return (target for find in FINDERS for target in find(session))


def _start(session: Session, _args: Args) -> Result:
    return replace(_lettered(session, session.mode.value), mode=Mode.HINTS), ()


def _nothing(session: Session) -> str | None:
    """Why there is nothing to put letters on, or None."""
    if any(True for _ in _targets(session)):
        return None
    point = f"{key_for(session, 'point.positive')} puts a point"
    if session.proposals.sought is not None:
        return f"Nothing found so far, still looking: try again in a moment, or {point}"
    return f"There is nothing in sight to take: {point}, {key_for(session, 'view.fit')} shows all"


def _letter(session: Session, args: Args) -> Result:
    found = session.hints.typing((args.argument or "").lower())
    if found is None:
        return said(session, "No hint begins with these letters", "warning")
    if isinstance(found, Hints):
        return replace(session, hints=found), ()
    return TAKERS[found.kind](without_hints(session), found.key)


def _back(session: Session, _args: Args) -> Result:
    typed = session.hints.typed
    if not typed:
        return without_hints(session), ()
    return replace(session, hints=replace(session.hints, typed=typed[:-1])), ()


COMMANDS = (
    Command(
        "hints.start",
        "hints",
        "Put letters on everything in sight that can be taken",
        "hints",
        _start,
        unavailable=_nothing,
        modes=NAVIGATE,
    ),
    Command(
        "hints.letter",
        "take",
        "Take the object with this letter",
        "hints",
        _letter,
        modes=_HINTS,
        argument="letter",
        typed="letters",
    ),
    Command(
        "hints.back",
        "one letter back",
        "Take back the letter typed, or close the hints",
        "hints",
        _back,
        modes=_HINTS,
    ),
)
