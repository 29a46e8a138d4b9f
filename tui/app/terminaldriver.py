"""Textual's terminal driver, with five things of ours at the place where all output passes.

Of Textual's text only the cells that change are written, and the canvas' not at all (`tui.app.textpage`).
Everything written is counted. For a terminal that does not read the program neither waits nor hoards: what
is beyond a few writes is dropped, and all is painted anew when it reads again. Pictures are freed before the
alternate screen is left, on whatever way, and what the terminal still answers is read before the shell would.
"""

from __future__ import annotations

import contextlib
import os
from io import TextIOWrapper
from typing import IO, Protocol, cast

from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

from tui.app.parting import LAST_QUESTION, read_answers
from tui.app.textpage import TextPage
from tui.render.probe import patience

MOST_WAITING = 20
"""Writes that may wait for the terminal. With 30 Textual's event loop waits too."""

LAST_SECONDS = 5.0
"""How long a terminal may take to read what was written last. One that reads nothing must not keep the
program from ending: what is saved is saved by then.
"""


class Owner(Protocol):
    """What the app does for its driver."""

    def bytes_written(self, count: int) -> None:
        """So many bytes went to the terminal."""
        ...

    def pictures_off(self) -> bytes:
        """What frees everything the terminal stores for the program; nothing when that was done."""
        ...


class Line:
    """A terminal as a file that stays quiet when nobody is at the other end any more.

    The writer thread would end with an error there, and who waits for it would wait for ever.
    """

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def write(self, text: str) -> None:
        """Write to the terminal."""
        with contextlib.suppress(OSError):
            self._file.write(text)

    def flush(self) -> None:
        """Send what was written."""
        with contextlib.suppress(OSError):
            self._file.flush()

    def fileno(self) -> int:
        """The descriptor."""
        return self._file.fileno()

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return self._file.isatty()


class TerminalDriver(LinuxDriver):
    """See the module's text. The app it belongs to is an `Owner`."""

    def __init__(
        self,
        app: App[object],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._file = cast(TextIOWrapper, Line(cast(IO[str], self._file)))
        self.page = TextPage()
        self._lost = self._leaving = self.stuck = False
        self._last: list[str] = []

    def caught_up(self) -> bool:
        """True once when output was dropped and the terminal reads again: what is on it is not known."""
        caught_up = self._lost and self._waiting() == 0
        self._lost = self._lost and not caught_up
        return caught_up

    def write(self, data: str) -> None:
        """Send what a frame of Textual's changes on the screen."""
        self._send(self.page.write(data))

    def write_picture(self, data: bytes) -> None:
        """Send what a driver of ours made: it leaves text, colours and cells outside the canvas alone."""
        self._send(data.decode("utf-8", "surrogateescape"))

    def _send(self, out: str) -> None:
        """Hand text to the writer thread; dropped when that has ended or is far behind."""
        thread = self._writer_thread
        if not out or thread is None or not thread.is_alive():
            return
        if self._leaving:
            self._last.append(out)
            return
        if self._waiting() >= MOST_WAITING:
            self._lost = True
            return
        self._hand_over(out)

    def _hand_over(self, out: str) -> None:
        size = len(out) if out.isascii() else len(out.encode("utf-8", "surrogateescape"))
        self._owner.bytes_written(size)
        super().write(out)

    def _waiting(self) -> int:
        """Writes that the terminal has not taken yet."""
        return self._writer_thread._queue.qsize() if self._writer_thread is not None else 0

    def start_application_mode(self) -> None:
        """Enter the alternate screen, which is blank."""
        self._leaving = False
        self.page.forget()
        super().start_application_mode()  # type: ignore[no-untyped-call]  # of Textual's

    def stop_application_mode(self) -> None:
        """Free the pictures, which the alternate screen would keep, and leave it."""
        self._leaving = True
        self.write_picture(self._owner.pictures_off())
        if self._mouse_pixels:
            self.write("\x1b[?1016l")
        self._hear_out()
        super().stop_application_mode()
        self._hand_over_last()

    def _hand_over_last(self) -> None:
        """As one write: there is room for that however much waits."""
        last, self._last = "".join(self._last), []
        if last and self._writer_thread is not None and self._writer_thread.is_alive():
            self._hand_over(last)

    def close(self) -> None:
        """End the writer thread, or leave it behind (`stuck`) when its terminal does not read."""
        self._hand_over_last()
        thread = self._writer_thread
        if thread is not None:
            thread._queue.put(None)
            thread.join(LAST_SECONDS)
            self.stuck = thread.is_alive()

    def _hear_out(self) -> None:
        """Have the terminal stop reporting by itself, and read what it still answers."""
        if self.attrs_before is None:
            return
        self._disable_in_band_window_resize()
        self.write("\x1b[?1004l")
        self.disable_input()
        self._send(LAST_QUESTION)
        self._hand_over_last()
        read_answers(self.fileno, patience(os.environ))

    @property
    def _owner(self) -> Owner:
        return cast(Owner, self._app)
