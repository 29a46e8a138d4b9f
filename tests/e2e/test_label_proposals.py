"""Hints, everything, a detector, words, tight boxes and a zoomed view by keys alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from datasets import DrawnDataset
from e2e.labeler import Labeler, iou, labeler, read_boxes
from inference import refmodels, tinysam
from terminal.keys import encode
from terminal.profiles import KITTY, PLAIN, XTERM, Profile

pytestmark = pytest.mark.e2e

KINDS = pytest.mark.parametrize(
    ("profile", "bundled"),
    [
        pytest.param(KITTY, True, id="kitty"),
        pytest.param(XTERM, False, id="sixel"),
        pytest.param(PLAIN, False, id="halfblock"),
    ],
)
"""Looking ahead with the bundled network once; a hand-made one does where the terminal is what differs."""

AHEAD = "look_ahead = true\n"
WITHOUT_NETWORK = 'segmenter = "grabcut"\n'
FEW = "look_ahead = false\neverything_side = 3\neverything_score = 0.1\neverything_stability = 0.1\n"


def press(program: Labeler, keys: str) -> None:
    """Keys that leave the program at work."""
    for key in keys.split():
        program.terminal.send(encode(key, program.terminal.screen.key_flags))


@KINDS
def test_two_keys_take_an_object_and_a_digit_keeps_it(
    profile: Profile, bundled: bool, dataset: DrawnDataset, home: Path, tmp_path: Path
) -> None:
    image = dataset.images[0]
    options = () if bundled else ("--segmenter", tinysam.folder(tmp_path / "tiny"))
    with labeler(dataset.yaml, profile, home, *options, settings=AHEAD) as program:
        program.wait_photo(image)
        before = program.canvas()
        press(program, "f")
        program.says("letters take")
        program.terminal.settle()
        assert (program.canvas() != before).any()
        press(program, "f")
        program.wait_mask()
        press(program, "2")
        program.terminal.wait_for(lambda: image.label_path.exists() and bool(image.label_path.read_text()))
        assert image.label_path.read_text().startswith("1 ")
        program.leave()


def test_everything_is_offered_and_accepted(dataset: DrawnDataset, home: Path) -> None:
    image = dataset.images[0]
    with labeler(dataset.yaml, KITTY, home, settings=FEW) as program:
        program.wait_photo(image)
        press(program, "E")
        program.says("Y accepts all")
        assert not image.label_path.exists()
        press(program, "Y")
        program.says("Accepted")
        program.terminal.wait_for(image.label_path.exists)
        press(program, "u")
        program.says("proposal 1/")
        program.leave()


def test_a_detector_is_run_by_a_key(dataset: DrawnDataset, home: Path) -> None:
    model = str(refmodels.tiny("yolo11n_det"))
    with labeler(dataset.yaml, KITTY, home, "--detector", model, settings=WITHOUT_NETWORK + FEW) as program:
        program.wait_photo(dataset.images[0])
        press(program, "i")
        program.says("proposal")
        press(program, "escape y x")
        program.leave()


def test_what_a_text_describes_is_offered_with_its_class(
    dataset: DrawnDataset, home: Path, tmp_path: Path
) -> None:
    model = tmp_path / "dino.onnx"
    model.write_bytes(refmodels.tiny("gdino_hf").read_bytes())
    shutil.copy(refmodels.folder() / "tiny" / "gdino_tokenizer.json", tmp_path / "tokenizer.json")
    with labeler(
        dataset.yaml, XTERM, home, "--grounder", str(model), settings=WITHOUT_NETWORK + FEW
    ) as program:
        program.wait_photo(dataset.images[0])
        press(program, "t")
        program.says("Find by text")
        program.terminal.send(b"cat . red car -> disc")
        press(program, "enter")
        program.says("proposal")
        press(program, "escape")
        program.leave()


def test_a_box_is_drawn_tight_and_taken_back(dataset: DrawnDataset, home: Path) -> None:
    image = dataset.images[0]
    x0, y0, x1, y1 = image.box(0)
    wide = ((x0 + x1) / 2, (y0 + y1) / 2, (x1 - x0) * 1.2, (y1 - y0) * 1.2)
    width, height = image.wh
    cx, cy, w, h = wide[0] / width, wide[1] / height, wide[2] / width, wide[3] / height
    image.label_path.parent.mkdir(parents=True, exist_ok=True)
    loose = f"0 {cx:.6f} {cy:.6f} {w:.6f} {h:.6f}\n"
    image.label_path.write_text(loose)
    with labeler(dataset.yaml, KITTY, home, settings=WITHOUT_NETWORK + FEW) as program:
        program.wait_photo(image)
        press(program, "T")
        program.says("1 proposal")
        press(program, "Y")
        program.terminal.wait_for(lambda: image.label_path.read_text() != loose)
        ((class_id, box),) = read_boxes(image.label_path, image.wh, 2)
        assert class_id == 0
        assert iou(box, image.box(0)) > 0.9
        program.leave()


def test_prompts_in_a_zoomed_view_see_it_alone(dataset: DrawnDataset, home: Path) -> None:
    image = dataset.images[0]
    with labeler(dataset.yaml, PLAIN, home, settings=FEW) as program:
        program.wait_photo(image)
        x0, y0, x1, y1 = image.box(0)
        program.finest_step()
        program.go_to((x0 + x1) / 2, (y0 + y1) / 2)
        press(program, "z z `")
        program.says("in view")
        program.wait_encoded()
        press(program, "q")
        program.wait_mask()
        press(program, "f")
        program.terminal.wait_for(lambda: image.label_path.exists() and bool(image.label_path.read_text()))
        program.leave()
