"""The log file, which people read in a terminal: it shows foreign text as the screens do."""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from pathlib import Path

from tui.errors import TtylabelError
from tui.types.text import printable

_LONGEST_LINE = 2000


class PlainFormatter(logging.Formatter):
    """Time, level and message; every line of it, a traceback's too, is made safe to show."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        return "\n".join(printable(line, _LONGEST_LINE) for line in super().format(record).split("\n"))


def log_to(file: Path) -> None:
    """From now on everything that is logged goes to the end of `file`, and nowhere else; where that cannot be
    written (a full disk, a home that is read-only) to nowhere.
    """
    handler: logging.Handler = logging.NullHandler()
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # The file is for this person alone, whoever makes it first.
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
        handler = logging.FileHandler(file, encoding="utf-8")
    handler.setFormatter(PlainFormatter())
    logging.basicConfig(handlers=[handler], force=True)


def failed(failure: BaseException, log: Path) -> TtylabelError:
    """A failure of the program in a sentence."""
    lines = str(failure).splitlines() or [""]
    why = f"{type(failure).__name__}: {lines[0]}" if lines[0] else type(failure).__name__
    return TtylabelError(
        "ttylabel met an error of its own and stopped", why, f"What was saved is safe; details are in {log}"
    )
