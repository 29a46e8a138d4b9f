"""Opening, running and stopping ONNX models."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from inference.onnxmini import Graph, doubler, endless
from inference.tinysam import encoder_nchw
from tui.errors import ModelError
from tui.inference import runtime
from tui.inference.runtime import (
    Interrupted,
    SessionOptions,
    TensorInfo,
    core_count,
    open_session,
)

TWO = np.array([1.5, -2.0], np.float32)


def test_a_session_knows_its_inputs_and_runs() -> None:
    session = open_session(doubler())
    assert session.inputs == {"x": TensorInfo("x", (2,), "float32")}
    assert list(session.outputs) == ["y"]
    assert (session.provider, session.note) == ("CPU", "")
    (y,) = session.run(["y"], {"x": TWO})
    np.testing.assert_array_equal(y, TWO * 2)


def test_a_symbolic_axis_is_none() -> None:
    assert open_session(doubler(("n",))).inputs["x"].shape == (None,)


def test_feeds_are_cast_to_the_declared_type() -> None:
    session = open_session(encoder_nchw(dtype="float16"))
    assert session.inputs["x"].dtype == "float16"
    (features,) = session.run(["image_embeddings"], {"x": np.ones((1, 3, 64, 64), np.float32)})
    assert float(features.max()) == 1.0


def test_a_file_opens_like_bytes_and_is_named_in_messages(tmp_path: Path) -> None:
    path = tmp_path / "m.onnx"
    path.write_bytes(doubler())
    assert open_session(path).label == str(path)
    path.write_bytes(b"<html>")
    with pytest.raises(ModelError, match=r"m\.onnx is a web page"):
        open_session(path)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (doubler().replace(b"Add", b"Adx"), "No Op registered for Adx"),
        (b"\x00\x01", "cannot be opened"),
        (Graph({"x": ("float32", (2,))}, {}).serialize(ir_version=99), "IR version: 99"),
        (
            Graph({"x": ("float32", (2,))}, {}).serialize(opset=999),
            "cannot be opened as an ONNX model: ONNX Runtime only .*999",
        ),
    ],
)
def test_a_model_the_library_refuses_is_a_sentence(data: bytes, reason: str) -> None:
    with pytest.raises(ModelError, match=reason) as caught:
        open_session(data)
    assert "ONNXRuntimeError" not in caught.value.sentence


def test_a_failing_run_is_a_sentence_and_the_session_lives_on() -> None:
    session = open_session(doubler())
    with pytest.raises(ModelError, match="failed"):
        session.run(["y"], {"x": np.zeros((3, 3), np.float32)})
    assert session.run(["y"], {"x": TWO})


def test_a_run_can_be_stopped_from_another_thread() -> None:
    session = open_session(endless())
    outcome: list[BaseException] = []

    def work() -> None:
        try:
            session.run(["y"], {"x": TWO})
        except Interrupted as error:
            outcome.append(error)

    worker = threading.Thread(target=work, daemon=True)
    worker.start()
    while worker.is_alive():
        session.terminate()
        worker.join(0.02)
    assert len(outcome) == 1


def test_stopping_without_a_run_does_nothing() -> None:
    session = open_session(doubler())
    session.terminate()
    assert session.run(["y"], {"x": TWO})


def test_a_provider_that_is_not_there_is_said_in_words() -> None:
    session = open_session(doubler(), SessionOptions(providers=("Imaginary", "CPU")))
    assert session.provider == "CPU"
    assert session.note == "running on CPU: this ONNX Runtime has no Imaginary"


def test_a_provider_that_cannot_be_started_gives_way_to_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    create = runtime._create

    def no_driver(source: str | bytes, providers: list[str], options: SessionOptions) -> object:
        if "CUDA" in providers:
            raise RuntimeError("no driver\nmore")
        return create(source, providers, options)

    monkeypatch.setattr(runtime, "_usable", lambda wanted: list(wanted))
    monkeypatch.setattr(runtime, "_create", no_driver)
    session = open_session(doubler())
    assert (session.provider, session.note) == ("CPU", "running on CPU: no driver")


def test_there_is_at_least_one_core() -> None:
    assert core_count() >= 1


def test_nothing_is_written_to_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    for data in (doubler(), doubler().replace(b"Add", b"Adx"), b"junk"):
        try:
            open_session(data, SessionOptions(providers=("CUDA", "CPU"))).run(
                ["y"], {"x": np.zeros(9, np.float32)}
            )
        except ModelError:
            continue
    assert capfd.readouterr() == ("", "")


def test_the_library_is_loaded_with_the_first_session_and_not_before() -> None:
    code = (
        "import sys, tui.inference.segmenters.registry, tui.inference.segmenters.sam;"
        "sys.exit('onnxruntime' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
