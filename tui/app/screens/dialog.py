"""What every dialog is: a question over the canvas that is answered once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from textual.app import App
from textual.screen import ModalScreen

_Answer = TypeVar("_Answer")


class Dialog(ModalScreen[_Answer]):
    """Ends with one `answer`. Keys come faster than a screen goes away, so a second answer is ignored."""

    DEFAULT_CSS = "Dialog { background: transparent; }"
    _answered = False
    _shown_by: App[object] | None = None

    def on_mount(self) -> None:
        # A dialog that has gone does not know its app any more.
        self._shown_by = self.app

    def answer(self, value: _Answer) -> None:
        """Close, and hand `value` to whoever opened the dialog."""
        if not self._answered:
            self._answered = True
            self.dismiss(value)

    def tell(self, callback: Callable[..., object], *args: object) -> None:
        """Run `callback` on the event loop, from a thread; not once the dialog is answered, because what it
        would show may be gone by then.
        """
        app = self._shown_by or self.app
        app.call_from_thread(lambda: None if self._answered else callback(*args))
