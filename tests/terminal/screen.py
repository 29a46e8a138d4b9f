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
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from terminal import paint, placeholders
from terminal.kitty import BELOW_BACKGROUNDS, Features, KittyGraphics, Layer
from terminal.page import Page, Region
from terminal.parser import PASSTHROUGH, Control, Csi, Escape, Parser, String, Text, Token
from terminal.pen import BACKGROUND
from terminal.sixel import SixelPicture
from terminal.sixel_plane import SixelLimits, SixelPlane

__all__ = ["Colours", "Screen", "SixelLimits", "Tmux"]

_SIXEL = re.compile(rb"[\d;]*q")
_ALTERNATE = {"47", "1047", "1049"}


_WIDER_COLOURS = {
    "truecolor": None,
    "256": re.compile(r"(?:^|;)[34]8;2;"),
    "16": re.compile(r"(?:^|;)[34]8;[25];"),
}

Colours = Literal["truecolor", "256", "16"]
Tmux = Literal["", "passthrough", "shut"]
"""Whether the screen is tmux's, and whether it hands on what is wrapped for the terminal around it."""


class Screen:
    """Cells, pictures, modes, byte counts by kind (`counts`) and answers owed (`replies`)."""

    def __init__(
        self,
        cols: int = 80,
        rows: int = 24,
        *,
        cell: tuple[int, int] = (10, 20),
        kitty: bool | Features = False,
        sixel: SixelLimits | None = None,
        text_erases: bool = False,
        colours: Colours = "truecolor",
        tmux: Tmux = "",
    ) -> None:
        """`text_erases`: text written into a cell takes kitty's pictures off it (WezTerm)."""
        self.cell = cell
        self.modes: set[str] = {"7", "25"}
        self.counts: Counter[str] = Counter()
        self.replies: list[bytes] = []
        self.kitty_keys: list[int] = []
        self._reported: list[str] = []
        self._parser = Parser()
        self._kitty_on, self._sixel_limits, self._text_erases = bool(kitty), sixel, text_erases
        self._colours, self._tmux = colours, tmux
        features = kitty if isinstance(kitty, Features) else Features()
        # Each screen has its own pictures, which stay there while the other one is shown.
        self._stores = tuple(KittyGraphics(cell, self._report, features) for _ in range(2))
        self._page = self._new_page(cols, rows)
        self._plane = self._new_plane()
        self._main: tuple[Page, SixelPlane] | None = None

    def _new_page(self, cols: int, rows: int) -> Page:
        return Page(cols, rows, touched=self._touched, scrolled=self._scrolled)

    def _new_plane(self) -> SixelPlane:
        return SixelPlane(self._sixel_limits or SixelLimits(), self.cell, self._wh, self._report)

    @property
    def _wh(self) -> tuple[int, int]:
        return self.cols * self.cell[0], self.rows * self.cell[1]

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
        """Pictures and placements of the screen that is shown."""
        return self._stores[self.alternate]

    @property
    def sixels(self) -> list[SixelPicture]:
        """Sixel pictures the terminal keeps to draw from again; none where it keeps pixels only."""
        return self._plane.pictures

    @property
    def errors(self) -> list[str]:
        """What would go wrong on a real terminal, each once.

        Lost sixels count unless the program asks to be told of the focus: it can paint anew when that comes.
        """
        lost = [] if "1004" in self.modes else self._plane.lost
        return list(dict.fromkeys(self._reported + self._parser.errors + lost))

    def forgive(self, what: str) -> None:
        """Forget the errors so far that contain `what`: a test knows that they could not be avoided."""
        self._reported[:] = [error for error in self._reported if what not in error]

    def stored_bytes(self) -> int:
        """Decoded bytes of kitty pictures the terminal keeps, on both screens."""
        return sum(store.stored_bytes() for store in self._stores)

    def expose(self) -> None:
        """Something lay over the window and is gone: it is drawn again from what the terminal has stored."""
        self._plane.expose()

    def text(self) -> str:
        """The cells' text, a line per row."""
        return "\n".join(self._page.lines())

    def image(self) -> NDArray[np.uint8]:
        """What a person sees: RGB [rows * cell height, cols * cell width, 3]."""
        grid, cell = self._page.grid, self.cell
        ground = np.empty((self.rows * cell[1], self.cols * cell[0], 3), np.uint8)
        ground[:] = BACKGROUND
        layers = self.kitty.layers(list(placeholders.find(grid)))
        self._paint(ground, [layer for layer in layers if layer.z < BELOW_BACKGROUNDS])
        paint.over(ground, paint.backgrounds(grid, cell), 0, 0)
        self._paint(ground, [layer for layer in layers if BELOW_BACKGROUNDS <= layer.z < 0])
        for glyph, left, top in paint.letters(grid, cell):
            paint.over(ground, glyph, left, top)
        paint.over(ground, self._plane.window, 0, 0)
        self._paint(ground, [layer for layer in layers if layer.z >= 0])
        return ground

    def _paint(self, ground: NDArray[np.uint8], layers: list[Layer]) -> None:
        width, height = self.cell
        for layer in layers:
            size = layer.right - layer.left, layer.bottom - layer.top
            if min(size) <= 0:
                continue
            picture = paint.scaled(layer.rgba, *size)
            if layer.holes:
                picture = picture.copy()
            for row, col in layer.holes:
                top, left = row * height - layer.top, col * width - layer.left
                picture[max(0, top) : max(0, top + height), max(0, left) : max(0, left + width)] = 0
            paint.over(ground, picture, layer.left, layer.top)

    # What a program does

    def feed(self, data: bytes) -> None:
        """Take bytes as they come from the line; tokens may be split anywhere."""
        for token in self._parser.feed(data):
            self._take(token)

    def resize(self, cols: int, rows: int, cell: tuple[int, int] | None = None) -> None:
        """Another number of cells, another font."""
        self.cell = cell or self.cell
        self._page.resize(cols, rows)
        for store in self._stores:
            store.cell = self.cell
        self._plane.cell = self.cell
        self._plane.resize(self._wh)

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
            self._plane.clear()
            self.kitty.clear()

    def _csi(self, token: Csi) -> None:
        if token.private == "?" and token.final in "hl" and not token.intermediates:
            for mode in token.params.split(";"):
                self._set_mode(mode, token.final == "h")
        elif token.final == "u" and token.private:
            self._key_protocol(token)
        elif not token.private and not token.intermediates:
            wider = _WIDER_COLOURS[self._colours]
            if token.final == "m" and wider and wider.search(token.params):
                self._report(f"colour {token.params!r} on a terminal of {self._colours}")
            self._page.csi(token)
            if token.final == "J" and token.numbers()[:1] == [2]:
                self.kitty.clear()

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
            self._main = (self._page, self._plane)
            self.kitty.clear()
            self._page = self._new_page(self.cols, self.rows)
            self._plane = self._new_plane()
        elif self._main is not None:
            leaked = self.kitty.stored_bytes()
            if leaked:
                self._report(f"left the alternate screen with {leaked} bytes of pictures stored")
            cols, rows = self.cols, self.rows
            (self._page, self._plane), self._main = self._main, None
            self._page.resize(cols, rows)
            self._plane.resize(self._wh)

    def _string(self, token: String) -> None:
        if token.kind == "_" and token.body.startswith(b"G"):
            self._kitty(token)
        elif token.kind == "P" and token.body.startswith(PASSTHROUGH):
            self.counts["string"] += token.size
            self._unwrap(token)
        elif token.kind == "P" and _SIXEL.match(token.body):
            self.counts["sixel"] += token.size
            self._sixel(token.body)
        else:
            self.counts["string"] += token.size

    def _kitty(self, token: String) -> None:
        query = re.search(rb"(?:^|,)a=q(?:,|$)", token.body[1:].partition(b";")[0]) is not None
        if not self._kitty_on or self._tmux:
            self.counts["kitty_data"] += token.size
            if not query:
                what = "tmux, which swallows them" if self._tmux else "a terminal without them"
                self._report(f"kitty graphics sent to {what}")
            return
        self._run_kitty(token)

    def _run_kitty(self, token: String) -> None:
        outcome = self.kitty.command(token.body[1:], self._page.row, self.cursor[1])
        self.counts[outcome.kind] += token.size
        if outcome.reply:
            self._answer_kitty(outcome.reply)
        if outcome.advance is not None:
            cols, rows = outcome.advance
            self._page.move_to(self._page.row + max(0, rows - 1), self._page.col + cols)

    def _answer_kitty(self, reply: bytes) -> None:
        self.replies.append(reply)

    def _unwrap(self, token: String) -> None:
        """What was wrapped for the terminal around tmux, where nobody knows tmux's cursor."""
        if self._tmux != "passthrough":
            what = "tmux does not pass it on" if self._tmux else "this is not tmux"
            self._passed_in_vain(f"tmux passthrough, and {what}", token)
            return
        for inner in Parser().feed(token.body.removeprefix(PASSTHROUGH)):
            match inner:
                case String(kind="_", body=body) if body.startswith(b"G"):
                    self._pass_kitty(inner)
                case Csi() | String():
                    self._pass_question(inner)
                case _:
                    self._report(f"text or cursor movement behind tmux's back: {inner}")

    def _pass_kitty(self, inner: String) -> None:
        keys = dict(pair.partition(b"=")[::2] for pair in inner.body[1:].partition(b";")[0].split(b","))
        placed = keys.get(b"a") in (b"p", b"T")
        if placed and keys.get(b"U") != b"1" and b"P" not in keys:
            self._report("placed at the cursor through tmux, where nobody knows the cursor")
        if self._kitty_on:
            self.counts["string"] -= inner.size
            self._run_kitty(inner)

    def _pass_question(self, inner: Csi | String) -> None:
        """A terminal that answers overrides this."""
        asks = inner.final in "cqtpSm" if isinstance(inner, Csi) else inner.body.startswith(b"$q")
        if not asks:
            self._report(f"not for tmux's passthrough: {inner}")

    def _passed_in_vain(self, reason: str, token: String) -> None:
        if b"a=q" not in token.body:
            self._report(reason)

    def _sixel(self, body: bytes) -> None:
        if self._sixel_limits is None:
            self._report("sixel sent to a terminal without it")
            return
        row, col = self.cursor
        height = self._plane.add(body, row=row, col=col)
        if height is None:
            return
        last = row + -(-height // self.cell[1]) - 1
        if last > self._page.bottom:
            self._report(f"sixel scrolled the screen by {last - self._page.bottom} lines")
            self._page.scroll(last - self._page.bottom)
        self._page.move_to(min(last, self._page.bottom), col)

    # Pictures follow the text

    def _touched(self, region: Region) -> None:
        top, left, bottom, right = region
        width, height = self.cell
        if self._sixel_limits is not None:
            self._plane.erase(left * width, top * height, right * width, bottom * height)
        if self._text_erases:
            for row in range(top, bottom):
                self.kitty.erase(row, left, right)

    def _scrolled(self, lines: int) -> None:
        self._plane.scroll(lines * self.cell[1])
        self.kitty.scroll(lines)

    def _report(self, error: str) -> None:
        if error not in self._reported:
            self._reported.append(error)
