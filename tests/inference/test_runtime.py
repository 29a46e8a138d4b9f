"""Opening, running and stopping ONNX models."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import onnxruntime
import pytest

from inference.detectors import tinyyolo
from inference.onnxmini import Graph, doubler, endless
from inference.tinysam import encoder_nchw
from tui.errors import ModelError
from tui.inference import runtime
from tui.inference.cancel import Cancel, cancellable
from tui.inference.graphcache import GraphCache
from tui.inference.preference import preference
from tui.inference.runtime import (
    Interrupted,
    Pinned,
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
def test_m2_a_model_the_library_refuses_is_a_sentence(data: bytes, reason: str) -> None:
    with pytest.raises(ModelError, match=reason) as caught:
        open_session(data)
    assert "ONNXRuntimeError" not in caught.value.sentence


def test_m4_a_failing_run_is_a_sentence_and_the_session_lives_on() -> None:
    session = open_session(doubler())
    with pytest.raises(ModelError, match="failed"):
        session.run(["y"], {"x": np.zeros((3, 3), np.float32)})
    assert session.run(["y"], {"x": TWO})


def test_m4_a_run_can_be_stopped_from_another_thread() -> None:
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
    session = open_session(doubler(), SessionOptions(preference=preference("rocm")))
    assert session.provider == "CPU"
    assert session.note == "running on CPU: this ONNX Runtime has no ROCm"


def test_m5_a_provider_that_cannot_be_started_gives_way_to_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    create = runtime._create

    def no_driver(source: str | bytes, providers: list[str], options: SessionOptions) -> object:
        if "CUDA" in providers:
            raise RuntimeError("no driver\nmore")
        return create(source, providers, options)

    monkeypatch.setattr(runtime, "known_providers", lambda: ("CUDA", "CPU"))
    monkeypatch.setattr(runtime, "_create", no_driver)
    session = open_session(doubler())
    assert (session.provider, session.note) == ("CPU", "running on CPU: no driver")


class Raw:
    """A session of the library whose graph was divided as `shares` says."""

    def __init__(self, shares: dict[str, int], registered: Sequence[str] = ("CUDA", "CPU")) -> None:
        self._shares, self._registered = shares, registered

    def get_provider_graph_assignment_info(self) -> list[SimpleNamespace]:
        return [
            SimpleNamespace(ep_name=f"{name}ExecutionProvider", get_nodes=lambda n=count: [None] * n)
            for name, count in self._shares.items()
        ]

    def get_providers(self) -> list[str]:
        return [f"{name}ExecutionProvider" for name in self._registered]

    def get_inputs(self) -> list[object]:
        return []

    get_outputs = get_inputs

    def get_modelmeta(self) -> SimpleNamespace:
        return SimpleNamespace(custom_metadata_map={})


@pytest.mark.parametrize(
    ("asked", "shares", "provider", "note"),
    [
        ("auto", {"CUDA": 95, "CPU": 5}, "CUDA", ""),
        ("auto", {"CUDA": 60, "CPU": 40}, "CUDA", "CUDA runs 60 of 100 operations, the others run elsewhere"),
        ("auto", {"CUDA": 2, "CPU": 98}, "CPU", "running on CPU: CUDA can do only 2 of its operations"),
        ("cuda", {}, "CUDA", ""),
        ("tensorrt", {"CUDA": 9}, "CUDA", "running on CUDA: this ONNX Runtime has no TensorRT"),
        (
            "cuda",
            {"CPU": 9},
            "CPU",
            "running on CPU: CUDA could not be started (a driver or a library is missing)",
        ),
    ],
)
def test_what_really_runs_is_said(
    asked: str, shares: dict[str, int], provider: str, note: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime, "known_providers", lambda: ("CUDA", "CPU"))
    monkeypatch.setattr(runtime, "_create", lambda *_: Raw(shares))
    session = open_session(doubler(), SessionOptions(preference=preference(asked)))
    assert (session.provider, session.note) == (provider, note)


def test_m5_a_required_gpu_that_is_not_there_is_a_refusal_in_words() -> None:
    wish = preference(require_gpu=True)
    with pytest.raises(ModelError, match="No GPU runs The model: this ONNX Runtime has CPU only") as caught:
        open_session(doubler(), SessionOptions(preference=wish))
    assert caught.value.exit_code == 2


def test_the_operations_of_a_real_graph_are_counted() -> None:
    assert open_session(doubler()).operations == {"CPU": 1}


def test_a_library_that_does_not_tell_is_taken_at_its_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(Raw, "get_provider_graph_assignment_info")
    session = runtime.Session(Raw({}, ("Dml", "CPU")), "m")
    assert (session.provider, session.operations) == ("DirectML", {})


def test_there_is_at_least_one_core() -> None:
    assert core_count() >= 1


def test_nothing_is_written_to_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    for data in (doubler(), doubler().replace(b"Add", b"Adx"), b"junk"):
        try:
            open_session(data, SessionOptions(preference=preference("cuda"))).run(
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


def test_a_pinned_input_serves_many_runs() -> None:
    session = open_session(doubler())
    pinned = session.pin("x", np.array([1, 2], np.float64))
    assert isinstance(pinned, Pinned)
    for _ in range(2):
        (y,) = session.run(["y"], {"x": pinned})
        np.testing.assert_array_equal(y, [2, 4])


def test_a_run_with_a_pinned_input_stops_and_fails_like_any() -> None:
    session = open_session(doubler())
    with pytest.raises(ModelError, match="failed"):
        session.run(["y"], {"x": session.pin("x", np.zeros((3, 3), np.float32))})
    token = Cancel()
    token.set()
    with cancellable(token), pytest.raises(Interrupted):
        session.run(["y"], {"x": session.pin("x", TWO)})


def test_where_the_library_knows_no_place_the_array_stays_one() -> None:
    session = open_session(doubler())
    session.provider = "CoreML"
    assert session.pin("x", TWO) is TWO


SLOW = SessionOptions(digest="d" * 64)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "m.onnx"
    path.write_bytes(tinyyolo.model(tinyyolo.raw()))
    return path


def test_a_slow_opening_leaves_a_graph_for_the_next(
    file: Path, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    monkeypatch.setattr(runtime, "SLOW_S", 0.0)
    before = open_session(file, SLOW)
    (kept,) = (home / ".cache" / "ttylabel" / "graphs").glob("*.onnx")
    monkeypatch.setattr(runtime, "SLOW_S", 1e9)
    opened: list[str] = []
    create = runtime._create

    def watched(source: str, *rest: object, **options: object) -> object:
        opened.append(source)
        return create(source, *rest, **options)

    monkeypatch.setattr(runtime, "_create", watched)
    after = open_session(file, SLOW)
    assert opened == [str(kept)]
    assert after.label == str(file)
    assert (after.inputs, after.outputs, after.metadata) == (before.inputs, before.outputs, before.metadata)
    feed = {name: np.full([n or 1 for n in t.shape], 0.5, np.float32) for name, t in before.inputs.items()}
    for a, b in zip(before.run(["output0"], feed), after.run(["output0"], feed), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)


def test_a_kept_graph_that_does_not_open_is_forgotten(file: Path, home: Path) -> None:
    GraphCache().save(
        *(SLOW.digest, onnxruntime.__version__, "CPU"), lambda path: path.write_bytes(b"?") and None
    )
    assert open_session(file, SLOW).outputs
    assert not list((home / ".cache" / "ttylabel" / "graphs").glob("*.onnx"))


@pytest.mark.parametrize("options", [SessionOptions(), SLOW])
def test_a_quick_opening_or_an_unknown_file_leaves_nothing(
    file: Path, options: SessionOptions, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime, "SLOW_S", 1e9 if options.digest else 0.0)
    open_session(file, options)
    assert not (home / ".cache").exists()
