"""Class names out of a model file's metadata, without a runtime."""

from __future__ import annotations

from pathlib import Path

import pytest

from inference.refmodels import tiny
from tui.errors import ModelError
from tui.inference.detectors.names import class_names, metadata, names_of


def test_the_names_an_exporter_wrote() -> None:
    names = class_names(tiny("yolo11n_det"))
    assert names
    assert all(names)
    assert "names" in metadata(tiny("yolo11n_det"))


def test_a_model_without_names_says_what_to_give() -> None:
    with pytest.raises(ModelError, match=r"names no classes.*text file"):
        class_names(tiny("sam1_multi.decoder"))


def test_only_model_files_are_read(tmp_path: Path) -> None:
    assert names_of(None) == ()
    assert names_of(tmp_path / "classes.txt") == ()
    with pytest.raises(ModelError, match="missing"):
        names_of(tmp_path / "absent.ONNX")
    page = tmp_path / "page.onnx"
    page.write_text("<!DOCTYPE html>")
    with pytest.raises(ModelError, match="web page"):
        names_of(page)
