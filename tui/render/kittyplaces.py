"""Where kitty pictures lie and how a terminal is told: by the text cursor, or by an anchor cell inside tmux.

By cursor every placement is addressed with CUP. All terminals with kitty graphics know that (konsole and
WezTerm know nothing else), and the placements survive text written over them, so it is the way outside tmux.

Inside tmux nobody but tmux knows where its pane lies, so one cell of the pane holds a Unicode placeholder of
a transparent picture, and everything else is placed relative to it: tmux moves the cell, and the pictures
follow. The cell is plain text: whoever writes over the canvas' top left takes all pictures off the screen,
and they come back with the cell (`ByAnchor.cell`). A driver that draws this way is thus not "under text".
Source: kitty's documentation, "Terminal graphics protocol", Unicode placeholders and relative placements
(kitty 0.31); tmux's manual, `allow-passthrough`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from tui.render.scene import Canvas
from tui.render.strokes import Rect

UNDER_BACKGROUND = -1_073_741_824
"""Placements with a lower z lie under cells that have a background colour: menus and popups cover them."""

ANCHOR_PLACEMENT = 1
_PLACEHOLDER = "\U0010eeee\u0305\u0305"
"""The placeholder character, marked as row 0 and column 0 of its picture."""


@dataclass(frozen=True, slots=True)
class Put:
    """One placement: absolute 0-based `row`, `col`; `offset` pixels inside that cell; `source` pixels of the
    picture (None: all of it); `cells` (columns, rows) to stretch to (None: natural size).
    """

    image: int
    placement: int
    row: int
    col: int
    z: int
    offset: tuple[int, int] = (0, 0)
    source: Rect | None = None
    cells: tuple[int, int] | None = None

    @property
    def key(self) -> tuple[int, int]:
        """What a new placement must share with an old one to move it."""
        return self.image, self.placement


class Route(Protocol):
    """How placements are addressed and commands reach the terminal that draws."""

    def lead(self, put: Put) -> bytes:
        """What goes before the command that places `put`."""
        ...

    def keys(self, put: Put) -> list[str]:
        """The keys that say where `put` lies."""
        ...

    def pack(self, command: bytes) -> bytes:
        """One graphics command as it is to be written."""
        ...


@dataclass(frozen=True, slots=True)
class ByCursor:
    """The text cursor is moved to the cell first; the caller saves and restores it."""

    def lead(self, put: Put) -> bytes:
        """CUP to the placement's cell."""
        return cursor_to(put.row, put.col)

    def keys(self, put: Put) -> list[str]:
        """None: the cursor says it."""
        return []

    def pack(self, command: bytes) -> bytes:
        """As it is."""
        return command


@dataclass(frozen=True, slots=True)
class ByAnchor:
    """Relative to the placeholder of picture `image` (1..255) in the cell at `row`, `col`, through tmux."""

    image: int
    row: int
    col: int

    def lead(self, put: Put) -> bytes:
        """Nothing: the cursor is not used."""
        return b""

    def keys(self, put: Put) -> list[str]:
        """The parent placement, and the cells right of and below it."""
        across, down = put.col - self.col, put.row - self.row
        parent = [f"P={self.image}", f"Q={ANCHOR_PLACEMENT}"]
        return parent + [f"{name}={value}" for name, value in (("H", across), ("V", down)) if value]

    def pack(self, command: bytes) -> bytes:
        """Wrapped for tmux to hand on: escapes doubled, one command a wrapping (tmux bounds its length)."""
        return b"\x1bPtmux;" + command.replace(b"\x1b", b"\x1b\x1b") + b"\x1b\\"

    def cell(self) -> bytes:
        """The text of the anchor cell; the caller saves and restores cursor and colours.

        The picture's id is the foreground, as one of 256 colours: that survives terminals of any depth.
        """
        text = f"\x1b[0;38;5;{self.image}m{_PLACEHOLDER}".encode()
        return cursor_to(self.row, self.col) + text


BY_CURSOR = ByCursor()


def cursor_to(row: int, col: int) -> bytes:
    """CUP to a 0-based cell."""
    return f"\x1b[{row + 1};{col + 1}H".encode()


def sprite(
    canvas: Canvas, rect: Rect, *, image: int, placement: int, z: int, start: tuple[int, int] = (0, 0)
) -> Put | None:
    """Place a picture's part, `rect` of the canvas in device pixels, at natural size; None when out of sight.

    What reaches beyond the canvas is cut off. `start` is the picture's pixel that falls on the top left of
    the uncut `rect`.
    """
    x, y, width, height = rect
    left, top = max(0, x), max(0, y)
    right = min(canvas.cols * canvas.cell[0], x + width)
    bottom = min(canvas.rows * canvas.cell[1], y + height)
    if right <= left or bottom <= top:
        return None
    (col, dx), (row, dy) = divmod(left, canvas.cell[0]), divmod(top, canvas.cell[1])
    source = (start[0] + left - x, start[1] + top - y, right - left, bottom - top)
    return Put(image, placement, canvas.row + row, canvas.col + col, z, (dx, dy), source)
