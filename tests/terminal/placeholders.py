"""Unicode placeholders of the kitty graphics protocol: cells of text that stand for parts of a picture.

Source: kovidgoyal/kitty `docs/graphics-protocol.rst`, "Unicode placeholders". Row and column are combining
marks: those of class 230 that no canonical composition uses, in code point order. Newer Unicode editions
have more of them than the protocol's list; the first 129 agree and are more than a screen has rows.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from terminal.page import Cell
from terminal.pen import Colour

PLACEHOLDER = "\U0010eeee"

_MARKS = 129
_ABOVE = 230
_LAST_PLANE = 0x1000


@dataclass(frozen=True, slots=True)
class Shown:
    """A placeholder cell: where it is on the screen, which picture and placement, which part of them."""

    row: int
    col: int
    image: int
    placement: int
    picture_row: int
    picture_col: int


@lru_cache(1)
def marks() -> tuple[str, ...]:
    """The combining marks in order: the first stands for 0."""
    chars = [chr(code) for code in range(_LAST_PLANE)]
    composed = {
        parts.split()[-1]
        for char in map(chr, range(0x3000))
        if (parts := unicodedata.decomposition(char)) and not parts.startswith("<")
    }
    wanted = [
        char
        for char in chars
        if unicodedata.combining(char) == _ABOVE
        and not unicodedata.decomposition(char)
        and f"{ord(char):04X}" not in composed
    ]
    return tuple(wanted[:_MARKS])


@lru_cache(1)
def _numbers() -> dict[str, int]:
    return {char: number for number, char in enumerate(marks())}


def number(colour: Colour) -> int:
    """The number a colour stands for: a palette index, or 24 bits."""
    if isinstance(colour, tuple):
        return colour[0] << 16 | colour[1] << 8 | colour[2]
    return colour or 0


def find(grid: list[list[Cell]]) -> Iterator[Shown]:
    """All placeholder cells of a page; marks left out follow from the cell to the left."""
    for row, line in enumerate(grid):
        before: tuple[Shown, Colour, Colour] | None = None
        for col, (text, pen) in enumerate(line):
            if not text.startswith(PLACEHOLDER):
                before = None
                continue
            given = [_numbers()[char] for char in text[1:] if char in _numbers()]
            left = before[0] if before and before[1:] == (pen.fg, pen.underline) else None
            picture_row = given[0] if given else left.picture_row if left else 0
            follows = left is not None and left.picture_row == picture_row
            picture_col = given[1] if len(given) > 1 else left.picture_col + 1 if left and follows else 0
            next_to = left is not None and follows and left.picture_col == picture_col - 1
            high = given[2] if len(given) > 2 else left.image >> 24 if left and next_to else 0
            image = high << 24 | number(pen.fg)
            shown = Shown(row, col, image, number(pen.underline), picture_row, picture_col)
            before = (shown, pen.fg, pen.underline)
            yield shown
