"""What the keys do: those of the mode first, grouped as the command table groups them."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui.app.screens.dialog import Dialog
from tui.session.help import ASIDE


class HelpScreen(Dialog[None]):
    """Scrolls with the cursor keys, j and k; any other key closes it. Lines at the margin are titles."""

    DEFAULT_CSS = """
    HelpScreen { align: center middle; background: transparent; }
    HelpScreen > Vertical {
        width: 82; max-width: 100%; height: 1fr; margin: 1 0; background: $panel; border: round $primary;
        padding: 0 1;
    }
    HelpScreen VerticalScroll { height: 1fr; scrollbar-size-vertical: 1; }
    HelpScreen Static { width: auto; text-wrap: nowrap; }
    HelpScreen .hint { color: $text-muted; height: 1; }
    """

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__()
        self._lines = lines

    def compose(self) -> ComposeResult:
        with Vertical():
            with VerticalScroll(can_focus=False):
                yield Static(Content("\n").join(map(_styled, self._lines)))
            yield Static(Content("↓ ↑ Space scroll · any other key closes"), classes="hint")

    def on_key(self, event: events.Key) -> None:
        scroll = self.query_one(VerticalScroll)
        moves = {
            "down": scroll.scroll_down,
            "j": scroll.scroll_down,
            "up": scroll.scroll_up,
            "k": scroll.scroll_up,
            "pagedown": scroll.scroll_page_down,
            "space": scroll.scroll_page_down,
            "pageup": scroll.scroll_page_up,
        }
        event.stop()
        event.prevent_default()
        move = moves.get(event.key)
        if move is None:
            self.answer(None)
        else:
            move(animate=False)


def _styled(line: str) -> Content:
    if line.startswith(ASIDE):
        return Content.styled(line, "dim")
    return Content(line) if line.startswith(" ") else Content.styled(line, "bold $primary")
