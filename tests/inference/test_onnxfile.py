"""Files that are no models, and weights outside a model file: refused in words (M1, M3)."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.onnxmini import Graph, doubler, endless, outside_tensor
from tui.errors import ModelError
from tui.inference.onnxfile import check_model_file


def write(folder: Path, data: bytes) -> Path:
    path = folder / "encoder.onnx"
    path.write_bytes(data)
    return path


def with_weights_in(location: str) -> bytes:
    graph = Graph({"x": ("float32", (2,))}, {"y": (2,)})
    graph.initializers.append(outside_tensor("w", (2,), location))
    graph.op("Add", "x", "w", into="y")
    return graph.serialize()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "encoder.onnx is empty"),
        (
            b"<!DOCTYPE html><html>Sign in</html>",
            "a web page, not a model: did the download need a login?",
        ),
        (b"\n <html>", "is a web page"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "is a git-lfs pointer"),
        (b"PK\x03\x04rest", "is a zip"),
        (b'{"error": "not found"}', "is a JSON text"),
        (doubler()[:-3], "is cut off"),
        (b"\xff" * 40, "is not an ONNX model"),
        (b"\x08\x08", "is not an ONNX model: it holds no graph"),
    ],
)
def test_m1_a_file_that_is_no_model_is_named_for_what_it_is(
    tmp_path: Path, data: bytes, sentence: str
) -> None:
    with pytest.raises(ModelError) as caught:
        check_model_file(write(tmp_path, data))
    assert sentence in caught.value.sentence


def test_m1_a_folder_a_pipe_and_nothing_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, sentence in [
        (tmp_path, "is a folder"),
        (tmp_path / "pipe", "is not an ordinary file"),
        (tmp_path / "none", "is missing"),
    ]:
        with pytest.raises(ModelError, match=sentence):
            check_model_file(path)


@pytest.mark.parametrize("data", [doubler(), endless()])
def test_a_model_without_outside_weights_passes(tmp_path: Path, data: bytes) -> None:
    assert check_model_file(write(tmp_path, data)) == frozenset()


def test_weights_in_an_ordinary_file_beside_the_model_pass(tmp_path: Path) -> None:
    (tmp_path / "encoder.onnx_data").write_bytes(bytes(8))
    assert check_model_file(write(tmp_path, with_weights_in("encoder.onnx_data"))) == {"encoder.onnx_data"}


@pytest.mark.parametrize("location", ["../secret", "/etc/passwd", "sub/weights", "..", "", "a\0b"])
def test_m3_weights_elsewhere_are_refused(tmp_path: Path, location: str) -> None:
    with pytest.raises(ModelError, match="same folder"):
        check_model_file(write(tmp_path, with_weights_in(location)))


@pytest.mark.parametrize(
    "make",
    [
        lambda path, other: path.symlink_to(other),
        lambda path, other: path.hardlink_to(other),
        lambda path, other: os.mkfifo(path),
        lambda path, other: path.mkdir(),
    ],
    ids=["symlink", "hard link", "pipe", "folder"],
)
def test_m3_weights_behind_a_link_or_a_pipe_are_refused(
    tmp_path: Path, make: Callable[[Path, Path], None]
) -> None:
    other = tmp_path / "other"
    other.write_bytes(bytes(8))
    make(tmp_path / "weights", other)
    with pytest.raises(ModelError, match="not a link"):
        check_model_file(write(tmp_path, with_weights_in("weights")))


def test_m3_missing_weights_are_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="'weights': that file is missing"):
        check_model_file(write(tmp_path, with_weights_in("weights")))


@given(data=st.binary(max_size=300), cut=st.integers(0, 200))
def test_no_bytes_raise_anything_but_a_model_error(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, cut: int
) -> None:
    path = write(tmp_path_factory.mktemp("any"), doubler()[:cut] + data)
    with contextlib.suppress(ModelError):
        check_model_file(path)
