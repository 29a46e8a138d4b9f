"""The log file, which people read in a terminal: it shows foreign text as the screens do."""

from __future__ import annotations

import logging
from pathlib import Path

from tui.types.text import printable

_LONGEST_LINE = 2000


class PlainFormatter(logging.Formatter):
    """Time, level and message; every line of it, a traceback's too, is made safe to show."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        return "\n".join(printable(line, _LONGEST_LINE) for line in super().format(record).split("\n"))


def log_to(file: Path) -> None:
    """From now on everything that is logged goes to the end of `file`, and nowhere else."""
    handler = logging.FileHandler(file, encoding="utf-8")
    handler.setFormatter(PlainFormatter())
    logging.basicConfig(handlers=[handler], force=True)
