"""The kitty of the shared terminal laboratory, where the system's own is too old to draw right."""

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


class LabWindow(Window):
    """A window that the laboratory opened."""

    name = "kitty-lab"

    def __init__(self, terminal: Any) -> None:
        self._terminal = terminal

    def keys(self, *names: str) -> None:
        if all(len(name) == 1 for name in names):
            self._terminal.type("".join(names))
        else:
            self._terminal.key(*map(x_name, names))

    def image(self) -> NDArray[np.uint8]:
        return grab(self._terminal.window, self._terminal.xenv)


@contextmanager
def lab_kitty(shared: Path, command: Sequence[str]) -> Iterator[LabWindow]:
    """kitty with `command` in it; skips where the laboratory has none."""
    lab = _load(shared / "termlab" / "realterm.py")
    reason = lab.available().get("kitty", "unknown")
    if reason:
        pytest.skip(f"kitty: {reason} (install.sh of the laboratory brings it)")
    with lab.RealTerm("kitty", list(command), cols=COLS, rows=ROWS, font_size=10) as terminal:
        yield LabWindow(terminal)


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("realterm", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
