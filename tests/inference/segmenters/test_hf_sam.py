"""SAM v1 of transformers.js: whole-number labels, no padding, one array of positions for all pictures."""

from __future__ import annotations

import numpy as np

from inference.recording import RecordingGraph
from tui.inference.segmenters.hf_sam import HfSam
from tui.types.prompt import Point, Prompt
from tui.types.shapes import Box


def made() -> tuple[HfSam, RecordingGraph]:
    same = np.zeros((1, 8, 4, 4), np.float32)
    names = ("image_embeddings", "image_positional_embeddings")
    encoder = RecordingGraph({"pixel_values": (None, 3, 64, 64)}, {n: same.copy() for n in names})
    decoder = RecordingGraph(
        {
            "input_points": (1, None, None, 2),
            "input_labels": (1, None, None),
            **dict.fromkeys(names, (1, 8, 4, 4)),
        },
        {
            "iou_scores": np.zeros((1, 1, 3), np.float32),
            "pred_masks": np.zeros((1, 1, 3, 16, 16), np.float32),
        },
        types={"input_labels": "int64"},
    )
    return HfSam(encoder, decoder, name="hf", digest="d"), decoder


def test_points_are_fed_without_padding() -> None:
    sam, decoder = made()
    embedding = sam.encode(np.zeros((32, 64, 3), np.uint8))
    candidates = sam.decode(embedding, Prompt((Point(10, 20), Point(3, 4, False))))
    (fed,) = decoder.fed
    assert fed["input_points"].tolist() == [[[[10, 20], [3, 4]]]]
    assert fed["input_labels"].tolist() == [[[1, 0]]]
    assert fed["input_labels"].dtype == np.int64
    assert len(candidates) == 3
    assert candidates[0].mask.region == Box(0, 0, 64, 64)
    assert candidates[0].mask.via == 64


def test_embeddings_share_the_positions() -> None:
    sam, _ = made()
    sam._encoder.answers = {n: a.copy() for n, a in sam._encoder.answers.items()}
    first, second = (sam.encode(np.zeros((9, 9, 3), np.uint8)) for _ in range(2))
    positions = "image_positional_embeddings"
    assert first.arrays[positions] is second.arrays[positions]
