"""Manifests are read strictly, and those that come with the program are complete."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.errors import ModelError
from tui.inference.detectors.registry import DETECTORS
from tui.inference.grounding.registry import GROUNDERS
from tui.inference.manifest import ModelFile, read_manifest
from tui.inference.segmenters.registry import SEGMENTERS
from tui.inference.store import bundled_models

HEAD = 'name = "m"\ntitle = "M"\nprotocol = "sam"\nlicence = "MIT"\n'
FILE = '[[files]]\nrole = "encoder"\nname = "e.onnx"\n'
BUNDLED = sorted(bundled_models().glob("*/manifest.toml"))


def read(folder: Path, text: str) -> object:
    path = folder / "manifest.toml"
    path.write_text(text)
    return read_manifest(path)


def test_a_full_manifest(tmp_path: Path) -> None:
    path = tmp_path / "manifest.toml"
    digest = "0" * 64
    path.write_text(
        f'{HEAD}origin = "o"\nnotes = "n"\ninput_side = 512\n'
        f'{FILE}size = 1_000\nsha256 = "{digest}"\nurl = "https://x"\narchive = true\n'
    )
    manifest = read_manifest(path)
    assert (manifest.path, manifest.name, manifest.input_side) == (path, "m", 512)
    assert manifest.file("encoder") == ModelFile("encoder", "e.onnx", 1000, digest, "https://x", True)
    with pytest.raises(ModelError, match="role 'decoder'"):
        manifest.file("decoder")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("name = ", "Cannot read"),
        (HEAD.replace("licence", "lisence"), "unknown key 'lisence'. Did you mean 'licence'?"),
        (HEAD.replace('licence = "MIT"', ""), "'licence' is wrong: it is missing"),
        (HEAD.replace('"m"', '"../m"'), "'name' is wrong"),
        (HEAD.replace('"M"', "7"), "'title' is wrong: it must be text"),
        (HEAD + "input_side = 0\n", "'input_side' is wrong"),
        (HEAD + "input_side = true\n", "'input_side' is wrong: it must be a whole number"),
        (HEAD + "files = [1]\n", "files[1]"),
        (
            HEAD + FILE.replace("encoder", "oracle"),
            "'oracle' is none of encoder, decoder, model, text, tokenizer, data",
        ),
        (HEAD + FILE.replace("e.onnx", "../e.onnx"), "plain file name"),
        (HEAD + FILE.replace("e.onnx", ".."), "plain file name"),
        (HEAD + FILE + 'sha256 = "abc"\n', "64 hexadecimal digits"),
        (HEAD + FILE + "size = -1\n", "'files[1].size' is wrong"),
        (HEAD + FILE + 'url = "http://x"\n', "https://"),
        (HEAD + FILE + "colour = 1\n", "unknown key 'files[1].colour'"),
        (HEAD + FILE + FILE, "two files have the same"),
    ],
)
def test_a_mistake_is_named_with_file_and_key(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(ModelError) as caught:
        read(tmp_path, text)
    assert sentence in caught.value.sentence
    assert str(tmp_path / "manifest.toml") in caught.value.sentence


def test_a_missing_and_a_huge_manifest(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="is missing"):
        read_manifest(tmp_path / "manifest.toml")
    with pytest.raises(ModelError, match="larger than"):
        read(tmp_path, "#" * 70_000)


@pytest.mark.parametrize("path", BUNDLED, ids=lambda p: p.parent.name)
def test_a_bundled_manifest_is_complete(path: Path) -> None:
    manifest = read_manifest(path)
    assert manifest.name == path.parent.name
    assert manifest.protocol in {*SEGMENTERS, *DETECTORS, *GROUNDERS}
    for file in manifest.files:
        assert file.sha256 or "no digests" in manifest.notes
        assert file.url or (path.parent / file.name).is_file()
    if manifest.protocol == "sam":
        assert {f.role for f in manifest.files} == {"encoder", "decoder"}
    if manifest.protocol in DETECTORS:
        assert {f.role for f in manifest.files} == {"model"}
    if manifest.protocol in GROUNDERS:
        assert {f.role for f in manifest.files} - {"data"} == set(GROUNDERS[manifest.protocol].roles)


def test_the_models_of_the_program_are_there() -> None:
    assert {"sprout", "grabcut", "mobile-sam", "sam-vit-b", "sam-vit-h-int8"} <= {
        p.parent.name for p in BUNDLED
    }


def test_the_registry_has_what_it_promises() -> None:
    wanted = "mobile-sam sam-vit-b sam-vit-l-int8 sam-vit-h-int8 sam2.1-tiny sam2.1-small sam2.1-base-plus "
    wanted += "sam2.1-large edge-sam efficient-sam-ti sam-hq-vit-b slimsam-int8 fast-sam-s yolo11n yolo26n "
    wanted += "grounding-dino-tiny-int8 sam3"
    assert set(wanted.split()) <= {p.parent.name for p in BUNDLED}


def test_a_licence_that_forbids_something_is_said_in_the_title() -> None:
    for path in BUNDLED:
        manifest = read_manifest(path)
        if "non-commercial" in manifest.licence:
            assert "non-commercial" in manifest.title
    assert "non-commercial" in read_manifest(bundled_models() / "edge-sam" / "manifest.toml").licence
