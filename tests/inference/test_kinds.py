"""Every model that comes with the program is for something, and opens as that."""

from __future__ import annotations

from pathlib import Path

import pytest

from inference import tinysam
from inference.detectors import tinyyolo
from tui.errors import ModelError
from tui.inference.kinds import kind_of, open_model
from tui.inference.segmenters.base import Segmenter
from tui.inference.store import find, list_models


def test_every_bundled_model_is_for_something() -> None:
    assert {kind_of(model) for model in list_models()[0]} == {"segmenter", "detector", "text"}


def test_models_open_as_what_they_are(tmp_path: Path) -> None:
    for name in ("pair", "finder"):
        (tmp_path / name).mkdir()
    (tmp_path / "pair" / "e.onnx").write_bytes(tinysam.encoder_hwc())
    (tmp_path / "pair" / "d.onnx").write_bytes(tinysam.decoder())
    (tmp_path / "finder" / "f.onnx").write_bytes(tinyyolo.model(tinyyolo.raw()))
    assert isinstance(open_model(find(tmp_path / "pair")), Segmenter)
    assert not isinstance(open_model(find(tmp_path / "finder")), Segmenter)


def test_an_unknown_protocol_is_named(tmp_path: Path) -> None:
    (tmp_path / "manifest.toml").write_text('name = "m"\ntitle = "T"\nprotocol = "odd"\nlicence = "L"\n')
    with pytest.raises(ModelError, match="protocol 'odd' is not known"):
        kind_of(find(tmp_path))
