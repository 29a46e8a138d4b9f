"""The names of a dataset for the list of files: found by number, text or pattern, with what is known of each.

A million names are searched in a fraction of a second, and their marks are fetched a screenful at a time.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tui.app.library import Library

Indices = NDArray[np.int64]

_ASK_EVERY = 200
"""Images after which a search asks whether it is still wanted: each may be a read of the disk."""

_DIGITS = 12
"""Digits of a number that are read: more than any image's number has."""

MARKS = {
    "": ("·", "not opened yet"),
    "todo": ("·", "nobody judged it"),
    "labelled": ("●", "labelled"),
    "empty": ("○", "labelled, nothing in it"),
    "proposed": ("?", "proposed by a model"),
    "accepted": ("✓", "accepted"),
    "corrected": ("✎", "corrected"),
    "rejected": ("✗", "rejected"),
}
"""The sign of each mark and what it means."""


@dataclass(frozen=True, slots=True)
class Found:
    """The images a query names: all of them (`indices` None), or these; `line` is where to put the cursor.

    `fault` says what is wrong with the query.
    """

    indices: Indices | None = None
    line: int = 0
    fault: str = ""


class FileList:
    """Thread-safe; what reads the disk or searches blocks and belongs in a thread."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._marks: dict[Path, str] = {}

    def __len__(self) -> int:
        return len(self._library)

    def name(self, index: int) -> str:
        """The name of an image; a foreign string."""
        return self._library.path(index).name

    def mark(self, index: int) -> str:
        """A key of `MARKS`, as far as it has been fetched."""
        with self._lock:
            return self._marks.get(self._library.path(index), "")

    def fetch(self, indices: list[int]) -> bool:
        """Find out about these images; whether anything is new. Reads the disk."""
        new = False
        for index in indices:
            path = self._library.path(index)
            found = self._look(path)
            with self._lock:
                new = new or self._marks.get(path, "") != found
                self._marks[path] = found
        return new

    def _look(self, path: Path) -> str:
        state = self._library.sidecar.state(path)
        if state.state != "todo":
            return state.state
        try:
            size = self._library.dataset.label_path(path).stat().st_size
        except OSError:
            return "todo" if state.known else ""
        return "labelled" if size else "empty"

    def search(self, query: str, go_on: Callable[[], bool] = lambda: True) -> Found:
        """The images that `query` names.

        `#17` or a number that no name holds goes to that image; `/.../` is a regular expression; `=mark`
        keeps what has that mark; anything else is a part of the name, in any case. Blocks; ends
        with what was found so far when `go_on` says no.
        """
        query = query.strip()
        if not query:
            return Found()
        if query.startswith("=") and len(query) > 1:
            return self._with_mark(query[1:], go_on)
        number = query.removeprefix("#")[:_DIGITS]
        numbered = number.isascii() and number.isdigit() and 1 <= int(number) <= len(self)
        if query.startswith("#"):
            fault = "" if numbered else "There is no image of that number"
            return Found(line=int(number) - 1 if numbered else 0, fault=fault)
        try:
            matches = _matcher(query)
            hits = self._hits(lambda path: matches(path.name), go_on)
        except re.error as error:
            return Found(fault=f"Not a pattern: {error}")
        if not len(hits) and numbered:
            return Found(line=int(number) - 1)
        return Found(hits)

    def _hits(self, matches: Callable[[Path], object], go_on: Callable[[], bool]) -> Indices:
        found = []
        for index, path in enumerate(self._library.paths()):
            if not index % _ASK_EVERY and not go_on():
                break
            if matches(path):
                found.append(index)
        return np.array(found, np.int64)

    def _with_mark(self, text: str, go_on: Callable[[], bool]) -> Found:
        wanted = next((mark for mark in MARKS if mark and mark.startswith(text.casefold())), None)
        if wanted is None:
            return Found(fault=f"Marks are {', '.join(filter(None, MARKS))}")
        return Found(self._hits(lambda path: self._look(path) == wanted, go_on))


def _matcher(query: str) -> Callable[[str], object]:
    if len(query) > 2 and query.startswith("/") and query.endswith("/"):
        return re.compile(query[1:-1], re.IGNORECASE).search
    needle = query.casefold()
    return lambda name: needle in name.casefold()
