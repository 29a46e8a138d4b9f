"""Moving the cursor.

The cursor is the centre of an image pixel, always inside the image. A step is measured on the screen, so
that it adapts to zoom: step size 0 is exactly one image pixel; sizes 1 to 4 are parts of the canvas' longer
side (`STEP_PARTS`), rounded to whole image pixels, one at least.
"""

from __future__ import annotations

from dataclasses import replace
from math import floor

from tui.session.commands.command import Args, Command, Result
from tui.session.state import Session, Viewport
from tui.session.view import following, visible

STEP_PARTS = (0.0, 1 / 320, 1 / 80, 1 / 20, 1 / 8)
FAR = 8
"""How many steps a large step is (10 pixels at step size 0)."""


def acceleration(repeat: int) -> int:
    """How many steps a key press makes that follows `repeat` others in quick succession.

    1 for the first four presses, then one more after every second press, at most 8: a key held at 30
    presses a second crosses the picture in about half a second, a few taps stay exact.
    """
    return min(8, 1 + max(0, repeat - 2) // 2)


def stride(view: Viewport, step: int, *, far: bool = False, repeat: int = 0) -> int:
    """Image pixels that one press moves the cursor; never more than half the canvas.

    Step size 0 does not accelerate: it is for counting pixels.
    """
    if step == 0:
        return 10 if far else 1
    part = STEP_PARTS[step] * (FAR if far else 1) * acceleration(repeat)
    return max(1, round(min(part, 0.5) * max(view.canvas) / view.scale))


def snapped(at: tuple[float, float], wh: tuple[int, int]) -> tuple[float, float]:
    """The centre of the image pixel that holds `at`, or of the nearest one."""
    x, y = (min(max(floor(v), 0), max(size, 1) - 1) + 0.5 for v, size in zip(at, wh, strict=True))
    return x, y


def moved_to(session: Session, at: tuple[float, float]) -> Session:
    """The session with the cursor on the pixel at `at`; the view follows when that lies outside it."""
    cursor = snapped(at, session.image.wh)
    return replace(session, cursor=cursor, view=following(session.view, session.image.wh, cursor))


def _mover(dx: int, dy: int, *, far: bool) -> Command:
    where = {(-1, 0): "left", (1, 0): "right", (0, -1): "up", (0, 1): "down"}[dx, dy]

    def run(session: Session, args: Args) -> Result:
        length = stride(session.view, session.step, far=far, repeat=args.repeat) * args.times
        x, y = session.cursor
        return moved_to(session, (x + dx * length, y + dy * length)), ()

    name = f"cursor.far_{where}" if far else f"cursor.{where}"
    doc = f"Move the cursor {'a large step ' if far else ''}{where}"
    return Command(name, f"far {where}" if far else where, doc, "cursor", run, counts=True)


def _resize_step(session: Session, by: int) -> Result:
    step = min(max(session.step + by, 0), len(STEP_PARTS) - 1)
    return replace(session, step=step), ()


def _finer(session: Session, args: Args) -> Result:
    return _resize_step(session, -args.times)


def _coarser(session: Session, args: Args) -> Result:
    return _resize_step(session, args.times)


def _finest_reason(session: Session) -> str | None:
    return "The step is one pixel: there is no smaller one" if session.step == 0 else None


def _coarsest_reason(session: Session) -> str | None:
    return "This is the largest step" if session.step == len(STEP_PARTS) - 1 else None


def _middle(session: Session, _args: Args) -> Result:
    return moved_to(session, visible(session.view, session.image.wh).center), ()


COMMANDS = (
    *(_mover(dx, dy, far=far) for far in (False, True) for dx, dy in ((-1, 0), (0, 1), (0, -1), (1, 0))),
    Command(
        "cursor.finer",
        "finer",
        "Make the cursor's step smaller",
        "cursor",
        _finer,
        unavailable=_finest_reason,
        counts=True,
    ),
    Command(
        "cursor.coarser",
        "coarser",
        "Make the cursor's step larger",
        "cursor",
        _coarser,
        unavailable=_coarsest_reason,
        counts=True,
    ),
    Command("cursor.middle", "middle", "Put the cursor in the middle of the view", "cursor", _middle),
)
