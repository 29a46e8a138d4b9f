"""What the outside does to a program in a terminal: signals, suspension, a line that is cut.

Everything is handled on the event loop. Textual's own handlers for SIGTSTP and SIGCONT run between any two
instructions, where the pictures cannot be freed, and take every SIGCONT for the end of a suspension.
"""

from __future__ import annotations

import asyncio
import os
import select
import signal
from collections.abc import Callable
from typing import Protocol

from textual.driver import Driver

from tui.app.parting import in_front
from tui.app.terminaldriver import TerminalDriver

HANGUP = 128 + signal.SIGHUP
_ENDS = {signal.SIGTERM: 128 + signal.SIGTERM, signal.SIGHUP: HANGUP, signal.SIGINT: 128 + signal.SIGINT}


class Stage(Protocol):
    """What a suspension needs of the app."""

    def ask_terminal(self) -> None:
        """Nothing else reads from the terminal, which may be another one than before."""
        ...

    def terminal_back(self) -> None:
        """The terminal is the program's again and blank."""
        ...

    def paint_anew(self, lost: bool) -> None:
        """Write all text and pictures again, and send them again when they are `lost`."""
        ...


class Lifeline:
    """Ends the program by `leave(exit code)`, and lets it sleep and wake.

    `driver` is Textual's, None or one that cannot suspend in tests.
    """

    def __init__(self, stage: Stage, driver: Driver | None, leave: Callable[[int], None]) -> None:
        self._stage, self._leave = stage, leave
        self._driver = driver if driver is not None and driver.can_suspend else None
        self._woken = 0

    def listen(self, loop: asyncio.AbstractEventLoop) -> None:
        """Take the signals; call once, when Textual's driver runs."""
        for number, code in _ENDS.items():
            loop.add_signal_handler(number, self._leave, code)
        if self._driver is not None:
            loop.add_signal_handler(signal.SIGTSTP, self._sleep)
            loop.add_signal_handler(signal.SIGCONT, self._continued)

    def check_line(self) -> None:
        """Leave when nobody is at the other end: SIGHUP only reaches who has the terminal in front.

        A terminal that reads again after a pause has missed some of what was written.
        """
        if self._driver is not None and hung_up(0):
            self._leave(HANGUP)
        elif isinstance(self._driver, TerminalDriver) and self._driver.caught_up():
            self._stage.paint_anew(True)

    @property
    def stuck(self) -> bool:
        """Whether a terminal that reads nothing still holds what was written last."""
        return isinstance(self._driver, TerminalDriver) and self._driver.stuck

    def _sleep(self) -> None:
        """Give the terminal back and stop until SIGCONT, which this call outlives."""
        assert self._driver is not None
        self._driver.suspend_application_mode()
        self._woken += 1
        os.kill(os.getpid(), signal.SIGSTOP)
        self._wake()

    def _continued(self) -> None:
        """After `_sleep` nothing is left to do.

        After a SIGSTOP from outside the shell has had the terminal.
        """
        if self._woken:
            self._woken -= 1
            return
        assert self._driver is not None
        self._driver.suspend_application_mode()
        self._wake()

    def ask_again(self) -> None:
        """Let go of the terminal and take it again, as after a suspension: it may be another one."""
        if self._driver is not None:
            self._driver.suspend_application_mode()
            self._wake()

    def _wake(self) -> None:
        assert self._driver is not None
        if in_front(0):
            self._stage.ask_terminal()
        self._driver.resume_application_mode()
        self._stage.terminal_back()


def hung_up(fd: int) -> bool:
    """True when the other end of the terminal on `fd` is closed."""
    poll = select.poll()
    poll.register(fd, 0)
    return any(event & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _, event in poll.poll(0))
