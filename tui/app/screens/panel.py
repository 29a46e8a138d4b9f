"""What every panel is: a dialog over the right side, beside the picture, which is not drawn anew for it."""

from __future__ import annotations

from collections.abc import Callable

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from tui.app.screens.dialog import Dialog
from tui.app.widgets.rows import Line, Rows


class Panel(Dialog[int | None]):
    """Between the status line and the hint line; escape closes it. The answer is a line that was taken."""

    DEFAULT_CSS = """
    Panel { align: right top; background: transparent; }
    Panel > .panel {
        width: 46; max-width: 70%; height: 1fr; margin: 1 0;
        background: $panel; border: round $primary; padding: 0 1;
    }
    Panel > .wide { width: 60; max-width: 90%; }
    Panel Input { background: $panel; border: none; height: 1; padding: 0; }
    Panel .hint { color: $text-muted; height: auto; }
    """

    def on_key(self, event: events.Key) -> None:
        if isinstance(self.focused, Input) and not self.takes(event.key):
            return  # the field's own
        event.stop()
        event.prevent_default()
        if event.key == "escape":
            self.answer(None)
        else:
            self.pressed(event)

    def takes(self, key: str) -> bool:
        """Whether a key is the panel's while a field has the focus."""
        return key == "escape"

    def pressed(self, event: events.Key) -> None:
        """A key that did not close the panel."""


class ListPanel(Panel):
    """Lines, and with `search` a field in which what is looked for is typed.

    The cursor keys, page keys and (without a field) `j k G g` move; enter takes the line.
    """

    def __init__(self, title: str, line: Line, *, count: int, cursor: int = 0, search: str = "") -> None:
        super().__init__()
        self._title, self._search = title, search
        self.rows = Rows(line, count, cursor)

    def compose(self) -> ComposeResult:
        with Vertical(classes="panel"):
            yield Static(Content(self._title), id="title")
            if self._search:
                yield Input(placeholder=self._search, compact=True)
            yield self.rows
            yield Static(Content(self.hint()), classes="hint")

    def hint(self) -> str:
        """What the keys do, for the foot of the panel."""
        return "Enter takes it · Esc closes"

    def entitle(self, title: str) -> None:
        """Change the title."""
        self.query_one("#title", Static).update(Content(title))

    def takes(self, key: str) -> bool:
        return super().takes(key) or key in self._moves()

    def pressed(self, event: events.Key) -> None:
        move = self._moves().get(event.key)
        if move is not None:
            move()
        elif event.key == "enter":
            self._take_line()
        else:
            self.typed(event)

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self.submitted()

    def submitted(self) -> None:
        """Enter was pressed in the field."""
        self._take_line()

    def _take_line(self) -> None:
        if self.rows.cursor is not None:
            self.take(self.rows.cursor)

    def _moves(self) -> dict[str, Callable[[], None]]:
        rows = self.rows
        moves: dict[str, Callable[[], None]] = {
            "down": lambda: rows.move(1),
            "up": lambda: rows.move(-1),
            "ctrl+n": lambda: rows.move(1),
            "ctrl+p": lambda: rows.move(-1),
            "pagedown": lambda: rows.move(rows.page),
            "pageup": lambda: rows.move(-rows.page),
        }
        if not self._search:
            moves |= {"j": moves["down"], "k": moves["up"], "g": lambda: rows.go_to(0)}
            moves |= {"G": lambda: rows.go_to(rows.count - 1), "space": moves["pagedown"]}
        return moves

    def take(self, index: int) -> None:
        """Enter was pressed on a line."""

    def typed(self, event: events.Key) -> None:
        """A key that moved nothing."""
