"""The cells the picture is drawn on: blank to Textual, filled by the screen writer."""

from __future__ import annotations

from rich.segment import Segment
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

_LEFT, _RIGHT = 1, 3


class Canvas(Widget, can_focus=True):
    """An empty area with the default background, so that pictures under the text show through.

    Keys come here first and are taken to the session before any binding of Textual's sees them. The app is
    told when Textual wrote over the cells, since pictures that live in cells are gone then.
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
        """Textual is about to write blanks over (part of) the canvas."""

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

    def say(self, text: str) -> None:
        """Show a text in the middle instead of a picture; an empty text shows the picture."""
        if text != self.message_text:
            self.message_text = text
            self.refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Blank strips without any style: the terminal's own background."""
        if self.app.screen is self.screen:
            # Under a dialog every report would make Textual compose the dialog, and so the canvas, again.
            self.call_later(self._report_wipe)
        lines = self._message_lines()
        first = max(0, (self.size.height - len(lines)) // 2)
        return [self._line(y - first, lines, crop) for y in range(crop.y, crop.bottom)]

    def _report_wipe(self) -> None:
        # Not posted while rendering: the screen renders, so it would count as the sender, and a message stops
        # bubbling at the parent that sent it.
        self.post_message(self.Wiped())

    def _message_lines(self) -> list[str]:
        width = max(1, self.size.width)
        lines: list[str] = []
        for word in self.message_text.split():
            if lines and len(lines[-1]) + 1 + len(word) <= width - 2:
                lines[-1] += f" {word}"
            else:
                lines.append(word[: width - 2] if width > 2 else word[:width])
        return lines

    def _line(self, number: int, lines: list[str], crop: Region) -> Strip:
        text = lines[number].center(self.size.width) if 0 <= number < len(lines) else ""
        text = text.ljust(self.size.width)[crop.x : crop.right]
        return Strip([Segment(text, None)], crop.width)

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
