"""Changing the selected instance by keys: move it, one side of a box, one vertex of a polygon."""

from __future__ import annotations

from dataclasses import replace

from tui.session import handles
from tui.session.commands.command import NAVIGATE, Args, Command, Result, said
from tui.session.commands.hints import with_hints
from tui.session.commands.move import moved_to, stride
from tui.session.commands.vertices import VERTEX
from tui.session.edit import autosaved, edited
from tui.session.handles import Edit
from tui.session.hints import Target
from tui.session.interrupted import edit_left
from tui.session.keymap import key_for
from tui.session.state import Mode, Session
from tui.session.view import visible
from tui.session.walk import at_cursor, none_selected
from tui.types.shapes import Box, Polygon, Shape

EDIT = frozenset({Mode.EDIT})

MOST_LETTERS = 60
"""More letters than this hide the outline they stand on."""


def shape_of(session: Session) -> Shape | None:
    """The shape of the selected instance."""
    return None if session.selection is None else session.image.instances[session.selection].shape


def _enter(session: Session, _args: Args) -> Result:
    index = at_cursor(session) if session.selection is None else session.selection
    if index is None:
        how = key_for(session, "instance.next")
        return said(
            session, f"No instance is selected, and none is at the cursor: {how} selects one", "warning"
        )
    return replace(session, selection=index, mode=Mode.EDIT, edit=Edit()), ()


def _leave(session: Session, _args: Args) -> Result:
    return edit_left(session)


def with_handle(session: Session, handle: int) -> Session:
    """The session with the keys on a handle of the selected instance, and the cursor there."""
    shape = shape_of(session)
    if shape is None:
        return session
    session = replace(session, edit=Edit(handle))
    return moved_to(session, handles.place(shape, handle))


def _walk(session: Session, by: int) -> Result:
    shape = shape_of(session)
    if shape is None:
        return session, ()
    handle = (session.edit.handle + by) % (handles.count(shape) + 1)
    return said(with_handle(session, handle), _moves(session, shape, handle))


def _moves(session: Session, shape: Shape, handle: int) -> str:
    return f"The arrows move the {handles.name(shape, handle)}; {key_for(session, 'edit.next')} goes on"


def _next(session: Session, args: Args) -> Result:
    return _walk(session, args.times)


def _previous(session: Session, args: Args) -> Result:
    return _walk(session, -args.times)


def changed(session: Session, shape: Shape, *, repeat: int = 0) -> Result:
    """The selected instance with another shape, as one undoable change and a save.

    Moves in quick succession (`repeat`) are one change; while a save of the image is on its way they wait
    for its answer, which saves again.
    """
    index = session.selection
    if index is None:
        return session, ()
    instances, image = session.image.instances, session.image
    if handles.degenerate(shape):
        return said(session, "This would leave a shape without area, which trainers drop", "warning")
    new = replace(instances[index], shape=shape, source=None)
    after = (*instances[:index], new, *instances[index + 1 :])
    depth = len(image.history.past)
    if repeat and session.edit.stroke == depth:
        session = replace(session, image=replace(image, instances=after))
        if image.index in session.saving:
            return session, ()
        return autosaved(session)
    session = edited(session, after, selection=index)
    session = replace(session, edit=replace(session.edit, stroke=depth + 1))
    return autosaved(session)


def _moved(session: Session, args: Args, dx: float, dy: float) -> Result:
    shape = shape_of(session)
    if shape is None:
        return session, ()
    handle = session.edit.handle
    after = handles.moved(shape, handle, dx, dy, session.image.wh)
    if after == shape:
        return said(session, _stays(shape, handle, (dx, dy), session.image.wh), "warning")
    session, effects = changed(session, after, repeat=args.repeat)
    return moved_to(session, handles.place(after, handle)), effects


def _stays(shape: Shape, handle: int, by: tuple[float, float], wh: tuple[int, int]) -> str:
    """Why a handle does not move."""
    name = handles.name(shape, handle)
    if not any(by):
        return f"The {name} is there already"
    if isinstance(shape, Box) and handle != handles.WHOLE:
        side = handles.SIDES[handle - 1]
        along, ways = (0, "left and right") if side[0] == "x" else (1, "up and down")
        if not by[along]:
            return f"The {name} moves {ways} only"
        if 0 < getattr(shape, side) < wh[along]:
            other = handles.SIDE_NAMES[(handle + 1) % 4]
            return f"The {name} is as near to the {other} side as it can be"
    return f"The {name} is at the image's edge"


def _mover(dx: int, dy: int, *, far: bool) -> Command:
    where = {(-1, 0): "left", (1, 0): "right", (0, -1): "up", (0, 1): "down"}[dx, dy]

    def run(session: Session, args: Args) -> Result:
        length = stride(session.view, session.step, far=far, repeat=args.repeat) * args.times
        return _moved(session, args, dx * length, dy * length)

    name = f"edit.far_{where}" if far else f"edit.{where}"
    label = f"move far {where}" if far else f"move {where}"
    doc = f"Move object, side or vertex {'a large step ' if far else ''}{where}"
    return Command(name, label, doc, "editing", run, modes=EDIT, counts=True, edits=True)


def to_cursor(session: Session, args: Args) -> Result:
    """The handle brought to the cursor."""
    shape = shape_of(session)
    if shape is None:
        return session, ()
    x, y = handles.place(shape, session.edit.handle)
    return _moved(session, args, session.cursor[0] - x, session.cursor[1] - y)


def _insert(session: Session, _args: Args) -> Result:
    """A vertex after the one in hand (after the last where the whole is), ready to be moved."""
    shape = shape_of(session)
    if not isinstance(shape, Polygon):
        return session, ()
    after = session.edit.handle or len(shape.points)
    return _then_in_hand(session, handles.inserted(shape, after), after + 1)


def _then_in_hand(session: Session, shape: Shape, handle: int) -> Result:
    """The instance with another shape and one of its vertices in hand; unchanged where that is refused."""
    before = session.image.instances
    session, effects = changed(session, shape)
    return (session if session.image.instances is before else with_handle(session, handle)), effects


def _remove(session: Session, _args: Args) -> Result:
    shape, handle = shape_of(session), session.edit.handle
    if not isinstance(shape, Polygon):
        return session, ()
    if handle == handles.WHOLE:
        return said(session, f"No vertex is in hand: {key_for(session, 'edit.next')} takes one", "warning")
    if len(shape.points) <= 3:
        return said(
            session, "A polygon needs three vertices: the object itself is deleted outside", "warning"
        )
    return _then_in_hand(session, handles.without_vertex(shape, handle), min(handle, len(shape.points) - 1))


def _no_vertices(session: Session) -> str | None:
    if isinstance(shape_of(session), Polygon):
        return None
    return f"A box has no vertices: {key_for(session, 'edit.next')} goes through its sides"


def _hints(session: Session, _args: Args) -> Result:
    shape = shape_of(session)
    if shape is None:
        return session, ()
    seen = visible(session.view, session.image.wh)
    if isinstance(shape, Box):
        return _side_hints(session, shape, seen)
    places = ((n, handles.place(shape, n)) for n in range(1, handles.count(shape) + 1))
    found = [
        Target(VERTEX, n, x, y) for n, (x, y) in places if seen.x0 <= x <= seen.x1 and seen.y0 <= y <= seen.y1
    ]
    if not found:
        return said(session, _out_of_sight(session))
    every = -(-len(found) // MOST_LETTERS)
    session = with_hints(session, found[::every])
    if every == 1:
        return session, ()
    onwards, closer = key_for(session, "edit.next"), key_for(session, "view.in")
    some = f"Every {every}th of {len(found)} vertices has letters"
    text = f"{some}: {onwards} goes on from one, {closer} comes closer"
    return said(session, text)


def _side_hints(session: Session, box: Box, seen: Box) -> Result:
    """All four sides by the letters of their names, those out of sight where they are nearest to it."""
    if box.x1 < seen.x0 or box.x0 > seen.x1 or box.y1 < seen.y0 or box.y0 > seen.y1:
        return said(session, _out_of_sight(session))
    inside = Box(seen.x0 + 0.5, seen.y0 + 0.5, seen.x1 - 0.5, seen.y1 - 0.5)
    found = []
    for number in range(1, handles.count(box) + 1):
        x, y = handles.place(box, number)
        x, y = min(max(x, inside.x0), inside.x1), min(max(y, inside.y0), inside.y1)
        found.append(Target(VERTEX, number, x, y))
    return with_hints(session, found, tuple(name[0] for name in handles.SIDE_NAMES)), ()


def _out_of_sight(session: Session) -> str:
    return f"None of it is in sight: {key_for(session, 'view.object')} zooms to it"


def _clamp(session: Session, _args: Args) -> Result:
    shape = shape_of(session)
    if shape is None:
        return session, ()
    inside = handles.clamped(shape, session.image.wh)
    if inside is shape:
        return said(session, "All of it is inside the image already")
    return changed(session, inside)


COMMANDS = (
    Command(
        "edit.enter",
        "edit",
        "Edit the selected instance, or the one at the cursor",
        "editing",
        _enter,
        modes=NAVIGATE,
        edits=True,
    ),
    Command("edit.leave", "done", "End editing this instance", "editing", _leave, modes=EDIT),
    Command(
        "edit.next",
        "next part",
        "Take the next side or vertex in hand",
        "editing",
        _next,
        modes=EDIT,
        counts=True,
    ),
    Command(
        "edit.previous",
        "previous part",
        "Take the previous side or vertex in hand",
        "editing",
        _previous,
        modes=EDIT,
        counts=True,
    ),
    Command(
        "edit.hints", "hints", "Put letters on sides or vertices to take one", "editing", _hints, modes=EDIT
    ),
    *(_mover(dx, dy, far=far) for far in (False, True) for dx, dy in ((-1, 0), (0, 1), (0, -1), (1, 0))),
    Command(
        "edit.to_cursor",
        "bring here",
        "Bring what is in hand to the cursor",
        "editing",
        to_cursor,
        modes=EDIT,
        edits=True,
    ),
    Command(
        "edit.insert",
        "add vertex",
        "Add a vertex after the one in hand",
        "editing",
        _insert,
        unavailable=_no_vertices,
        modes=EDIT,
        edits=True,
    ),
    Command(
        "edit.remove",
        "drop vertex",
        "Take the vertex in hand away",
        "editing",
        _remove,
        unavailable=_no_vertices,
        modes=EDIT,
        edits=True,
    ),
    Command(
        "instance.clamp",
        "clamp",
        "Cut the selected instance at the image's border",
        "editing",
        _clamp,
        unavailable=none_selected,
        modes=NAVIGATE | EDIT,
        edits=True,
    ),
)
