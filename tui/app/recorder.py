"""Writes what happens to a session to a log as it happens, for `ttylabel replay`."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from tui.app.library import Library
from tui.data.files import why
from tui.errors import SaveError
from tui.session import events as ev
from tui.session.log import GIVEN, Entry, Header, entry_line, header_line, mark_of


class Recorder:
    """One log file. Lines are written by a thread of its own, in order; after a failure nothing more is.

    `failed` gets one sentence, from that thread. `now` counts seconds.
    """

    def __init__(
        self,
        path: Path,
        library: Library,
        header: Header,
        *,
        failed: Callable[[str], None] = lambda _: None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Raises SaveError where the file exists or cannot be made."""
        self._library, self._now, self.failed = library, now, failed
        try:
            self._file = path.open("x", encoding="ascii")
        except FileExistsError as error:
            raise SaveError(f"{path} exists", "a recording replaces nothing", "Name another file") from error
        except OSError as error:
            raise SaveError(f"Cannot record to {path}", why(error), "Name another file") from error
        self._path, self._broken = path, False
        self._began = now()
        self._writer = ThreadPoolExecutor(1, "record")
        self._writer.submit(self._write, header_line(header))

    def take(self, event: ev.Event) -> None:
        """Note one event, before the session sees it."""
        seconds = self._now() - self._began
        if isinstance(event, GIVEN):
            entry = Entry(seconds, event)
        elif isinstance(event, ev.Loaded | ev.LoadFailed):
            path = self._library.path(event.index)
            labels = self._library.label_text(path)
            entry = Entry(seconds, mark_of(event, image=self._library.name(path), labels=labels))
        else:
            entry = Entry(seconds, mark_of(event))
        self._writer.submit(self._write, entry_line(entry))

    def close(self) -> None:
        """Write what waits, and close the file."""
        self._writer.shutdown(wait=True)
        with suppress(OSError):  # what could not be written is still to be written; it was said
            self._file.close()

    def _write(self, line: str) -> None:
        if self._broken:
            return
        try:
            self._file.write(f"{line}\n")
            self._file.flush()
        except OSError as error:
            self._broken = True
            self.failed(f"The recording {self._path} stops here: {why(error)}")
