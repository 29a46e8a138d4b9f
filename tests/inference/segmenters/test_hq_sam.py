"""HQ-SAM: one of the early layers is kept, and the decoder gets as many as it declares."""

from __future__ import annotations

import numpy as np
import pytest

from inference.recording import RecordingGraph
from tui.errors import ModelError
from tui.inference.segmenters.hq_sam import HqSam
from tui.types.prompt import Point, Prompt

LAYERS = {f"interm_embeddings_{i}": np.full((1, 4, 4, 6), i + 1, np.float32) for i in range(4)}
STACKED = {"interm_embeddings": np.stack([*LAYERS.values()])}


def made(
    extra: dict[str, np.ndarray], layers: int | None = 4, depth: int = 6
) -> tuple[HqSam, RecordingGraph]:
    encoder = RecordingGraph(
        {"input_image": (None, None, 3)}, {"image_embeddings": np.ones((1, 8, 4, 4), np.float32), **extra}
    )
    decoder = RecordingGraph(
        {
            "image_embeddings": (1, 8, 4, 4),
            "interm_embeddings": (layers, 1, 4, 4, depth),
            "point_coords": (1, None, 2),
            "point_labels": (1, None),
            "mask_input": (1, 1, 16, 16),
            "has_mask_input": (1,),
            "orig_im_size": (2,),
        },
        {
            "low_res_masks": np.zeros((1, 1, 16, 16), np.float32),
            "iou_predictions": np.ones((1, 1), np.float32),
        },
    )
    return HqSam(encoder, decoder, name="hq", digest="d"), decoder


@pytest.mark.parametrize("extra", [LAYERS, STACKED], ids=["apart", "stacked"])
def test_one_layer_is_kept_and_the_first_place_filled_with_it(extra: dict[str, np.ndarray]) -> None:
    sam, decoder = made(extra)
    embedding = sam.encode(np.zeros((30, 20, 3), np.uint8))
    assert embedding.arrays["interm_embeddings"].shape == (1, 4, 4, 6)
    sam.decode(embedding, Prompt((Point(1, 1),)))
    fed = decoder.fed[0]["interm_embeddings"]
    assert fed.shape == (4, 1, 4, 4, 6)
    assert (fed[0] == 1).all()
    assert not fed[1:].any()


def test_a_decoder_that_does_not_say_how_many_layers_gets_one() -> None:
    sam, decoder = made(LAYERS, layers=None)
    sam.decode(sam.encode(np.zeros((30, 20, 3), np.uint8)), Prompt((Point(1, 1),)))
    assert decoder.fed[0]["interm_embeddings"].shape == (1, 1, 4, 4, 6)


def test_layers_of_another_width_are_refused() -> None:
    with pytest.raises(ModelError, match=r"do not belong together: .*takes \[4, 1, 4, 4, 7\]"):
        made(LAYERS, depth=7)
