"""A folder with two files and no manifest is a model, or a sentence says why not."""

from __future__ import annotations

from pathlib import Path

import pytest

from inference import refmodels, tinysam
from inference.onnxmini import Graph, doubler
from tui.errors import ModelError
from tui.inference.folder import is_bare_folder, read_folder
from tui.inference.store import find


def fill(folder: Path, **files: bytes) -> Path:
    folder.mkdir(exist_ok=True)
    for name, data in files.items():
        (folder / f"{name}.onnx").write_bytes(data)
    return folder


def test_a_pair_is_recognised_whatever_its_files_are_called(tmp_path: Path) -> None:
    folder = fill(tmp_path / "My SAM (v2)", a=tinysam.decoder(), b=tinysam.encoder_hwc())
    manifest = read_folder(folder)
    assert (manifest.name, manifest.protocol, manifest.licence) == ("my-sam-v2", "sam", "unknown")
    assert manifest.file("encoder").name == "b.onnx"
    assert manifest.file("decoder").name == "a.onnx"


def test_the_decoder_decides_where_encoders_look_alike(tmp_path: Path) -> None:
    folder = refmodels.bare_folder(tmp_path / "m", "edge_sam.encoder", "edge_sam.decoder")
    assert read_folder(folder).protocol == "edge-sam"


def test_a_manifest_goes_first(tmp_path: Path) -> None:
    folder = fill(tmp_path / "m", a=tinysam.decoder(), b=tinysam.encoder_hwc())
    assert is_bare_folder(folder)
    (folder / "manifest.toml").write_text('name = "x"\ntitle = "X"\nprotocol = "sam"\nlicence = "L"\n')
    assert not is_bare_folder(folder)
    assert find(folder).manifest.title == "X"


def test_two_files_that_are_no_pair_are_named_for_what_they_are(tmp_path: Path) -> None:
    folder = fill(tmp_path / "m", a=tinysam.decoder(), b=doubler())
    with pytest.raises(
        ModelError, match=r"a\.onnx is a SAM v1 decoder; b\.onnx is not known \(it has inputs"
    ):
        find(folder)


def test_halves_of_two_families_are_no_pair(tmp_path: Path) -> None:
    folder = refmodels.bare_folder(tmp_path / "m", "sam2.encoder", "sam1_multi.decoder")
    with pytest.raises(ModelError, match=r"is a SAM v1 decoder; .* is a SAM 2 encoder"):
        read_folder(folder)


def test_an_efficient_sam_in_one_file_is_refused_with_what_to_take_instead(tmp_path: Path) -> None:
    inputs = {name: ("float32", (1,)) for name in ("batched_images", "batched_point_coords")}
    whole = Graph(inputs, {"out": (1,)})
    whole.op("Add", *inputs, into="out")
    folder = fill(tmp_path / "m", whole=whole.serialize())
    with pytest.raises(ModelError) as caught:
        find(folder)
    assert "both halves in one file" in caught.value.sentence
    assert "models pull efficient-sam-ti" in caught.value.sentence


def test_three_files_leave_a_question(tmp_path: Path) -> None:
    folder = fill(tmp_path / "m", a=tinysam.decoder(), b=tinysam.encoder_hwc(), c=tinysam.encoder_nchw())
    with pytest.raises(ModelError, match=r"holds 3 ONNX files: which two belong together\? a\.onnx, b\.onnx"):
        read_folder(folder)


def test_a_file_that_is_no_model_keeps_its_own_sentence(tmp_path: Path) -> None:
    folder = fill(tmp_path / "m", a=tinysam.decoder(), b=b"version https://git-lfs.github.com/spec/v1\n")
    with pytest.raises(ModelError, match="git-lfs pointer"):
        read_folder(folder)
