"""Pointing with the keyboard laid over the picture; `tui.session.grid` has the arithmetic.

Letters are cells here, so the prompt keys are shifted ones, and the space bar does what the mode before the
grid is there for: a point, the other corner, a vertex.
"""

from __future__ import annotations

from dataclasses import replace

from tui.session import view as viewport
from tui.session.commands import box, drawing, editing, points
from tui.session.commands.command import Args, Command, Result, reason_against, said
from tui.session.commands.hints import without_hints
from tui.session.commands.move import moved_to
from tui.session.grid import Grid, cells, whole_pixels
from tui.session.keymap import key_for
from tui.session.state import Mode, Session

_GRID = frozenset({Mode.GRID})
_OPENERS = frozenset(Mode) - {Mode.GRID}
_FILLED = 0.9
"""How much of the canvas the chosen cell fills: what lies around it stays in sight."""

_LEGIBLE, _LETTER = 1 / 52, 2.5
"""Cells narrower than this part of the canvas, or than so many pixels where a pixel is a character, hold no
letter: the picture is zoomed until they do. And no further: surroundings say what one points at.
"""

_ACTS = {Mode.BOX: "box.close", Mode.EDIT: "edit.to_cursor", Mode.DRAW: "polygon.vertex"}
"""What the space bar does after the grid, by the mode before it; else it puts a point."""

_BY_NAME: dict[str, Command] = {
    command.name: command for module in (points, box, editing, drawing) for command in module.COMMANDS
}


def _open(session: Session, _args: Args) -> Result:
    """Over open hints too: no letter stands on what is wanted."""
    session = without_hints(session)
    area = whole_pixels(viewport.visible(session.view, session.image.wh))
    grid = Grid(area, session.mode, session.view, session.cursor)
    return replace(session, grid=grid, mode=Mode.GRID), ()


def _pick(session: Session, args: Args) -> Result:
    grid = session.grid
    if grid is None:
        return session, ()
    area = cells(grid.area).get(args.argument or "")
    if area is None:
        return said(session, "There is no cell under this key: the letters show which there are")
    session = _shown(session, grid.narrowed(area))
    return (left(session), ()) if area.area <= 1 else (session, ())


def _shown(session: Session, grid: Grid) -> Session:
    """The session over the grid's area: zoomed where its cells would be too small for their letters."""
    view, wh = grid.view, session.image.wh
    narrowest = min(cell.width for cell in cells(grid.area).values())
    legible = max(view.canvas[0] * _LEGIBLE, _LETTER) / narrowest
    if grid.trail and view.scale < legible:
        closest = viewport.framed(view, wh, grid.area, part=_FILLED).scale
        view = viewport.scaled(view, wh, max(view.scale, min(legible, closest)), grid.area.center)
        view = viewport.centred(view, wh, grid.area.center)
    session = replace(session, grid=grid, view=view)
    return moved_to(session, grid.area.center)


def left(session: Session, *, taken: bool = True) -> Session:
    """The session without its grid, in the view from before; the cursor stays, or goes back too."""
    grid = session.grid
    if grid is None:
        return session
    cursor = session.cursor if taken else grid.cursor
    view = grid.view if grid.view.canvas == session.view.canvas else session.view
    session = replace(session, grid=None, mode=grid.back, view=view)
    return moved_to(session, cursor)


def _take(session: Session, _args: Args) -> Result:
    return left(session), ()


def _back(session: Session, _args: Args) -> Result:
    grid = session.grid
    if grid is None or not grid.trail:
        return left(session, taken=False), ()
    return _shown(session, grid.widened()), ()


def _then(session: Session, name: str) -> Result:
    """Leave the grid and do what one of its keys is short for."""
    session, command = left(session), _BY_NAME[name]
    if reason := reason_against(command, session):
        return said(session, reason, "warning")
    return command.run(session, Args())


def _act(session: Session, _args: Args) -> Result:
    back = session.grid.back if session.grid else session.mode
    return _then(session, _ACTS.get(back, "point.positive"))


def _positive(session: Session, _args: Args) -> Result:
    return _then(session, "point.positive")


def _negative(session: Session, _args: Args) -> Result:
    return _then(session, "point.negative")


def _corner(session: Session, _args: Args) -> Result:
    return _then(session, "box.corner")


def _manual(session: Session, _args: Args) -> Result:
    return _then(session, "box.manual")


def _too_small(session: Session) -> str | None:
    if min(session.view.canvas) > 0:
        return None
    return f"There is no picture to lay keys over: {key_for(session, 'view.fit')} shows all of it"


COMMANDS = (
    Command(
        "grid.open",
        "grid",
        "Lay the keyboard over the picture to point by keys",
        "pointing",
        _open,
        unavailable=_too_small,
        modes=_OPENERS,
    ),
    Command(
        "grid.pick",
        "cell",
        "Go to the part of the picture under this key",
        "pointing",
        _pick,
        modes=_GRID,
        argument="key",
        typed="keys",
    ),
    Command(
        "grid.act",
        "point/corner",
        "Put the point, corner or vertex in the cell's middle",
        "pointing",
        _act,
        modes=_GRID,
    ),
    Command("grid.take", "move", "Put the cursor in the cell's middle", "pointing", _take, modes=_GRID),
    Command(
        "grid.positive",
        "point +",
        "Put a positive point in the cell's middle",
        "pointing",
        _positive,
        modes=_GRID,
    ),
    Command(
        "grid.negative",
        "point −",
        "Put a negative point in the cell's middle",
        "pointing",
        _negative,
        modes=_GRID,
    ),
    Command("grid.corner", "box", "Set a corner of a box prompt there", "pointing", _corner, modes=_GRID),
    Command(
        "grid.manual", "plain box", "Set a corner of a plain box there", "pointing", _manual, modes=_GRID
    ),
    Command("grid.back", "wider", "Take back the last key of the grid", "pointing", _back, modes=_GRID),
)
