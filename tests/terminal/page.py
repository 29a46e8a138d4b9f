"""A page of character cells with a cursor: what text and control sequences do to it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import lru_cache

from terminal.parser import Csi
from terminal.pen import Pen

Cell = tuple[str, Pen]
"""The characters of a cell (empty: the right half of a wide one) and their pen."""

Region = tuple[int, int, int, int]
"""Rows and columns of a block of cells, half-open: top, left, bottom, right."""

BLANK: Cell = (" ", Pen())


@lru_cache(8192)
def char_width(char: str) -> int:
    """Cells a character takes: 0, 1 or 2."""
    if unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


class Page:
    """Cells, cursor, pen and margins of the main or the alternate screen.

    `touched(region)` is called for cells that were written or blanked, `scrolled(lines)` when the
    page moved up: pictures have to follow both.
    """

    def __init__(
        self, cols: int, rows: int, *, touched: Callable[[Region], None], scrolled: Callable[[int], None]
    ) -> None:
        self.cols, self.rows = cols, rows
        self.grid: list[list[Cell]] = [[BLANK] * cols for _ in range(rows)]
        self.row = self.col = 0
        self.pen = Pen()
        self.wrap = True
        self._touched, self._scrolled = touched, scrolled
        self._saved = (0, 0, self.pen)
        self._margins = (0, rows - 1)
        self._last = " "

    @property
    def bottom(self) -> int:
        """The last row of the scrolling region."""
        return self._margins[1]

    def lines(self) -> list[str]:
        """The text row by row, without blanks at the end."""
        return ["".join(text for text, _ in line).rstrip() for line in self.grid]

    def resize(self, cols: int, rows: int) -> None:
        """Keep what fits, as terminals do in their alternate screen."""
        grid = [(line + [BLANK] * cols)[:cols] for line in self.grid][:rows]
        self.grid = grid + [[BLANK] * cols for _ in range(rows - len(grid))]
        self.cols, self.rows, self._margins = cols, rows, (0, rows - 1)
        self.row, self.col = min(self.row, rows - 1), min(self.col, cols - 1)

    def write(self, text: str) -> None:
        """Print characters at the cursor; the line wraps when the character after the last cell comes."""
        start = self.col
        for char in text:
            width = char_width(char)
            if width == 0:
                self._combine(char)
                continue
            if self.col + width > self.cols:
                self._touch_run(start)
                self._wrap(width)
                start = self.col
            line = self.grid[self.row]
            line[self.col] = (char, self.pen)
            if width == 2:
                line[self.col + 1] = ("", self.pen)
            self.col += width
            self._last = char
        self._touch_run(start)

    def _touch_run(self, start: int) -> None:
        if self.col > start:
            self._touched((self.row, start, self.row + 1, self.col))

    def _wrap(self, width: int) -> None:
        if self.wrap:
            self.col = 0
            self.linefeed()
        else:
            self.col = self.cols - width

    def _combine(self, char: str) -> None:
        if self.col:
            text, pen = self.grid[self.row][self.col - 1]
            self.grid[self.row][self.col - 1] = (text + char, pen)

    def control(self, code: int) -> None:
        """Backspace, tab, line feeds, carriage return; others do nothing."""
        if code == 8:
            self.col = max(0, self.col - 1)
        elif code == 9:
            self.col = min(self.cols - 1, (self.col // 8 + 1) * 8)
        elif code in (10, 11, 12):
            self.linefeed()
        elif code == 13:
            self.col = 0

    def linefeed(self) -> None:
        """One row down, scrolling at the bottom margin."""
        if self.row == self.bottom:
            self.scroll(1)
        elif self.row < self.rows - 1:
            self.row += 1

    def scroll(self, lines: int) -> None:
        """Move the scrolling region up."""
        top, bottom = self._margins
        for _ in range(min(lines, bottom - top + 1)):
            del self.grid[top]
            self.grid.insert(bottom, [BLANK] * self.cols)
        self._scrolled(lines)

    def save(self) -> None:
        self._saved = (self.row, min(self.col, self.cols - 1), self.pen)

    def restore(self) -> None:
        self.row, self.col, self.pen = self._saved

    def move_to(self, row: int, col: int) -> None:
        """Put the cursor on a cell, 0-based, clamped to the page."""
        self.row = min(self.rows - 1, max(0, row))
        self.col = min(self.cols - 1, max(0, col))

    def blank(self, region: Region) -> None:
        """Erase cells to the pen's background."""
        top, left, bottom, right = region
        if bottom <= top or right <= left:
            return
        paper = Pen(bg=self.pen.bg)
        for row in range(top, bottom):
            self.grid[row][left:right] = [(" ", paper)] * (right - left)
        self._touched(region)

    def csi(self, token: Csi) -> None:
        """Cursor movement, erasure, scrolling, SGR; unknown finals do nothing."""
        if token.final in "ABCDEFGHdf`":
            self._move(token)
        elif token.final in "JKX":
            self._erase(token)
        elif token.final == "m":
            self.pen = self.pen.sgr(token.params)
        elif token.final == "b":
            self.write(self._last * token.count)
        elif token.final == "S":
            self.scroll(token.count)
        elif token.final == "r":
            numbers = [*token.numbers(), 0, 0]
            self._margins = ((numbers[0] or 1) - 1, min(numbers[1] or self.rows, self.rows) - 1)
            self.move_to(0, 0)
        elif token.final == "s":
            self.save()
        elif token.final == "u":
            self.restore()

    def _move(self, token: Csi) -> None:
        n, col = token.count, min(self.col, self.cols - 1)
        numbers = [*token.numbers(), 0, 0]
        target = {
            "A": (self.row - n, col),
            "B": (self.row + n, col),
            "C": (self.row, col + n),
            "D": (self.row, col - n),
            "E": (self.row + n, 0),
            "F": (self.row - n, 0),
            "G": (self.row, n - 1),
            "`": (self.row, n - 1),
            "d": (n - 1, col),
        }
        row, col = target.get(token.final, (max(1, numbers[0]) - 1, max(1, numbers[1]) - 1))
        self.move_to(row, col)

    def _erase(self, token: Csi) -> None:
        mode = (token.numbers() or [0])[0]
        row, col = self.row, min(self.col, self.cols - 1)
        if token.final == "X":
            self.blank((row, col, row + 1, min(self.cols, col + token.count)))
            return
        left = col if mode == 0 else 0
        right = col + 1 if mode == 1 else self.cols
        if token.final == "J":
            first = row + 1 if mode == 0 else 0
            last = row if mode == 1 else self.rows
            self.blank((first, 0, last, self.cols))
        self.blank((row, left, row + 1, right))
