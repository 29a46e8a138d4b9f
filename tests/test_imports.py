"""What importing costs: the layers' contracts, and what each entry point really loads."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HEAVY = {"numpy", "cv2", "onnxruntime", "textual", "PIL", "textual_image", "rich"}


def loaded_by(code: str) -> set[str]:
    """Top-level modules in a fresh interpreter after `code`."""
    tops = "sorted({m.partition('.')[0] for m in sys.modules})"
    script = f"{code}\nimport sys, json; print(json.dumps({tops}))"
    argv = [sys.executable, "-c", script]
    done = subprocess.run(argv, capture_output=True, text=True, cwd=ROOT, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_import_contracts_hold() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    if not linter.exists():
        pytest.skip("import-linter is not installed")
    done = subprocess.run([linter], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    "argv", [["--help"], ["--version"], ["segment", "--help"], ["run", "--help"], ["demo", "--help"]]
)
def test_help_and_version_load_nothing_heavy(argv: list[str]) -> None:
    code = f"""
from tui.cli.main import cli
try:
    cli.main({argv!r}, standalone_mode=False)
except SystemExit:
    pass
"""
    assert not loaded_by(code) & HEAVY


def test_session_loads_neither_screen_nor_models() -> None:
    assert not loaded_by("import tui.session.update") & {"cv2", "onnxruntime", "textual", "PIL"}


def test_core_runs_without_a_terminal_library() -> None:
    core = ("pipelines.segment", "inference.segmenters.registry", "data.dataset", "render.probe")
    code = "\n".join(f"import tui.{name}" for name in core)
    assert not loaded_by(code) & {"textual", "textual_image"}


def test_registry_does_not_load_onnxruntime_for_the_bundled_segmenter() -> None:
    code = "from tui.inference.segmenters.registry import open_segmenter\nopen_segmenter('grabcut')"
    assert "onnxruntime" not in loaded_by(code)
