"""Keys that come faster than a dialog opens or closes wait until it is clear whose they are.

A key goes from the app to the focused widget and comes back as the session's. Without a gate, what is typed
meanwhile reaches the picture instead of the dialog that it was meant for, and what follows Enter reaches a
dialog that is going.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from textual import events
from textual.app import App
from textual.driver import Driver

OPENING_S = 0.5
CLOSING_S = 0.15
"""How long keys wait at most where no dialog opens after all, or Enter does not close it."""

_ENDS = ("enter", "escape")
"""Keys that may close a dialog."""


class KeyGate:
    """`give` takes a key where keys go, `later(seconds, action)` runs an action on the event loop after a
    time, `dialog` says whether one is open. Called from the event loop.
    """

    def __init__(
        self,
        give: Callable[[events.Key], None],
        later: Callable[[float, Callable[[], None]], None],
        dialog: Callable[[], bool],
    ) -> None:
        self._give, self._later, self._dialog = give, later, dialog
        self._held: list[events.Key] = []
        self._shut = False
        self._serial = 0

    def admit(self, event: events.Key) -> bool:
        """Whether a key may go where keys go now; else it is kept."""
        if self._shut:
            self._held.append(event)
            return False
        self._may_close(event)
        return True

    def returned(self, event: events.Key) -> bool:
        """Whether a key came back from the picture though a dialog is open: it is given again, in order."""
        if not self._dialog():
            return False
        again = events.Key(event.key, event.character)
        again.time = event.time
        if self.admit(again):
            self._give(again)
        return True

    def shut(self, seconds: float = OPENING_S) -> None:
        """Let keys wait until `open`, or for so long."""
        self._shut = True
        self._serial += 1
        serial = self._serial
        self._later(seconds, lambda: self.open() if serial == self._serial else None)

    def open(self) -> None:
        """Give what was kept, in the order in which it was typed, up to a key that may close a dialog."""
        self._shut = False
        self._serial += 1
        self._held.sort(key=lambda event: event.time)
        while self._held and not self._shut:
            event = self._held.pop(0)
            self._may_close(event)
            self._give(event)

    def _may_close(self, event: events.Key) -> None:
        if event.key in _ENDS and self._dialog():
            self.shut(CLOSING_S)


class GatedApp(App[int]):
    """An app whose keys pass `gate`."""

    def __init__(self, *, driver_class: type[Driver]) -> None:
        super().__init__(driver_class=driver_class)
        self.gate = KeyGate(self._give, self._after_a_time, lambda: len(self.screen_stack) > 1)

    async def on_event(self, event: events.Event) -> None:
        """Take an event; of keys only those that the gate admits."""
        if not isinstance(event, events.Key) or event.is_forwarded or self.gate.admit(event):
            await super().on_event(event)

    def _give(self, event: events.Key) -> None:
        # It runs up to its end in one step of the loop, so keys keep their order.
        self._given = asyncio.ensure_future(super().on_event(event))

    def _after_a_time(self, seconds: float, action: Callable[[], None]) -> None:
        asyncio.get_running_loop().call_later(seconds, lambda: action() if self.is_running else None)
