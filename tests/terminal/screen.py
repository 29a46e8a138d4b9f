"""A terminal's screen as a model: feed it what a program writes, then look at text, pixels and errors.

    screen = Screen(120, 40, cell=(10, 20), kitty=True)
    screen.feed(b"\\x1b[H\\x1b[31mhello")
    assert screen.text().startswith("hello") and screen.errors == []

It holds programs to the letter of the protocols: `errors` names what some real terminal would answer
with a wrong picture, a leak or garbage.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terminal import paint
from terminal.kitty import BELOW_BACKGROUNDS, KittyGraphics
from terminal.page import Page, Region
from terminal.parser import Control, Csi, Escape, Parser, String, Text, Token
from terminal.pen import BACKGROUND
from terminal.sixel import SixelPicture

_SIXEL = re.compile(rb"[\d;]*q")
_ALTERNATE = {"47", "1047", "1049"}


@dataclass(frozen=True, slots=True)
class SixelLimits:
    """What a terminal can hold: most pixels (width, height) of a picture and pictures at a time."""

    max_wh: tuple[int, int] | None = None
    slots: int | None = None


class Screen:
    """Cells, pictures, modes, byte counts by kind (`counts`) and answers owed (`replies`)."""

    def __init__(
        self,
        cols: int = 80,
        rows: int = 24,
        *,
        cell: tuple[int, int] = (10, 20),
        kitty: bool = False,
        sixel: SixelLimits | None = None,
    ) -> None:
        self.cell = cell
        self.modes: set[str] = {"7", "25"}
        self.counts: Counter[str] = Counter()
        self.replies: list[bytes] = []
        self.kitty_keys: list[int] = []
        self._reported: list[str] = []
        self._parser = Parser()
        self._kitty_on, self._sixel_limits = kitty, sixel
        self._sixels: list[SixelPicture] = []
        self._graphics = KittyGraphics(cell, self._report)
        self._page = self._new_page(cols, rows)
        self._main: tuple[Page, list[SixelPicture], KittyGraphics] | None = None
        self._left_behind = 0

    def _new_page(self, cols: int, rows: int) -> Page:
        return Page(cols, rows, touched=self._touched, scrolled=self._scrolled)

    # What a test asks

    @property
    def cols(self) -> int:
        return self._page.cols

    @property
    def rows(self) -> int:
        return self._page.rows

    @property
    def cursor(self) -> tuple[int, int]:
        """Row and column, 0-based."""
        return self._page.row, min(self._page.col, self.cols - 1)

    @property
    def page(self) -> Page:
        """The page shown: cells with their pens."""
        return self._page

    @property
    def alternate(self) -> bool:
        """True while the alternate screen is shown."""
        return self._main is not None

    @property
    def cursor_visible(self) -> bool:
        return "25" in self.modes

    @property
    def kitty(self) -> KittyGraphics:
        """Pictures and placements."""
        return self._graphics

    @property
    def sixels(self) -> list[SixelPicture]:
        """Sixel pictures the terminal holds, oldest first."""
        return self._sixels

    @property
    def errors(self) -> list[str]:
        """What would go wrong on a real terminal, each once."""
        found = self._reported + self._parser.errors
        for picture in self._sixels:
            picture.rgba()
            found = found + picture.errors
        return list(dict.fromkeys(found))

    def stored_bytes(self) -> int:
        """Decoded bytes of kitty pictures the terminal keeps: each screen has its own store, and what a
        program leaves in the alternate one stays there.
        """
        kept = self._graphics.stored_bytes() + self._left_behind
        return kept + (self._main[2].stored_bytes() if self._main else 0)

    def text(self) -> str:
        """The cells' text, a line per row."""
        return "\n".join(self._page.lines())

    def image(self) -> NDArray[np.uint8]:
        """What a person sees: RGB [rows * cell height, cols * cell width, 3]."""
        grid, cell = self._page.grid, self.cell
        ground = np.empty((self.rows * cell[1], self.cols * cell[0], 3), np.uint8)
        ground[:] = BACKGROUND
        self._paint_layers(ground, None, BELOW_BACKGROUNDS)
        paint.over(ground, paint.backgrounds(grid, cell), 0, 0)
        self._paint_layers(ground, BELOW_BACKGROUNDS, 0)
        for glyph, left, top in paint.letters(grid, cell):
            paint.over(ground, glyph, left, top)
        for picture in self._sixels:
            paint.over(ground, picture.rgba(), picture.x, picture.y)
        self._paint_layers(ground, 0, None)
        return ground

    def _paint_layers(self, ground: NDArray[np.uint8], low: int | None, high: int | None) -> None:
        for layer in self._graphics.layers():
            if (low is None or layer.z >= low) and (high is None or layer.z < high):
                width, height = layer.right - layer.left, layer.bottom - layer.top
                if width > 0 and height > 0:
                    paint.over(ground, paint.scaled(layer.rgba, width, height), layer.left, layer.top)

    # What a program does

    def feed(self, data: bytes) -> None:
        """Take bytes as they come from the line; tokens may be split anywhere."""
        for token in self._parser.feed(data):
            self._take(token)

    def resize(self, cols: int, rows: int, cell: tuple[int, int] | None = None) -> None:
        """Another number of cells, another font."""
        self.cell = cell or self.cell
        self._graphics.cell = self.cell
        self._page.resize(cols, rows)

    def _take(self, token: Token) -> None:
        match token:
            case Text():
                self.counts["text"] += token.size
                self._page.write(token.value)
            case Control():
                self.counts["control"] += token.size
                self._page.control(token.code)
            case Escape():
                self.counts["csi"] += token.size
                self._escape(token.sequence)
            case Csi():
                self.counts["csi"] += token.size
                self._csi(token)
            case String():
                self._string(token)

    def _escape(self, sequence: str) -> None:
        if sequence == "7":
            self._page.save()
        elif sequence == "8":
            self._page.restore()
        elif sequence == "D":
            self._page.linefeed()
        elif sequence == "c":
            self._page = self._new_page(self.cols, self.rows)
            self._sixels.clear()
            self._graphics.clear()

    def _csi(self, token: Csi) -> None:
        if token.private == "?" and token.final in "hl" and not token.intermediates:
            for mode in token.params.split(";"):
                self._set_mode(mode, token.final == "h")
        elif token.final == "u" and token.private:
            self._key_protocol(token)
        elif not token.private and not token.intermediates:
            self._page.csi(token)
            if token.final == "J" and token.numbers()[:1] == [2]:
                self._graphics.clear()

    def _key_protocol(self, token: Csi) -> None:
        if token.private == ">":
            self.kitty_keys.append((token.numbers() or [0])[0])
        elif token.private == "<":
            del self.kitty_keys[-token.count :]

    def _set_mode(self, mode: str, on: bool) -> None:
        (self.modes.add if on else self.modes.discard)(mode)
        if mode == "7":
            self._page.wrap = on
        elif mode in _ALTERNATE and on != self.alternate:
            self._switch(on)

    def _switch(self, to_alternate: bool) -> None:
        if to_alternate:
            self._main = (self._page, self._sixels, self._graphics)
            self._sixels = []
            self._graphics = KittyGraphics(self.cell, self._report)
            self._page = self._new_page(self.cols, self.rows)
        elif self._main is not None:
            leaked = self._graphics.stored_bytes()
            self._left_behind += leaked
            if leaked:
                self._report(f"left the alternate screen with {leaked} bytes of pictures stored")
            cols, rows = self.cols, self.rows
            self._page, self._sixels, self._graphics = self._main
            self._page.resize(cols, rows)
            self._main = None

    def _string(self, token: String) -> None:
        if token.kind == "_" and token.body.startswith(b"G"):
            self._kitty(token)
        elif token.kind == "P" and _SIXEL.match(token.body):
            self.counts["sixel"] += token.size
            self._sixel(token.body)
        else:
            self.counts["string"] += token.size

    def _kitty(self, token: String) -> None:
        query = re.search(rb"(?:^|,)a=q(?:,|$)", token.body[1:].partition(b";")[0]) is not None
        if not self._kitty_on:
            self.counts["kitty_data"] += token.size
            if not query:
                self._report("kitty graphics sent to a terminal without them")
            return
        outcome = self._graphics.command(token.body[1:], self._page.row, self.cursor[1])
        self.counts[outcome.kind] += token.size
        if outcome.reply:
            self.replies.append(outcome.reply)
        if outcome.advance is not None:
            cols, rows = outcome.advance
            self._page.move_to(self._page.row + max(0, rows - 1), self._page.col + cols)

    def _sixel(self, body: bytes) -> None:
        limits = self._sixel_limits
        if limits is None:
            self._report("sixel sent to a terminal without it")
            return
        row, col = self.cursor
        picture = SixelPicture(body, x=col * self.cell[0], y=row * self.cell[1])
        width, height = picture.wh
        if limits.max_wh and (width > limits.max_wh[0] or height > limits.max_wh[1]):
            self._report(f"sixel of {width}x{height} pixels is over {limits.max_wh}: it is not shown")
            return
        self._sixels.append(picture)
        last = row + -(-height // self.cell[1]) - 1
        if last > self._page.bottom:
            self._report(f"sixel scrolled the screen by {last - self._page.bottom} lines")
            self._page.scroll(last - self._page.bottom)
        self._page.move_to(min(last, self._page.bottom), col)
        if limits.slots and len(self._sixels) > limits.slots:
            self._recycle()

    def _recycle(self) -> None:
        """xterm keeps a number of pictures and gives up the one whose top is highest (oldest of equals)."""
        lost = min(self._sixels, key=lambda picture: picture.y)
        at = self._sixels.index(lost)
        visible = np.zeros((self.rows * self.cell[1], self.cols * self.cell[0], 3), np.uint8)
        paint.over(visible, _filled(lost, (255, 255, 255)), lost.x, lost.y)
        for later in self._sixels[at + 1 :]:
            paint.over(visible, _filled(later, (0, 0, 0)), later.x, later.y)
        del self._sixels[at]
        if visible.any():
            self._report(f"too many sixel pictures: the one at row {lost.y // self.cell[1]} is lost")

    # Pictures follow the text

    def _touched(self, region: Region) -> None:
        if not self._sixels:
            return
        top, left, bottom, right = region
        width, height = self.cell
        for picture in self._sixels:
            picture.erase(left * width, top * height, right * width, bottom * height)

    def _scrolled(self, lines: int) -> None:
        for picture in self._sixels:
            picture.scroll(lines * self.cell[1])
        self._graphics.scroll(lines)

    def _report(self, error: str) -> None:
        if error not in self._reported:
            self._reported.append(error)


def _filled(picture: SixelPicture, colour: tuple[int, int, int]) -> NDArray[np.uint8]:
    rgba = picture.rgba().copy()
    rgba[..., :3] = colour
    return rgba
