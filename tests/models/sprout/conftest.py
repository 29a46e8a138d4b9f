"""The training program's modules, which lie beside the model and are no package."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PROGRAM = Path(__file__).resolve().parents[3] / "models" / "sprout" / "train"


@pytest.fixture(autouse=True)
def program(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Its folder on the import path, and its modules forgotten afterwards: their names are common words."""
    monkeypatch.syspath_prepend(str(PROGRAM))
    yield PROGRAM
    for name in (path.stem for path in PROGRAM.glob("*.py")):
        if name != "__main__":
            sys.modules.pop(name, None)
