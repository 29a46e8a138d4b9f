"""SAM 2's two layouts are fed alike; the one with sizes is told the grid's own."""

from __future__ import annotations

import numpy as np
import pytest

from inference.recording import RecordingGraph
from tui.errors import ModelError
from tui.inference.segmenters.sam2 import Sam2
from tui.types.prompt import Point, Prompt
from tui.types.shapes import Box, LogitMask

SHAPES = ((1, 8, 4, 4), (1, 2, 16, 16), (1, 4, 8, 8))
SAMEXPORTER = ("image_embed", "high_res_feats_0", "high_res_feats_1")
OSAM = ("image_embeddings", "high_res_features1", "high_res_features2")
CLICK = Prompt((Point(50, 25),))


def made(names: tuple[str, ...], *, low: bool, sized: bool) -> tuple[Sam2, RecordingGraph]:
    arrays = {n: np.full(s, i, np.float32) for i, (n, s) in enumerate(zip(names, SHAPES, strict=True))}
    encoder = RecordingGraph({"input": (1, 3, 64, 64)}, dict(reversed(arrays.items())))
    inputs: dict[str, tuple[int | None, ...]] = dict(zip(names, SHAPES, strict=True))
    inputs |= {
        "point_coords": (None, None, 2),
        "point_labels": (None, None),
        "mask_input": (None, 1, 16, 16),
        "has_mask_input": (None,),
    }
    answers = {
        "masks": np.zeros((1, 3, 32 if low else 16, 32 if low else 16), np.float32),
        "iou_predictions": np.zeros((1, 3), np.float32),
    }
    if low:
        answers["low_res_masks"] = np.ones((1, 3, 16, 16), np.float32)
    if sized:
        inputs["orig_im_size"] = (2,)
    decoder = RecordingGraph(inputs, answers)
    return Sam2(encoder, decoder, name="sam2", digest="d"), decoder


@pytest.mark.parametrize(
    ("names", "low", "sized"), [(SAMEXPORTER, False, False), (OSAM, True, True), (OSAM, False, True)]
)
def test_every_layout_gets_its_features_and_no_padding(
    names: tuple[str, ...], low: bool, sized: bool
) -> None:
    sam, decoder = made(names, low=low, sized=sized)
    candidates = sam.decode(sam.encode(np.zeros((100, 200, 3), np.uint8)), CLICK)
    (fed,) = decoder.fed
    assert [fed[name].flat[0] for name in names] == [0, 1, 2]
    assert fed["point_coords"].tolist() == [[[16, 16]]]
    assert fed["point_labels"].tolist() == [[1]]
    assert fed["has_mask_input"].tolist() == [0]
    assert len(candidates) == 3
    assert candidates[0].mask.logits.shape == (16, 16)
    assert candidates[0].mask.logits[0, 0] == (1 if low else 0)
    assert candidates[0].mask.region == Box(0, 0, 200, 100)
    if sized:
        assert fed["orig_im_size"].tolist() == [16, 16]


def test_a_previous_mask_is_fed_as_it_is() -> None:
    sam, decoder = made(SAMEXPORTER, low=False, sized=False)
    logits = np.linspace(-40, 40, 256, dtype=np.float32).reshape(16, 16)
    embedding = sam.encode(np.zeros((10, 10, 3), np.uint8))
    sam.decode(embedding, Prompt(CLICK.points, previous=LogitMask(logits, Box(0, 0, 1, 1))))
    np.testing.assert_array_equal(decoder.fed[0]["mask_input"], logits[None, None])
    assert decoder.fed[0]["has_mask_input"].tolist() == [1]
    with pytest.raises(ValueError, match="another segmenter"):
        sam.decode(embedding, Prompt(CLICK.points, previous=LogitMask(logits[:8], Box(0, 0, 1, 1))))


def test_features_of_another_model_are_refused() -> None:
    sam, decoder = made(SAMEXPORTER, low=False, sized=False)
    other = RecordingGraph(
        {"image": (1, 3, 64, 64)}, {n: np.zeros((1, 8, 4, 4), np.float32) for n in SAMEXPORTER}
    )
    with pytest.raises(ModelError, match="do not belong together"):
        Sam2(other, decoder, name="x", digest="d")
    assert sam.batched
