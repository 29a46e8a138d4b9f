"""A detector by file, by name, and what is said when there is none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from inference.detectors import tinyyolo
from tui.errors import ModelError
from tui.inference.detectors.base import DetectorOptions, Thresholds
from tui.inference.detectors.registry import open_detector
from tui.inference.detectors.yolo import Yolo


def test_a_bare_file(tmp_path: Path) -> None:
    path = tmp_path / "my model.onnx"
    path.write_bytes(tinyyolo.model(tinyyolo.raw()))
    detector = open_detector(path)
    assert (detector.name, detector.classes) == ("my model", tinyyolo.NAMES)
    assert len(detector.fingerprint) == 64
    assert open_detector(str(path), DetectorOptions(names=("a", "b", "c"))).classes == ("a", "b", "c")


def test_a_folder_with_a_manifest(tmp_path: Path) -> None:
    lines = ['name = "y"', 'title = "Y"', 'protocol = "yolo"', 'licence = "MIT"']
    lines += ["[[files]]", 'role = "model"', 'name = "y.onnx"']
    (tmp_path / "manifest.toml").write_text("\n".join(lines))
    (tmp_path / "y.onnx").write_bytes(tinyyolo.model(tinyyolo.final()))
    detector = open_detector(tmp_path)
    assert isinstance(detector, Yolo)
    assert (detector.name, detector.classes) == ("y", tinyyolo.NAMES)


def test_a_manifest_may_say_the_size_that_the_graph_leaves_open(tmp_path: Path) -> None:
    lines = ['name = "y"', 'title = "Y"', 'protocol = "yolo"', 'licence = "MIT"', "input_side = 96"]
    lines += ["[[files]]", 'role = "model"', 'name = "y.onnx"']
    (tmp_path / "manifest.toml").write_text("\n".join(lines))
    (tmp_path / "y.onnx").write_bytes(tinyyolo.model(tinyyolo.final(), shape=(1, 3, "h", "w")))
    detector = open_detector(tmp_path)
    assert isinstance(detector, Yolo)
    assert detector.answer(np.zeros((9, 9, 3), np.uint8), Thresholds())[1].canvas_wh == (96, 96)


def test_what_is_no_detector(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no detector"):
        open_detector("grabcut")
    with pytest.raises(ModelError, match="missing"):
        open_detector(tmp_path / "absent.onnx")
    page = tmp_path / "page.onnx"
    page.write_text("<!doctype html><html></html>")
    with pytest.raises(ModelError, match="web page"):
        open_detector(page)
