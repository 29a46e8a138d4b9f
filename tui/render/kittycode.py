"""Commands of the kitty graphics protocol: transmit, place, delete.

Every command is quiet (`q=2`, an answer would reach the app as key presses) and leaves the cursor (`C=1`).
Source: kitty's documentation, "Terminal graphics protocol".
"""

from __future__ import annotations

import base64
from dataclasses import dataclass

from tui.render.scene import Canvas
from tui.render.strokes import Rect

CHUNK = 4096
"""Base64 bytes in one command, as the protocol limits it."""

UNDER_BACKGROUND = -1_073_741_824
"""Placements with a lower z lie under cells that have a background colour: menus and popups cover them."""


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


def place(put: Put) -> bytes:
    """Put a stored picture on the screen, or move a placement that is there."""
    return _cup(put) + f"\x1b_Ga=p,i={put.image},{_where(put)}\x1b\\".encode()


def transmit(image: int, png: bytes, put: Put | None = None) -> bytes:
    """Store a PNG under an id and show it where `put` says; placements of the id's old picture go."""
    data = base64.b64encode(png)
    chunks = [data[at : at + CHUNK] for at in range(0, len(data), CHUNK)]
    keys = f"a=T,f=100,i={image},{_where(put)}" if put else f"a=t,f=100,i={image},q=2"
    parts = [_cup(put)] if put else []
    for number, chunk in enumerate(chunks):
        head = keys if number == 0 else "q=2"
        more = ",m=1" if number < len(chunks) - 1 else ",m=0" if number else ""
        parts.append(f"\x1b_G{head}{more};".encode() + chunk + b"\x1b\\")
    return b"".join(parts)


def remove(image: int, placement: int | None = None) -> bytes:
    """Take a placement, or all of a picture, off the screen; the picture stays stored."""
    which = f",p={placement}" if placement is not None else ""
    return f"\x1b_Ga=d,d=i,i={image}{which},q=2\x1b\\".encode()


def free(image: int) -> bytes:
    """Take a picture off the screen and out of the terminal's memory."""
    return f"\x1b_Ga=d,d=I,i={image},q=2\x1b\\".encode()


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


def _cup(put: Put) -> bytes:
    return f"\x1b[{put.row + 1};{put.col + 1}H".encode()


def _where(put: Put) -> str:
    """The keys of a placement; those at their default are left out."""
    keys = [f"p={put.placement}"]
    keys += [f"{name}={value}" for name, value in zip("XY", put.offset, strict=True) if value]
    if put.source is not None:
        keys += [f"{name}={value}" for name, value in zip("xywh", put.source, strict=True) if value]
    if put.cells is not None:
        keys += [f"c={put.cells[0]}", f"r={put.cells[1]}"]
    return ",".join([*keys, f"z={put.z}", "C=1", "q=2"])
