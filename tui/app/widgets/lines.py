"""The status line and the hint line: one row of text each, literal text only."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from textual.content import Content
from textual.widget import Widget

from tui.app.parts import Part
from tui.render.scene import Rgb
from tui.session.help import Hint
from tui.types.text import printable

_SHORTEST_NAME = 8
"""Letters of a file's name that still tell it from its neighbours: numbers stand at the end."""

_ROLE_STYLE = {
    "plain": "",
    "strong": "bold",
    "good": "$success",
    "warn": "$warning",
    "bad": "bold $error",
}


class StatusLine(Widget):
    """Where you are, what is going on, and whether it is saved."""

    DEFAULT_CSS = "StatusLine { width: 1fr; height: 1; background: $panel; color: $foreground; }"

    def __init__(self) -> None:
        super().__init__()
        self._parts: tuple[Part, ...] = ()
        self._colour: Rgb = (0, 0, 0)

    def show(self, parts: tuple[Part, ...], colour: Rgb) -> None:
        """Replace the line when it differs from what is shown; `colour` is that of the class it names."""
        if (parts, colour) != (self._parts, self._colour):
            self._parts, self._colour = parts, colour
            self.refresh()

    def render(self) -> Content:
        pieces: list[Content] = []
        for part in self._parts:
            style = _ROLE_STYLE.get(part.role, "")
            if part.role == "class":
                r, g, b = self._colour
                pieces.append(Content.styled("■ ", f"rgb({r},{g},{b})") + Content(part.text))
            else:
                pieces.append(Content.styled(part.text, style))
        names = {number for number, part in enumerate(self._parts) if part.role == "name"}
        return _fit(pieces, Content(" · "), self.size.width, names)


class Readout(Widget):
    """Zoom and the cursor's place, right of the status line.

    Of fixed width: what stands left of it stays where it is.
    """

    DEFAULT_CSS = "Readout { height: 1; background: $panel; color: $text-muted; }"

    def __init__(self, width: int) -> None:
        super().__init__()
        self.styles.width = width
        self._text = ""

    def show(self, text: str) -> None:
        """Replace the text."""
        if text != self._text:
            self._text = text
            self.refresh()

    def render(self) -> Content:
        return Content(f"{self._text} ".rjust(self.size.width))


class HintLine(Widget):
    """What the keys do now; unavailable ones are dim. The last, and what stays with it, stand at the right
    end, whatever is cut.
    """

    DEFAULT_CSS = "HintLine { height: 1; background: $surface; color: $foreground; }"

    def __init__(self, classes: str = "") -> None:
        super().__init__(classes=classes)
        self._hints: Sequence[Hint] = ()
        self._notice: tuple[str, str] | None = None

    def show(self, hints: Sequence[Hint]) -> None:
        if tuple(hints) != tuple(self._hints):
            self._hints = hints
            self.refresh()

    def say(self, text: str, severity: str) -> None:
        """Put one sentence in place of the hints; an empty text brings them back."""
        notice = (printable(text), severity) if text else None
        if notice != self._notice:
            self._notice = notice
            self.refresh()

    @property
    def notice(self) -> str:
        """The sentence shown now, or an empty text."""
        return self._notice[0] if self._notice else ""

    @property
    def alarming(self) -> bool:
        """True while an error is shown."""
        return self._notice is not None and self._notice[1] == "error"

    def render(self) -> Content:
        if self._notice:
            text, severity = self._notice
            style = {"warning": "$warning", "error": "bold $error"}.get(severity, "$foreground")
            return Content(" ") + Content.styled(text, style)
        # Bold and faint on one colour: a change between them is 4 bytes, one of colour 20.
        pieces = [
            Content.styled(hint.key, "bold" if hint.available else "dim")
            + Content.styled(f" {hint.label}", "" if hint.available else "dim")
            for hint in self._hints
        ]
        if len(pieces) < 2:
            return _fit(pieces, Content("  "), self.size.width)
        ends = [number for number, hint in enumerate(self._hints) if hint.stays or hint is self._hints[-1]]
        others = [piece for number, piece in enumerate(pieces) if number not in ends]
        last = Content("  ").join(pieces[number] for number in ends)
        line = _fit(others, Content("  "), self.size.width - last.cell_length - 3)
        gap = max(self.size.width - line.cell_length - last.cell_length - 1, 2)
        return line + Content(" " * gap) + last


def show_lines(lines: Iterable[Widget], *, bare: bool, rows: bool = False) -> None:
    """Show the lines of text, or leave the screen to the picture; an error is shown all the same.

    `rows`: their rows stay, blank, where a terminal takes no picture.
    """
    found = list(lines)
    alarm = any(isinstance(line, HintLine) and line.alarming for line in found)
    for line in found:
        shown = not bare or alarm
        line.visible = shown or not rows
        if line.display != (shown or rows):
            line.display = shown or rows


def _fit(pieces: list[Content], gap: Content, width: int, names: Collection[int] = ()) -> Content:
    """As many whole pieces as fit: a cut number would be a wrong number. Of a name its end may do."""
    line = Content(" ")
    for number, piece in enumerate(pieces):
        longer = line + (gap if number else Content("")) + piece
        if longer.cell_length > width:
            room = width - line.cell_length - gap.cell_length - 1
            if number in names and room >= _SHORTEST_NAME:
                end = next(end for end in map(Content, _ends(piece.plain)) if end.cell_length <= room)
                line += gap + Content("…") + end
            break
        line = longer
    return line


def _ends(text: str) -> Iterator[str]:
    """A text and each of its ends, the longest first."""
    return (text[start:] for start in range(len(text) + 1))
