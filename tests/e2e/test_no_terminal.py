"""Without a terminal: data on stdout, a sentence on stderr, an exit code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from datasets import DrawnDataset
from terminal.pty import environment

pytestmark = pytest.mark.e2e


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`ttylabel ARGUMENTS` with pipes and without a controlling terminal."""
    return subprocess.run(
        [sys.executable, "-m", "tui", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=environment(None, home),
        cwd=home,
        start_new_session=True,
        timeout=250,
        check=False,
    )


def test_the_labeler_needs_a_terminal_and_says_so(dataset: DrawnDataset, home: Path) -> None:
    done = run(home, str(dataset.root))
    assert done.returncode == 2
    assert done.stdout == ""
    assert "terminal" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_demo_labels_itself_headless(tmp_path: Path, home: Path) -> None:
    target = tmp_path / "demo"
    done = run(home, "demo", str(target))
    assert done.returncode == 0, done.stderr
    assert "headless" in done.stderr
    assert "Traceback" not in done.stderr
    labels = list(target.rglob("labels/**/*.txt"))
    assert labels
    assert all(label.read_text().strip() for label in labels)


def test_a_mistyped_option_is_a_usage_error(dataset: DrawnDataset, home: Path) -> None:
    done = run(home, str(dataset.root), "--graphics", "oil")
    assert done.returncode == 2
    assert "oil" in done.stderr
    assert "Traceback" not in done.stderr
