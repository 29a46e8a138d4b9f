"""Only the cells that change: what Textual writes, compared with what stands on the screen.

Textual sends a changed line from the left edge of its widget, every segment with its whole style: 500 bytes
for one digit of the status line. Here, where all of its output passes, its frames are played on a page of
cells, and the terminal gets the cells that differ, with the part of the style that differs.

The canvas' cells are not Textual's: it hands out two characters of its own in place of blanks. `KEEP` is not
written at all; `CLEAR` is a blank on the terminal's default background, and always written, since what a
driver has drawn there is not known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.cells import cell_len

KEEP, CLEAR = "\ufdd0", "\ufdd1"
"""Noncharacters of Unicode, one cell wide to Textual; `tui.types.text.printable` lets neither through."""

SYNC_ON, SYNC_OFF = "\x1b[?2026h", "\x1b[?2026l"

LEAST_SYNCHRONIZED = 256
"""Bytes of a frame from which it is worth 16 more to hold the screen still: less is read in one go."""

_TOKEN = re.compile(
    r"\x1b\[(?P<row>\d+);(?P<col>\d+)H"
    r"|\x1b\[(?P<style>[\d;]*)m"
    rf"|(?P<keep>{KEEP}+)|(?P<clear>{CLEAR}+)"
    r"|(?P<control>[\r\n])"
    rf"|(?P<text>[^\x00-\x1f\x7f{KEEP}{CLEAR}]+)"
    r"|(?P<other>.)",
    re.DOTALL,
)
_MODES = re.compile(r"(?:\x1b\[(?:[?>=<][\d;$]*[hlupmq]|c))+")
_NARROW = re.compile(
    "[\x20-\x7e\xa0-\xac\xae-\u02ff\u0370-\u0482\u2010-\u2027\u2030-\u205e\u2190-\u2319\u2500-\u25fc]+"
)
"""Text of which every character is one cell: Latin, Greek, Cyrillic, punctuation, arrows, boxes, blocks."""

_SHORT_GAP = 4
"""Cells that are cheaper to write again than to pass."""

Style = tuple[str, str, frozenset[str]]
"""Foreground and background as SGR parameters (empty: the default), and attributes."""

_PLAIN: Style = ("", "", frozenset())
_OFF = {"1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "7": "27", "8": "28", "9": "29"}

_Cell = tuple[str, Style]


class TextPage:
    """What stands in the terminal's cells, as far as it is known."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], _Cell] = {}
        self._styles: dict[str, Style] = {}
        self._synchronized = self._marked = False
        self._begin()

    def forget(self) -> None:
        """Nothing is known: the screen has another size, or was somebody else's."""
        self._cells.clear()

    def write(self, data: str) -> str:
        """What to send for a frame, or any other output, of Textual's.

        Frames come from one thread; modes, which Textual's input thread sets too, change nothing here.
        """
        if data == SYNC_ON:
            self._synchronized = True
            return ""
        if data == SYNC_OFF:
            self._synchronized, marked, self._marked = False, self._marked, False
            return SYNC_OFF if marked else ""
        if _MODES.fullmatch(data):
            return data
        out = self._play(data)
        if self._synchronized and not self._marked and len(out) >= LEAST_SYNCHRONIZED:
            self._marked = True
            return SYNC_ON + out
        return out

    def _play(self, data: str) -> str:
        self._begin()
        for token in _TOKEN.finditer(data):
            kind, value = token.lastgroup, token[0]
            if kind == "col":
                self._row, self._col = int(token["row"]), int(token["col"])
            elif kind == "style":
                self._style = self._styled(token["style"])
            elif kind == "keep":
                self._col += len(value)
            elif kind == "clear":
                self._clear(len(value))
            elif kind == "text":
                self._text(value)
            elif kind == "control":
                self._row, self._col = (self._row, 1) if value == "\r" else (self._row + 1, self._col)
            else:
                self._pass_on(data[token.start() :])
                break
        self._pen(_PLAIN)
        return "".join(self._out)

    def _begin(self) -> None:
        """Every frame begins and ends without colours, with the cursor anywhere."""
        self._out: list[str] = []
        self._row = self._col = 1
        self._at = (0, 0)
        self._style = self._sent = _PLAIN

    def _pass_on(self, rest: str) -> None:
        """Send what is not understood as it is; nothing is known after it."""
        self._pen(_PLAIN)
        self._out.append(rest)
        self.forget()

    def _clear(self, count: int) -> None:
        self._go()
        self._pen(_PLAIN)
        self._out.append(" " * count)
        for col in range(self._col, self._col + count):
            self._cells.pop((self._row, col), None)
        self._col += count
        self._at = (self._row, self._col)

    def _text(self, text: str) -> None:
        if not _NARROW.fullmatch(text):
            self._unmeasured(text)
            return
        style, row = self._style, self._row
        for char in text:
            place, cell = (row, self._col), (char, style)
            if self._cells.get(place) != cell:
                self._go()
                self._pen(style)
                self._out.append(char)
                self._cells[place] = cell
                self._at = (row, self._col + 1)
            self._col += 1

    def _unmeasured(self, text: str) -> None:
        """Text of which only Textual's idea of the width is known: written, and not remembered."""
        self._go()
        self._pen(self._style)
        self._out.append(text)
        width = cell_len(text)
        for col in range(self._col, self._col + width):
            self._cells.pop((self._row, col), None)
        self._col += width
        self._at = (0, 0)

    def _go(self) -> None:
        """Bring the terminal's cursor to the next cell."""
        row, col = self._row, self._col
        if self._at == (row, col):
            return
        gap = list(self._gap(col))
        if gap and len(gap) == col - self._at[1]:
            self._out.append("".join(gap))
        elif self._at[0] == row:
            self._out.append(f"\x1b[{col}G")
        else:
            self._out.append(f"\x1b[{row};{col}H")
        self._at = (row, col)

    def _gap(self, col: int) -> Iterator[str]:
        """The characters between cursor and cell, where they are few, known and of the style in force."""
        if self._at[0] == self._row and 0 < self._at[1] < col <= self._at[1] + _SHORT_GAP:
            for passed in range(self._at[1], col):
                char, style = self._cells.get((self._row, passed), ("", _PLAIN))
                if not char or style != self._sent:
                    return
                yield char

    def _pen(self, style: Style) -> None:
        """Give the terminal the style of the next cell, in the fewest bytes."""
        if style != self._sent:
            self._out.append(_change(self._sent, style))
            self._sent = style

    def _styled(self, parameters: str) -> Style:
        if parameters not in self._styles:
            self._styles[parameters] = _parsed(parameters)
        return self._styles[parameters]


def _parsed(parameters: str) -> Style:
    """A style from SGR parameters, as Rich writes them: all of the style at once, from the default."""
    fg = bg = ""
    attributes: set[str] = set()
    codes = parameters.split(";")
    while codes:
        code = codes.pop(0)
        if code in ("38", "48"):
            count = 4 if codes[:1] == ["2"] else 2
            colour = ";".join([code, *codes[:count]])
            del codes[:count]
            fg, bg = (colour, bg) if code == "38" else (fg, colour)
        elif code in ("", "0"):
            fg = bg = ""
            attributes.clear()
        elif len(code) > 1 and code[:-1] in ("3", "9"):
            fg = code
        elif len(code) > 1 and code[:-1] in ("4", "10"):
            bg = code
        else:
            attributes.add(code)
    return fg, bg, frozenset(attributes)


def _change(old: Style, new: Style) -> str:
    """The shorter of two ways: from the default, or by what differs."""
    whole = [code for code in (*sorted(new[2]), new[0], new[1]) if code]
    anew = f"\x1b[{';'.join(['', *whole]) if whole else ''}m" if old != _PLAIN else f"\x1b[{';'.join(whole)}m"
    gone = old[2] - new[2]
    if not gone <= _OFF.keys():
        return anew
    offs = {_OFF[code] for code in gone}
    # Switching bold off switches faint off too.
    added = sorted(code for code in new[2] if code not in old[2] or _OFF.get(code) in offs)
    fg = [new[0] or "39"] if new[0] != old[0] else []
    bg = [new[1] or "49"] if new[1] != old[1] else []
    differing = f"\x1b[{';'.join([*sorted(offs), *added, *fg, *bg])}m"
    return min(differing, anew, key=len)
