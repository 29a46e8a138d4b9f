"""Each kind of encoder is given the picture as it wants it."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from inference.recording import RecordingGraph
from tui.inference.segmenters.sam import Sam

IMAGE = np.random.default_rng(3).integers(0, 256, (20, 40, 3)).astype(np.uint8)


def fed(
    shape: tuple[int | None, ...], dtype: str = "float32", *, image: NDArray[np.uint8] = IMAGE
) -> NDArray[np.generic]:
    encoder = RecordingGraph(
        {"image": shape}, {"image_embeddings": np.zeros((1, 8, 4, 4), np.float32)}, types={"image": dtype}
    )
    decoder = RecordingGraph(
        {
            "image_embeddings": (1, 8, 4, 4),
            "point_coords": (1, None, 2),
            "point_labels": (1, None),
            "mask_input": (1, 1, 16, 16),
            "has_mask_input": (1,),
        },
        {
            "low_res_masks": np.zeros((1, 1, 16, 16), np.float32),
            "iou_predictions": np.zeros((1, 1), np.float32),
        },
    )
    Sam(encoder, decoder, name="x", digest="d").encode(image)
    return encoder.fed[0]["image"]


def test_a_square_is_normalised_and_padded() -> None:
    square = fed((1, 3, 64, 64))
    assert square.shape == (1, 3, 64, 64)
    assert not square[..., 32:, :].any()
    assert abs(square).max() < 4


def test_a_picture_keeps_its_numbers() -> None:
    picture = fed((None, None, 3))
    assert picture.shape == (32, 64, 3)
    assert picture.max() > 200


def test_bytes_stay_bytes() -> None:
    assert fed((1, 3, None, None), "uint8").dtype == np.uint8


@pytest.mark.parametrize("shape", [(1, 3, 64, 64), (None, None, 3)])
def test_red_comes_first(shape: tuple[int | None, ...]) -> None:
    red = np.zeros((20, 40, 3), np.uint8)
    red[..., 0] = 255
    found = fed(shape, image=red)
    planes = found[0] if found.ndim == 4 else found.transpose(2, 0, 1)
    assert planes[0, 5, 5] > max(planes[1, 5, 5], planes[2, 5, 5])
