"""What a file says about itself, read without opening it, is what the runtime says of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from inference import refmodels, tinysam
from inference.onnxmini import Graph, message, tensor, text, value
from tui.errors import ModelError
from tui.inference.runtime import SessionOptions, TensorInfo, open_session
from tui.inference.signature import read_signature


def write(folder: Path, data: bytes) -> Path:
    path = folder / "model.onnx"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("data", [tinysam.encoder_hwc(), tinysam.decoder(), tinysam.decoder(symbolic=True)])
def test_names_shapes_and_types_are_those_of_the_opened_session(tmp_path: Path, data: bytes) -> None:
    path = write(tmp_path, data)
    session = open_session(path, SessionOptions(threads=1))
    found = read_signature(path)
    assert found.label == session.label
    assert dict(found.inputs) == dict(session.inputs)
    assert found.outputs.keys() == session.outputs.keys()


@pytest.mark.parametrize("name", ["sam2.decoder", "yolo11n_det", "gdino_idea", "efficient_sam.encoder"])
def test_a_reference_model_says_the_same_closed_and_opened(name: str) -> None:
    path = refmodels.tiny(name)
    session = open_session(path, SessionOptions(threads=1))
    found = read_signature(path)
    assert dict(found.inputs) == dict(session.inputs)
    assert dict(found.metadata) == dict(session.metadata)
    assert not found.external


def test_weights_listed_among_the_inputs_are_not_inputs(tmp_path: Path) -> None:
    graph = Graph({"x": ("float32", (1, "n")), "w": ("float32", (2,))}, {"y": (2,)})
    graph.initializers.append(tensor("w", np.ones(2, np.float32)))
    graph.op("Add", "x", "w", into="y")
    found = read_signature(write(tmp_path, graph.serialize()))
    assert dict(found.inputs) == {"x": TensorInfo("x", (1, None), "float32")}


def test_a_type_numpy_does_not_have_keeps_its_number(tmp_path: Path) -> None:
    graph = message(11, value("x", "float32", (1,)).replace(b"\x08\x01\x12", b"\x08\x10\x12")) + text(2, "g")
    found = read_signature(write(tmp_path, message(7, graph)))
    assert found.inputs["x"].dtype == "type 16"


def test_a_web_page_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="is a web page"):
        read_signature(write(tmp_path, b"<html>Sign in</html>"))
