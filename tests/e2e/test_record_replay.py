"""A session in a terminal, recorded, and replayed without one to the same label files."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from datasets import DrawnDataset
from e2e.labeler import labeler
from terminal.profiles import PLAIN

pytestmark = pytest.mark.e2e


def test_a_recorded_session_replays_to_the_same_labels(
    dataset: DrawnDataset, home: Path, tmp_path: Path
) -> None:
    first, log, target = dataset.images[0], tmp_path / "session.log", tmp_path / "target"
    with labeler(dataset.yaml, PLAIN, home, "--record", str(log)) as program:
        program.wait_photo(first)
        # Typed without waiting for any mask: on the disc, refined, kept; a box; a point on the next image.
        program.terminal.type("H q l q 1 f L r K l r 2 f d q f")
        program.says("2/3", "1 instance")
        program.leave()
    labels = {path.name: path.read_bytes() for path in sorted((dataset.root / "labels").rglob("*.txt"))}
    assert len(labels) == 2
    argv = [sys.executable, "-m", "tui", "replay", str(log), "--json", "--labels-dir", str(target)]
    done = subprocess.run(argv, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["keys"] == 17
    assert report["missed"] == []
    assert {path.name: path.read_bytes() for path in sorted(target.rglob("*.txt"))} == labels
