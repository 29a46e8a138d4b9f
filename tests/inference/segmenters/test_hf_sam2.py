"""SAM 2 of transformers.js: boxes have an input of their own, clicks are padded when there is none."""

from __future__ import annotations

import numpy as np
import pytest

from inference.recording import RecordingGraph
from tui.inference.segmenters.hf_sam2 import HfSam2
from tui.types.prompt import Point, Prompt
from tui.types.shapes import Box

SHAPES = {
    "image_embeddings.0": (1, 2, 16, 16),
    "image_embeddings.1": (1, 4, 8, 8),
    "image_embeddings.2": (1, 8, 4, 4),
}
CLICK, BOX = (Point(50, 25),), Box(0, 0, 100, 50)


def made(side: int = 64) -> tuple[HfSam2, RecordingGraph]:
    encoder = RecordingGraph(
        {"pixel_values": (1, 3, side, side)}, {n: np.zeros(s, np.float32) for n, s in SHAPES.items()}
    )
    decoder = RecordingGraph(
        {
            "input_points": (1, None, None, 2),
            "input_labels": (1, None, None),
            "input_boxes": (1, None, 4),
            **SHAPES,
        },
        {
            "iou_scores": np.zeros((1, 1, 3), np.float32),
            "pred_masks": np.zeros((1, 1, 3, 16, 16), np.float32),
        },
    )
    return HfSam2(encoder, decoder, name="hf2", digest="d"), decoder


@pytest.mark.parametrize(
    ("prompt", "points", "labels", "boxes"),
    [
        (Prompt(CLICK), [[[[16, 16], [0, 0]]]], [[[1, -1]]], [[]]),
        (Prompt(box=BOX), [[[]]], [[[]]], [[[0, 0, 32, 32]]]),
        (Prompt(CLICK, BOX), [[[[16, 16]]]], [[[1]]], [[[0, 0, 32, 32]]]),
    ],
    ids=["click", "box", "both"],
)
def test_boxes_and_clicks_go_apart(
    prompt: Prompt, points: list[object], labels: list[object], boxes: list[object]
) -> None:
    sam, decoder = made()
    candidates = sam.decode(sam.encode(np.zeros((100, 200, 3), np.uint8)), prompt)
    (fed,) = decoder.fed
    assert fed["input_points"].tolist() == points
    assert fed["input_points"].shape[-1] == 2
    assert fed["input_labels"].tolist() == labels
    assert fed["input_boxes"].tolist() == boxes
    assert fed["input_boxes"].shape[-1] == 4
    assert candidates[0].mask.via is None


def test_boxes_are_answered_one_by_one() -> None:
    sam, decoder = made()
    embedding = sam.encode(np.zeros((100, 200, 3), np.uint8))
    assert sam.batched
    assert len(sam.decode_many(embedding, [Prompt(box=BOX)] * 3)) == 3
    assert len(decoder.fed) == 3


def test_sam_3_is_told_by_its_side_and_sees_minus_one_to_one() -> None:
    sam, _ = made(side=1008)
    sam.encode(np.stack([np.full((30, 40), shade, np.uint8) for shade in (0, 255, 51)], axis=-1))
    (seen,) = sam._encoder.fed[-1].values()
    assert seen.shape == (1, 3, 1008, 1008)
    np.testing.assert_allclose(seen[0, :, 500, 500], [-1, 1, -0.6], atol=1e-6)
