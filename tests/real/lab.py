"""Terminals of the shared laboratory: newer than the system's, reached by ssh, or with tmux in between."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from real.display import Window, grab, x_name
from real.terminals import COLS, ROWS

_DARK, _WHITE = 60, 200
"""Brightness that a row of cells has at most, and a scroll bar at least."""


class LabWindow(Window):
    """A window that the laboratory opened."""

    def __init__(self, terminal: Any, name: str) -> None:
        self._terminal, self.name = terminal, name

    def keys(self, *names: str) -> None:
        if all(len(name) == 1 for name in names):
            self._terminal.type("".join(names))
        else:
            self._terminal.key(*map(x_name, names))

    def image(self) -> NDArray[np.uint8]:
        """The window without what lies around its cells: foot's margin, konsole's bars."""
        picture = grab(self._terminal.window, self._terminal.xenv)
        if self._terminal.kind == "foot":
            rows = np.flatnonzero(picture.any(axis=(1, 2)))
            return picture[rows[0] : rows[-1] + 1] if rows.size else picture
        if self._terminal.kind == "konsole":
            rows = np.flatnonzero(np.median(picture[..., 1], axis=1) < _DARK)
            picture = picture[rows[0] : rows[-1] + 1]
            columns = np.flatnonzero(np.median(picture[..., 1], axis=0) < _WHITE)
            return np.ascontiguousarray(picture[:, columns[0] : columns[-1] + 1])
        return picture


@contextmanager
def lab_window(shared: Path, kind: str, command: Sequence[str], *, tmux: bool = False) -> Iterator[LabWindow]:
    """A terminal with `command` in it; skips where the laboratory has none."""
    lab = _load(shared / "termlab" / "realterm.py")
    reason = lab.available().get(kind, "unknown")
    if reason:
        pytest.skip(f"{kind}: {reason} (install.sh of the laboratory brings it)")
    with lab.RealTerm(kind, list(command), cols=COLS, rows=ROWS, font_size=10, tmux=tmux) as terminal:
        yield LabWindow(terminal, f"{kind}-tmux" if tmux else f"{kind}-lab")


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("realterm", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
