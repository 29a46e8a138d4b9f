"""`ttylabel models add`."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.modelfiles import run, run_json, write
from inference import tinysam
from inference.detectors import tinyyolo
from inference.grounding import tinydino, tinysam3
from inference.onnxmini import doubler
from tui.inference.segmenters.registry import open_segmenter
from tui.inference.store import find, user_models, verify


def pair(folder: Path) -> list[str]:
    return write(folder, sees=tinysam.encoder_hwc(), says=tinysam.decoder())


def test_a_pair_is_recognised_copied_and_usable(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, report = run_json(
        capsys, "add", *reversed(pair(tmp_path / "a")), "--name", "mine", "--licence", "MIT"
    )
    assert code == 0
    assert (report["protocol"], report["for"], report["provider"]) == ("sam", "segmenter", "CPU")
    assert report["files"] == {"encoder": "sees.onnx", "decoder": "says.onnx"}
    (tmp_path / "a" / "sees.onnx").unlink()
    model = find("mine")
    assert model.manifest.licence == "MIT"
    assert all(file.sha256 and file.size for file in model.manifest.files)
    assert verify(model)
    assert open_segmenter("mine").name == "mine"


def test_a_detector_is_one_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = write(tmp_path, finder=tinyyolo.model(tinyyolo.raw()))
    code, report = run_json(capsys, "add", *files)
    assert (code, report["name"], report["for"]) == (0, "finder", "detector")


def test_a_text_model_comes_with_its_vocabulary(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("tokenizers")
    graph = tinydino.write_model(tmp_path / "dino", "hf")
    words = next(p for p in graph.parent.iterdir() if p.suffix in (".json", ".txt"))
    code, _, err = run(capsys, "add", str(graph))
    assert code == 2
    assert "lacks the model's vocabulary" in err
    code, report = run_json(capsys, "add", str(graph), str(words), "--name", "seek")
    assert (code, report["for"], report["protocol"]) == (0, "text", "grounding-dino")


def test_a_model_of_three_graphs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("tokenizers")
    folder = tinysam3.write_model(tmp_path / "m")
    code, report = run_json(capsys, "add", *map(str, sorted(folder.iterdir())), "--name", "seek")
    assert (code, report["for"], report["protocol"]) == (0, "text", "sam3")
    assert set(report["files"]) == {"encoder", "text", "decoder", "tokenizer"}


def test_what_was_expected_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = write(tmp_path, a=doubler(), b=tinysam.decoder())
    code, _, err = run(capsys, "add", *files)
    assert code == 2
    assert "a.onnx is not known (it has inputs 'x' float32 [2] and outputs 'y' float32 [2])" in err
    assert "SAM v1 decoder (image_embeddings, mask_input, point_coords, point_labels)" in err


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"a": tinysam.decoder(), "b": tinysam.decoder()}, "no encoder and its decoder"),
        ({"a": tinysam.encoder_hwc(), "b": tinysam.decoder(cells=5)}, "do not belong together"),
        ({"a": b"<html>"}, "is a web page"),
        ({"a": b"version https://git-lfs.github.com/spec/v1\n"}, "is a git-lfs pointer"),
        ({"a": tinysam.decoder()[:-100]}, "is cut off"),
    ],
)
def test_what_does_not_fit_leaves_nothing(
    files: dict[str, bytes], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = run(capsys, "add", *write(tmp_path, **files), "--name", "mine")
    assert code == 2
    assert words in err
    assert not user_models().is_dir() or list(user_models().iterdir()) == []


def test_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = pair(tmp_path / "a")
    assert "Take 'my-sam'" in run(capsys, "add", *files, "--name", "My SAM")[2]
    assert run(capsys, "add", *files, "-q")[::2] == (0, "")
    assert (user_models() / "sees").is_dir()
    code, _, err = run(capsys, "add", *files)
    assert code == 2
    assert "There is a model 'sees' already" in err


def test_two_files_of_one_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (first,) = write(tmp_path / "a", m=tinysam.encoder_hwc())
    (second,) = write(tmp_path / "b", m=tinysam.decoder())
    assert "the same name" in run(capsys, "add", first, second)[2]
