"""SAM 3 by text in its published layouts, on graphs made by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from inference.grounding import tinysam3
from tui.errors import ModelError
from tui.geometry.masks import full_mask
from tui.inference.grounding.base import GroundingThresholds
from tui.inference.grounding.registry import open_grounder
from tui.inference.grounding.sam3 import Sam3
from tui.inference.grounding.words import open_words
from tui.inference.runtime import open_session

pytest.importorskip("tokenizers")

LAYOUTS: list[dict[str, object]] = [{}, {"raw": True}, {"slots": 8}]


def picture() -> NDArray[np.uint8]:
    """160 x 80: red where the first box is, green where the second is."""
    image = np.zeros((80, 160, 3), np.uint8)
    image[20:40, 20:60, 0] = 255
    image[40:, 80:, 1] = 255
    return image


@pytest.mark.parametrize("options", LAYOUTS, ids=str)
def test_each_phrase_finds_its_instances_with_masks(options: dict[str, object], tmp_path: Path) -> None:
    grounder = open_grounder(tinysam3.write_model(tmp_path / "m", **options))
    found = grounder.ground(picture(), ("Green", "red"))
    assert sorted((d.class_id, d.box.xyxy) for d in found) == [(0, (80, 40, 160, 80)), (1, (20, 20, 60, 40))]
    assert [d.score for d in found] == pytest.approx([0.8, 0.8], abs=1e-6)
    for detection, channel in zip(sorted(found, key=lambda d: d.class_id), (1, 0), strict=True):
        assert detection.mask is not None
        drawn = full_mask(detection.mask, (160, 80))
        wanted = picture()[..., channel] > 0
        assert np.count_nonzero(drawn & wanted) / np.count_nonzero(drawn | wanted) > 0.8


def test_one_phrase_may_name_two_things_and_the_threshold_is_obeyed(tmp_path: Path) -> None:
    grounder = open_grounder(tinysam3.write_model(tmp_path / "m"))
    assert len(grounder.ground(picture(), ("red green",))) == 2
    assert len(grounder.ground(picture(), ("red green",), GroundingThresholds(limit=1))) == 1
    assert not grounder.ground(picture(), ("red",), GroundingThresholds(confidence=0.85))
    assert len(grounder.ground(picture(), ("red",), GroundingThresholds(confidence=0.05))) == 2
    assert not grounder.ground(picture(), ("blue",)), "a box without area"


def test_an_encoder_that_takes_floats_is_given_minus_one_to_one(tmp_path: Path) -> None:
    folder = tinysam3.write_model(tmp_path / "m")
    (folder / "sam3_image_encoder.onnx").write_bytes(tinysam3.encoder(dtype="float32"))
    files = [folder / f"sam3_{part}.onnx" for part in ("image_encoder", "language_encoder", "decoder")]
    sessions = [open_session(file) for file in files]
    grounder = Sam3(*sessions, open_words(folder / "tokenizer.json"), name="m", digest="0")
    (found,) = grounder.ground(picture(), ("red",))
    assert found.mask is not None
    drawn = full_mask(found.mask, (160, 80))
    assert drawn[30, 40]
    assert not drawn[5, 5]


def test_nonsense_of_the_model_is_a_failure(tmp_path: Path) -> None:
    grounder = open_grounder(tinysam3.write_model(tmp_path / "m", poison=True))
    with pytest.raises(ModelError, match="not finite"):
        grounder.ground(picture(), ("red",))


def test_parts_of_two_models_are_refused(tmp_path: Path) -> None:
    words = open_words(tinysam3.write_tokenizer(tmp_path))
    graphs = (tinysam3.encoder(), tinysam3.text(), tinysam3.decoder(feature="backbone_fpn_7"))
    sessions = [open_session(data) for data in graphs]
    with pytest.raises(ModelError, match="do not belong together: the decoder takes backbone_fpn_7"):
        Sam3(*sessions, words, name="m", digest="0")


def test_the_bare_calls_run(tmp_path: Path) -> None:
    grounder = open_grounder(tinysam3.write_model(tmp_path / "m"))
    assert isinstance(grounder, Sam3)
    grounder.bare(picture(), ("red", "green"))()
