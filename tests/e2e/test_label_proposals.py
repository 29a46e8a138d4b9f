"""Hints, everything and a detector by keys alone, in a terminal of each kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from datasets import DrawnDataset
from e2e.labeler import Labeler, labeler
from inference import refmodels
from terminal.keys import encode
from terminal.profiles import KITTY, PLAIN, XTERM, Profile

pytestmark = pytest.mark.e2e

KINDS = pytest.mark.parametrize(
    "profile",
    [pytest.param(KITTY, id="kitty"), pytest.param(XTERM, id="sixel"), pytest.param(PLAIN, id="halfblock")],
)
AHEAD = "look_ahead = true\n"
FEW = "look_ahead = false\neverything_side = 3\neverything_score = 0.1\neverything_stability = 0.1\n"


def press(program: Labeler, keys: str) -> None:
    """Keys that leave the program at work."""
    for key in keys.split():
        program.terminal.send(encode(key, program.terminal.screen.key_flags))


@KINDS
def test_two_keys_take_an_object_and_a_digit_keeps_it(
    profile: Profile, dataset: DrawnDataset, home: Path
) -> None:
    image = dataset.images[0]
    with labeler(dataset.yaml, profile, home, settings=AHEAD) as program:
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
    with labeler(dataset.yaml, KITTY, home, "--detector", model, settings=FEW) as program:
        program.wait_photo(dataset.images[0])
        press(program, "i")
        program.says("proposal")
        press(program, "escape y x")
        program.leave()
