"""Small questions: a line of text, and the choice before leaving with unsaved work."""

from __future__ import annotations

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from tui.app.screens.dialog import Dialog
from tui.types.text import printable

_BOX = """
    {name} {{ align: center top; background: transparent; }}
    {name} > Vertical {{
        width: 64; max-width: 100%; height: auto; margin-top: 1;
        background: $panel; border: round $primary; padding: 0 1;
    }}
    {name} Input {{ background: $panel; border: none; height: 1; padding: 0; }}
    {name} .hint {{ color: $text-muted; }}
"""


class TextScreen(Dialog[str | None]):
    """One line of text, which may begin as `text`; None on escape."""

    DEFAULT_CSS = _BOX.format(name="TextScreen")

    def __init__(
        self,
        title: str,
        placeholder: str,
        text: str = "",
        *,
        empty: bool = False,
        lines: tuple[str, ...] = (),
    ) -> None:
        """`text` is there to begin with. `empty`: nothing is an answer too. `lines` say what can be typed."""
        super().__init__()
        self._title, self._placeholder, self._begun, self._empty = title, placeholder, text, empty
        self._lines = lines

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(Content(self._title))
            yield Input(self._begun, placeholder=self._placeholder, compact=True)
            for line in self._lines:
                yield Static(Content(line), classes="hint")

    @on(Input.Submitted)
    def _submit(self, event: Input.Submitted) -> None:
        text = event.value.strip()
        self.answer(text if text or self._empty else None)

    def on_key(self, event: events.Key) -> None:
        if event.key == "escape":
            event.stop()
            self.answer(None)


class ChoiceScreen(Dialog[str | None]):
    """A sentence and a few one-key answers; None on escape."""

    DEFAULT_CSS = _BOX.format(name="ChoiceScreen")

    def __init__(
        self,
        text: str,
        choices: tuple[tuple[str, str], ...],
        *,
        lines: tuple[str, ...] = (),
        stay: str = "stay",
    ) -> None:
        """`choices` are (key, label) pairs, `lines` stand between the sentence and them."""
        super().__init__()
        self._text, self._choices, self._lines, self._stay = text, choices, lines, stay

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(Content(printable(self._text)))
            for line in self._lines:
                yield Static(Content(f"  {printable(line)}"))
            for key, label in (*self._choices, ("esc", self._stay)):
                yield Static(Content.styled(f"{key:>4}", "bold") + Content(f"  {label}"))

    def on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        if event.key == "escape":
            self.answer(None)
        elif event.key in dict(self._choices):
            self.answer(event.key)
