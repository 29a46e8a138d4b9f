"""The picture in words: where the cursor is and what is there, for who sees a coarse picture or none."""

from __future__ import annotations

from collections.abc import Iterator

from tui.session import handles
from tui.session.commands.command import class_text
from tui.session.commands.hints import INSTANCE
from tui.session.commands.vertices import VERTEX
from tui.session.hints import Target
from tui.session.hit import contains
from tui.session.proposals import Proposed
from tui.session.proposing import selected
from tui.session.state import Mode, Session
from tui.types.shapes import Polygon, Shape, bounds
from tui.types.text import printable

_ACROSS, _DOWN = ("left", "centre", "right"), ("upper", "middle", "lower")


def place(at: tuple[float, float], wh: tuple[int, int]) -> str:
    """Where in the image a point is: "upper left" to "lower right", "centre" in the middle."""
    column, row = (min(2, max(0, int(3 * v / max(size, 1)))) for v, size in zip(at, wh, strict=True))
    words = f"{_DOWN[row]} {_ACROSS[column]}"
    return {"middle centre": "centre"}.get(words, words)


def cursor_sentence(session: Session) -> str:
    """The cursor's pixel, where that is, what lies under it, and what is being made."""
    image = session.image
    x, y = session.cursor
    parts = [f"Cursor {int(x)},{int(y)}, {place((x, y), image.wh)}"]
    if session.grid is not None:
        area = session.grid.area
        parts.append(f"grid over {area.width:.0f}x{area.height:.0f} px")
    under = [number for number, one in enumerate(image.instances) if contains(one.shape, (x, y))]
    parts += [f"on {_instance(session, number)}" for number in under] or ["on no instance"]
    parts += _making(session)
    return "; ".join(parts)


def page(session: Session) -> tuple[str, ...]:
    """Everything in the image, one object a line, as it is now; titles stand at the margin."""
    image = session.image
    width, height = image.wh
    lines = [
        f"{printable(image.name)}: image {image.index + 1} of {session.image_count}, {width}x{height} px",
        f"Mode: {session.mode}. Class: {class_text(session, session.current_class)}",
        cursor_sentence(session),
        *_letters(session),
        "",
        f"Instances: {len(image.instances)}",
        *(f"  {_instance(session, number)}" for number in range(len(image.instances))),
    ]
    if offered := session.proposals.offered:
        lines += ["", f"Proposals: {len(offered)}"]
        lines += [f"  {_proposal(session, number, one)}" for number, one in enumerate(offered, start=1)]
    return tuple(lines)


def _instance(session: Session, number: int) -> str:
    """`2 dog 120x80 upper left, polygon of 14, selected`."""
    one = session.image.instances[number]
    states = [
        word
        for word, holds in (
            ("selected", number == session.selection),
            ("marked", number in session.marked),
            ("hidden", number in session.hidden),
        )
        if holds
    ]
    return ", ".join((f"{number + 1} {_what(session, one.class_id, one.shape)}", *states))


def _proposal(session: Session, number: int, one: Proposed) -> str:
    name = one.label or "of no class yet" if one.class_id is None else class_text(session, one.class_id)
    front = ", in front" if one is selected(session) else ""
    return f"{number} {printable(name)} {_shape(session, one.shape)}, score {one.score:.2f}{front}"


def _what(session: Session, class_id: int, shape: Shape) -> str:
    return f"{class_text(session, class_id)} {_shape(session, shape)}"


def _shape(session: Session, shape: Shape) -> str:
    box = bounds(shape)
    form = f", polygon of {len(shape.points)}" if isinstance(shape, Polygon) else ""
    return f"{box.width:.0f}x{box.height:.0f} {place(box.center, session.image.wh)}{form}"


def _making(session: Session) -> Iterator[str]:
    """What is being made or changed."""
    draft = session.draft
    if draft.corner is not None:
        x, y = draft.corner
        yield f"box open from {int(x)},{int(y)}"
    if draft.candidates:
        candidate, traced = draft.candidates[draft.selected], draft.traced.get(draft.selected)
        size = f", {_shape(session, traced.box)}" if traced is not None else ""
        which = f"mask {draft.selected + 1} of {len(draft.candidates)}"
        yield f"{which}, IoU {candidate.score:.2f}, stability {candidate.stability:.2f}{size}"
    if session.drawn:
        yield f"polygon of {len(session.drawn)} so far"
    if session.mode is Mode.EDIT and session.selection is not None:
        shape = session.image.instances[session.selection].shape
        yield f"the keys move the {handles.name(shape, session.edit.handle)}"


def _letters(session: Session) -> Iterator[str]:
    """What the open hints stand on."""
    if session.mode is not Mode.HINTS:
        return
    yield from ("", "Letters")
    for label, target in session.hints.open:
        yield f"  {label.upper()}: {_target(session, target)}"


def _target(session: Session, target: Target) -> str:
    if target.kind == INSTANCE:
        return _instance(session, target.key)
    if target.kind == VERTEX and session.selection is not None:
        shape = session.image.instances[session.selection].shape
        return f"{handles.name(shape, target.key)} {place((target.x, target.y), session.image.wh)}"
    there = (*session.proposals.offered, *session.proposals.ready)
    found = next((one for one in there if one.key == target.key), None)
    if found is None:
        return f"{target.kind} {place((target.x, target.y), session.image.wh)}"
    return f"{printable(found.label) or 'object'} {_shape(session, found.shape)}"
