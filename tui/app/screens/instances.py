"""The instances of the image in front: going through them, deleting, giving another class."""

from __future__ import annotations

from collections.abc import Callable

from textual import events, on
from textual.content import Content

from tui.app.colours import class_colour
from tui.app.keys import key_name
from tui.app.parts import class_label
from tui.app.screens.panel import ListPanel
from tui.app.widgets.rows import Rows
from tui.session.state import Session
from tui.types.shapes import Box, bounds

_KEYS = frozenset("xuU1234567890")
"""Keys that mean here what they mean on the picture."""


class InstancesPanel(ListPanel):
    """`pick` selects an instance at once; `press` takes a key to the session, which `session` then shows."""

    def __init__(
        self, session: Callable[[], Session], pick: Callable[[int], None], press: Callable[[str], None]
    ) -> None:
        now = session()
        super().__init__(_title(now), self._line, count=len(now.image.instances), cursor=now.selection or 0)
        self._session, self._pick, self._press = session, pick, press

    def hint(self) -> str:
        return "1…0 class · x delete · u undo · Esc close"

    def on_mount(self) -> None:
        if self.rows.cursor is not None:
            self._pick(self.rows.cursor)

    def _line(self, row: int) -> Content:
        instances = self._session().image.instances
        if row >= len(instances):
            return Content("")
        instance, box = instances[row], bounds(instances[row].shape)
        r, g, b = class_colour(self._session(), instance.class_id)
        shape = "box" if isinstance(instance.shape, Box) else f"{len(instance.shape.points)} points"
        return (
            Content.styled(f"{row + 1:>3} ", "dim")
            + Content.styled("■ ", f"rgb({r},{g},{b})")
            + Content(f"{class_label(self._session(), instance.class_id)} ")
            + Content.styled(f" {box.width:.0f}×{box.height:.0f} px  {shape}", "dim")
        )

    @on(Rows.Moved)
    def _moved(self, event: Rows.Moved) -> None:
        self._pick(event.index)

    def take(self, index: int) -> None:
        self._pick(index)
        self.answer(None)

    def typed(self, event: events.Key) -> None:
        name = key_name(event.key, event.character)
        if name is None or name not in _KEYS:
            return
        self._press(name)
        now = self._session()
        self.entitle(_title(now))
        cursor = self.rows.cursor or 0
        self.rows.fill(len(now.image.instances), cursor)
        if now.image.instances and now.selection is None:
            self._pick(self.rows.cursor or 0)


def _title(session: Session) -> str:
    count = len(session.image.instances)
    return f"{count} instance{'' if count == 1 else 's'}"
