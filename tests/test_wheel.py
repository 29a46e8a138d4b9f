"""The wheel carries the bundled network and not the program that trained it."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tui.inference.store import find

ROOT = Path(__file__).resolve().parents[1]
LARGEST = 12_000_000
"""Bytes: what a person fetches who installs the program."""


def test_the_build_takes_the_models_and_leaves_their_training_out() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = settings["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert "models" in wheel["only-include"]
    assert wheel["sources"]["models"] == "tui/_models"
    assert "/models/*/train" in wheel["exclude"]


def test_no_rule_of_git_keeps_the_networks_files_out() -> None:
    files = [str(find("sprout").path(file)) for file in find("sprout").manifest.files]
    ignored = subprocess.run(["git", "check-ignore", *files], cwd=ROOT, capture_output=True, text=True)
    if ignored.returncode > 1:
        pytest.skip("no git checkout")
    assert ignored.stdout == ""


def test_a_built_wheel_holds_the_network(tmp_path: Path) -> None:
    pytest.importorskip("hatchling", reason="hatchling is absent (pip install hatchling)")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    for name in ("encoder.onnx", "decoder.onnx", "manifest.toml", "CARD.md"):
        assert f"tui/_models/sprout/{name}" in names
    assert not [name for name in names if "/train/" in name]
    assert wheel.stat().st_size < LARGEST
