"""Rules about the code itself: sizes, empty `__init__` files, a test beside every module, forbidden calls."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted(p for p in (ROOT / "tui").rglob("*.py") if "_models" not in p.parts)
CODE = [p for p in MODULES if p.name not in ("__init__.py", "__main__.py")]

TESTED_ELSEWHERE = {
    "tui/types/prompt.py": "values without behaviour",
    "tui/session/events.py": "values without behaviour",
    "tui/session/effects.py": "values without behaviour",
    "tui/render/terminal.py": "values without behaviour",
    "tui/render/drivers/base.py": "a protocol",
    "tui/inference/segmenters/base.py": "a protocol; test_conformance.py runs every implementation",
    "tui/inference/detectors/base.py": "a protocol; test_conformance.py runs every implementation",
    "tui/inference/grounding/base.py": "a protocol; test_conformance.py runs every implementation",
    "tui/types/detections.py": "values without behaviour",
    "tui/types/review.py": "values without behaviour",
    "tui/types/place.py": "values without behaviour",
    "tui/app/setup.py": "values without behaviour",
    "tui/session/reviewkeys.py": "tables; test_presets.py and test_keymap.py read them",
}
"""Modules without a test file of their own, and why."""


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_no_module_is_longer_than_400_lines(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", CODE, ids=relative)
def test_no_function_is_longer_than_60_lines(path: Path) -> None:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 60, f"{node.name} at line {node.lineno}"


def test_init_files_are_empty() -> None:
    full = [relative(p) for p in MODULES if p.name == "__init__.py" and p.read_text("utf-8").strip()]
    assert full == ["tui/__init__.py"]


@pytest.mark.parametrize("path", CODE, ids=relative)
def test_every_module_says_what_it_is(path: Path) -> None:
    assert ast.get_docstring(parsed(path))


@pytest.mark.parametrize("path", CODE, ids=relative)
def test_every_module_has_its_test(path: Path) -> None:
    if relative(path) in TESTED_ELSEWHERE:
        return
    folder = ROOT / "tests" / path.relative_to(ROOT / "tui").parent
    assert list(folder.glob(f"test_{path.stem}*.py")), f"no {folder.relative_to(ROOT)}/test_{path.stem}.py"


@pytest.mark.parametrize("path", CODE, ids=relative)
def test_no_dangerous_calls(path: Path) -> None:
    forbidden = (
        r"\b(pickle|marshal|shelve|mktemp)\b|\b(eval|exec)\(|cv2\.im(read|write)\(|(yaml|torch)\.load\("
        r"|allow_pickle=True|shell=True|os\.(system|popen)\("
    )
    assert not re.search(forbidden, path.read_text("utf-8"))


def test_nothing_is_called_utils() -> None:
    assert not [relative(p) for p in MODULES if p.stem in ("utils", "util", "helpers", "common", "misc")]
