"""Textual's terminal driver, with three things of ours at the place where all output passes.

Textual repaints the canvas' cells whenever a dialog opens, closes or moves, and text written into a cell
erases a picture there. So the canvas hands out two characters of its own in place of blanks, and here, behind
all of Textual's cutting and styling, `KEEP` becomes a cursor movement and `CLEAR` a blank on the terminal's
default background. Everything written is counted. And pictures are freed before the alternate screen is left,
on whatever way.
"""

from __future__ import annotations

import contextlib
import re
from io import TextIOWrapper
from typing import IO, Protocol, cast

from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

KEEP, CLEAR = "\ufdd0", "\ufdd1"
"""Noncharacters of Unicode, one cell wide to Textual; `tui.types.text.printable` lets neither through."""

_RUN = re.compile(
    rf"\x1b\[[\d;]*m(?P<styled>{KEEP}+|{CLEAR}+)\x1b\[0m|(?P<bare>{KEEP}+|{CLEAR}+)",
)


class Owner(Protocol):
    """What the app does for its driver."""

    def bytes_written(self, count: int) -> None:
        """So many bytes went to the terminal."""
        ...

    def pictures_off(self) -> bytes:
        """What frees everything the terminal stores for the program; nothing when that was done."""
        ...


def to_terminal(text: str) -> str:
    """Replace the runs of `KEEP` and `CLEAR` in a frame of Textual's by what they mean."""
    if KEEP not in text and CLEAR not in text:
        return text
    return _RUN.sub(_sequence, text)


def _sequence(match: re.Match[str]) -> str:
    run = match["styled"] or match["bare"]
    move = f"\x1b[{len(run)}C"
    return move if run[0] == KEEP else f"\x1b7\x1b[m{' ' * len(run)}\x1b8{move}"


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

    def write(self, data: str) -> None:
        """Hand text to the writer thread; dropped when that has ended."""
        thread = self._writer_thread
        if thread is None or not thread.is_alive():
            return
        out = to_terminal(data)
        size = len(out) if out.isascii() else len(out.encode("utf-8", "surrogateescape"))
        self._owner.bytes_written(size)
        super().write(out)

    def stop_application_mode(self) -> None:
        """Free the pictures, which the alternate screen would keep, and leave it."""
        self.write(self._owner.pictures_off().decode("utf-8", "surrogateescape"))
        if self._mouse_pixels:
            self.write("\x1b[?1016l")
        super().stop_application_mode()

    @property
    def _owner(self) -> Owner:
        return cast(Owner, self._app)
