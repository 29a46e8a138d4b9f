"""The cells the picture is drawn on: Textual leaves them alone, the screen writer fills them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.app.textpage import CLEAR, KEEP

_LEFT, _RIGHT = 1, 3


class Canvas(Widget, can_focus=True):
    """An area that Textual does not write to, but for cells where a text of its own has to go.

    Those are all cells at first and after `wipe`, the cells of a message, and those a dialog has covered
    (`cover`): they are cleared to the default background, so that pictures under the text show through, and
    the app is told, since pictures that live in cells are gone there.
    Keys come here first and are taken to the session before any binding of Textual's sees them.
    """

    DEFAULT_CSS = """
    Canvas { width: 1fr; height: 1fr; }
    """

    class KeyPressed(Message):
        """A key for the session."""

        def __init__(self, event: events.Key) -> None:
            self.event = event
            super().__init__()

    class Wiped(Message):
        """Textual is about to clear `cells` (bool [rows, cols]) of the canvas."""

        def __init__(self, cells: NDArray[np.bool_]) -> None:
            self.cells = cells
            super().__init__()

    class Measured(Message):
        """The canvas has a size, or another one."""

    class Pointer(Message):
        """The mouse at a canvas cell (with fractions where pixels are known).

        `action` is "positive", "negative", or "press" and "release" at the two corners of a drag.
        """

        def __init__(self, x: float, y: float, action: str) -> None:
            self.x, self.y, self.action = x, y, action
            super().__init__()

    message_text: str = ""
    _pressed: tuple[float, float] | None = None

    def __init__(self) -> None:
        super().__init__()
        self._dialogs: tuple[Region, ...] = ()
        # Cells [rows, cols] that may hold text of Textual's.
        self._text = np.zeros((0, 0), np.bool_)

    def say(self, text: str) -> None:
        """Show a text in the middle instead of a picture; an empty text shows the picture."""
        if text != self.message_text:
            self.message_text = text
            self.wipe()

    def wipe(self) -> None:
        """Clear every cell: what is on the screen is not known."""
        self._text[:] = True
        self.refresh()

    def cover(self, dialogs: Sequence[Region]) -> bool:
        """Dialogs lie over these regions of the screen now; True when cells they left are to be cleared."""
        self._fit()
        self._dialogs = tuple(dialogs)
        covered = self.covered()
        left = bool((self._text & ~covered).any())
        self._text |= covered
        if left:
            self.refresh()
        return left

    def render_lines(self, crop: Region) -> list[Strip]:
        """Strips of `KEEP`, and `CLEAR` or a message's text where Textual has written or is to write."""
        self._fit()
        rows, cols = slice(crop.y, crop.bottom), slice(crop.x, crop.right)
        covered = self.covered()
        stale = self._text & ~covered
        lines = self._message_lines()
        first = max(0, (self.size.height - len(lines)) // 2)
        shown = {first + number: line for number, line in enumerate(lines)}
        if stale[rows, cols].any():
            cleared = np.zeros_like(stale)
            cleared[rows, cols] = stale[rows, cols]
            # Not by way of the screen: it is the sender here, and messages stop at their sender.
            self.app.post_message(self.Wiped(cleared))
        strips = [self._line(stale[y], shown.get(y, ""), crop) for y in range(crop.y, crop.bottom)]
        self._text[rows, cols] = covered[rows, cols]
        self._text[[y for y in shown if y < len(self._text)], cols] = True
        return strips

    def _fit(self) -> None:
        """A canvas of another size is another canvas."""
        shape = (self.size.height, self.size.width)
        if self._text.shape != shape:
            self._text = np.ones(shape, np.bool_)

    def covered(self) -> NDArray[np.bool_]:
        """The canvas' cells under the dialogs, bool [rows, cols]."""
        mask = np.zeros(self._text.shape, np.bool_)
        region = self.region
        for dialog in self._dialogs:
            inside = dialog.intersection(region).translate((-region.x, -region.y))
            mask[inside.y : inside.bottom, inside.x : inside.right] = True
        return mask

    def _message_lines(self) -> list[str]:
        """The message in lines of as many cells as fit; a character may take two."""
        width = max(1, self.size.width - 2)
        lines: list[str] = []
        for word in self.message_text.split():
            if lines and cell_len(lines[-1]) + 1 + cell_len(word) <= width:
                lines[-1] += f" {word}"
            else:
                lines.append(set_cell_size(word, min(cell_len(word), width)))
        return lines

    def _line(self, stale: NDArray[np.bool_], text: str, crop: Region) -> Strip:
        if text:
            before = max(0, self.size.width - cell_len(text)) // 2
            line = set_cell_size(" " * before + text, self.size.width)
            return Strip([Segment(line, None)], self.size.width).crop(crop.x, crop.right)
        runs = groupby(CLEAR if cell else KEEP for cell in stale[crop.x : crop.right])
        return Strip([Segment("".join(run), None) for _, run in runs], crop.width)

    def on_resize(self) -> None:
        self.post_message(self.Measured())

    def on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        self.post_message(self.KeyPressed(event))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        if event.button == _LEFT:
            self.capture_mouse()
            self._pressed = (event.pointer_x, event.pointer_y)
        elif event.button == _RIGHT:
            self.post_message(self.Pointer(event.pointer_x, event.pointer_y, "negative"))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        if event.button != _LEFT or self._pressed is None:
            return
        self.release_mouse()
        (x0, y0), self._pressed = self._pressed, None
        x1, y1 = event.pointer_x, event.pointer_y
        if abs(x1 - x0) < 1 and abs(y1 - y0) < 1:
            self.post_message(self.Pointer(x1, y1, "positive"))
            return
        self.post_message(self.Pointer(x0, y0, "press"))
        self.post_message(self.Pointer(x1, y1, "release"))
