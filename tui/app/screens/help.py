"""The key table of the current keymap, grouped as the command table groups it."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui.app.screens.dialog import Dialog


class HelpScreen(Dialog[None]):
    """Scrolls with the cursor keys, j and k; any other key closes it."""

    DEFAULT_CSS = """
    HelpScreen { align: center middle; background: transparent; }
    HelpScreen > VerticalScroll {
        width: auto; max-width: 100%; height: 90%; background: $panel; border: round $primary; padding: 0 1;
        scrollbar-size-vertical: 0;
    }
    HelpScreen Static { width: auto; text-wrap: nowrap; }
    """

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__()
        self._lines = lines

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            yield Static(Content("\n".join(self._lines)))

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
