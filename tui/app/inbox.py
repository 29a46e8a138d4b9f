"""What threads say, on its way to the event loop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context

from tui.session import effects as fx
from tui.session import events as ev

_LOG = logging.getLogger("ttylabel")


class Inbox:
    """Made on the event loop, in the context of the app: Textual finds the app there, and a lane has none.

    `receive` takes answers; `failed` is told of what an action raised, which asyncio would only log: then
    keys would wait for an answer that was dropped.
    """

    def __init__(
        self, receive: Callable[[ev.Event | fx.Notify], None], failed: Callable[[Exception], None]
    ) -> None:
        self._loop, self._context = asyncio.get_running_loop(), copy_context()
        self._receive, self._failed = receive, failed

    def post(self, action: Callable[[], object]) -> None:
        """Run `action` on the event loop; called from any thread. Nothing happens when the program leaves."""
        with suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(self.run, action, context=self._context)

    def run(self, action: Callable[[], object]) -> None:
        """Run `action` now, on the event loop."""
        try:
            action()
        except Exception as error:
            self._failed(error)

    def answer(self, event: ev.Event | fx.Notify) -> None:
        """Take one answer to the session; called from any thread."""
        self.post(lambda: self._receive(event))

    def on_error(self, error: BaseException) -> None:
        """A lane met an error of the program itself: the log has it, the person hears of it."""
        _LOG.error("in a lane", exc_info=error)
        self.answer(fx.Notify(f"Internal error: {error}. The log has the details.", "error"))
