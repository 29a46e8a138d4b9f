"""EfficientSAM gets the picture as it is, and coordinates in the grid's own size."""

from __future__ import annotations

import numpy as np
import pytest

from inference.recording import RecordingGraph
from tui.inference.segmenters.efficient_sam import EfficientSam
from tui.types.prompt import Point, Prompt
from tui.types.shapes import Box


def made(
    cells: int | None = 4, grid: int = 16, queries: int | None = 1
) -> tuple[EfficientSam, RecordingGraph]:
    encoder = RecordingGraph(
        {"batched_images": (None, 3, None, None)}, {"image_embeddings": np.zeros((1, 8, 4, 4), np.float32)}
    )
    decoder = RecordingGraph(
        {
            "image_embeddings": (1, 8, cells, cells),
            "batched_point_coords": (1, queries, None, 2),
            "batched_point_labels": (1, queries, None),
            "orig_im_size": (2,),
        },
        {
            "output_masks": np.zeros((1, 1, 3, grid, grid), np.float32),
            "iou_predictions": np.array([[[0.3, 0.9, 0.5]]], np.float32),
        },
    )
    return EfficientSam(encoder, decoder, name="efficient", digest="d"), decoder


@pytest.mark.parametrize(("cells", "grid"), [(4, 16), (None, 256)])
def test_places_keep_their_share_of_the_image(cells: int | None, grid: int) -> None:
    sam, decoder = made(cells, grid)
    embedding = sam.encode(np.full((100, 200, 3), 255, np.uint8))
    candidates = sam.decode(embedding, Prompt((Point(50, 25),), Box(0, 0, 200, 100)))
    (fed,) = decoder.fed
    assert fed["orig_im_size"].tolist() == [grid, grid]
    assert (fed["batched_point_coords"] / grid).tolist() == [[[[0.25, 0.25], [0, 0], [1, 1]]]]
    assert fed["batched_point_labels"].tolist() == [[[1, 2, 3]]]
    assert [c.score for c in candidates] == pytest.approx([0.3, 0.9, 0.5])
    assert candidates[0].mask.region == Box(0, 0, 200, 100)
    assert candidates[0].mask.via is None


def test_the_picture_is_neither_resized_nor_normalised() -> None:
    sam, _ = made()
    sam.encode(np.full((10, 30, 3), 51, np.uint8))
    picture = sam._encoder.fed[0]["batched_images"]
    assert picture.shape == (1, 3, 10, 30)
    assert picture == pytest.approx(0.2)


def test_queries_are_stacked_where_the_graph_takes_several() -> None:
    assert not made()[0].batched
    assert made(queries=None)[0].batched
