"""The settings: what each means, what it is, and changing it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from tui.app.screens.panel import ListPanel
from tui.app.settings import Setting, Value, parsed, settings, store
from tui.app.widgets.rows import Rows
from tui.config import Config
from tui.errors import TtylabelError
from tui.types.text import printable


class SettingsPanel(ListPanel):
    """Enter changes the setting on the line; it is on disk when the panel says so."""

    AUTO_FOCUS = ""
    DEFAULT_CSS = """
    SettingsPanel Rows { height: auto; max-height: 60%; }
    SettingsPanel #doc { height: auto; margin-top: 1; }
    SettingsPanel Input { display: none; margin-top: 1; }
    SettingsPanel.editing Input { display: block; }
    """

    def __init__(self, current: Config, path: Path) -> None:
        self._all = settings(current)
        self._path = path
        super().__init__("Settings", self._line, count=len(self._all))

    def compose(self) -> ComposeResult:
        with Vertical(classes="panel wide"):
            yield Static(Content(f"Settings: {printable(_from_home(self._path), 44)}"), id="title")
            yield self.rows
            yield Static(id="doc")
            yield Input(compact=True)
            yield Static(Content(self.hint()), classes="hint")

    def hint(self) -> str:
        return "Enter changes it, for the next start · Esc closes"

    def on_mount(self) -> None:
        self.rows.styles.height = len(self._all)
        self._explain()

    def _line(self, row: int) -> Content:
        setting = self._all[row]
        changed = setting.value != setting.default
        return Content(f"{setting.name:<22} ") + Content.styled(
            printable(_shown(setting), 40), "bold" if changed else "dim"
        )

    @property
    def _setting(self) -> Setting:
        return self._all[self.rows.cursor or 0]

    @on(Rows.Moved)
    def _explain(self) -> None:
        setting = self._setting
        self._say(f"{setting.doc} Default: {setting.default}")

    def _say(self, text: str) -> None:
        self.query_one("#doc", Static).update(Content(printable(text)))

    def take(self, index: int) -> None:
        setting = self._all[index]
        if isinstance(setting.default, bool):
            self._store("false" if setting.value else "true")
            return
        field = self.query_one(Input)
        field.value = _shown(setting)
        field.cursor_position = len(field.value)
        self.add_class("editing")
        field.focus()

    def submitted(self) -> None:
        self._store(self.query_one(Input).value)

    def takes(self, key: str) -> bool:
        return key == "escape"

    def on_key(self, event: events.Key) -> None:
        if event.key == "escape" and self.has_class("editing"):
            event.stop()
            event.prevent_default()
            self._close_field()
        else:
            super().on_key(event)

    def _close_field(self) -> None:
        self.remove_class("editing")
        self.set_focus(None)

    def _store(self, text: str) -> None:
        setting = self._setting
        try:
            value = parsed(setting, text)
        except TtylabelError as error:
            self._say(error.sentence)
            return
        self.run_worker(partial(self._write, setting.name, value), thread=True, group="store")

    def _write(self, name: str, value: Value) -> None:
        """Runs in a thread: a save waits for the disk."""
        try:
            current = store(self._path, name, value)
        except TtylabelError as error:
            self.tell(self._say, error.sentence)
            return
        self.tell(self._stored, current, name)

    def _stored(self, current: Config, name: str) -> None:
        self._all = settings(current)
        self._close_field()
        self.rows.refresh()
        (value,) = (_shown(setting) for setting in self._all if setting.name == name)
        self._say(f"Saved. {name} is {value} from the next start on.")


def _from_home(path: Path) -> str:
    """A path as people write it."""
    return f"~/{path.relative_to(Path.home())}" if path.is_relative_to(Path.home()) else str(path)


def _shown(setting: Setting) -> str:
    value = setting.value
    return str(value).lower() if isinstance(value, bool) else str(value)
