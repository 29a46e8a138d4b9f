"""EdgeSAM gets clicks and boxes as SAM does, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from inference.recording import RecordingGraph
from tui.errors import ModelError
from tui.inference.segmenters.edge_sam import EdgeSam
from tui.types.prompt import Point, Prompt
from tui.types.shapes import Box


def made(**answers: tuple[int, ...]) -> tuple[EdgeSam, RecordingGraph]:
    encoder = RecordingGraph(
        {"image": (1, 3, 64, 64)}, {"image_embeddings": np.zeros((1, 8, 4, 4), np.float32)}
    )
    decoder = RecordingGraph(
        {"image_embeddings": (1, 8, 4, 4), "point_coords": (1, None, 2), "point_labels": (1, None)},
        {name: np.full(shape, 0.5, np.float32) for name, shape in answers.items()},
    )
    return EdgeSam(encoder, decoder, name="edge", digest="d"), decoder


def test_a_click_is_padded_and_a_box_is_not() -> None:
    sam, decoder = made(scores=(1, 4), masks=(1, 4, 16, 16))
    embedding = sam.encode(np.zeros((32, 32, 3), np.uint8))
    assert len(sam.decode(embedding, Prompt((Point(1, 2),)))) == 3
    assert len(sam.decode(embedding, Prompt(box=Box(1, 2, 3, 4)))) == 1
    assert [fed["point_labels"].tolist() for fed in decoder.fed] == [[[1, -1]], [[2, 3]]]
    np.testing.assert_array_equal(decoder.fed[0]["point_coords"], [[[2, 4], [0, 0]]])


def test_a_decoder_without_scores_is_refused() -> None:
    with pytest.raises(ModelError, match="lacks scores"):
        made(masks=(1, 4, 16, 16))
