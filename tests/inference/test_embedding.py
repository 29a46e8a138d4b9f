"""What an encoder leaves for its decoder."""

from __future__ import annotations

import numpy as np

from tui.inference.embedding import Embedding


def test_nbytes_counts_every_array() -> None:
    arrays = {"image_embeddings": np.zeros((1, 4, 8, 8), np.float32), "extra": np.zeros(3, np.float16)}
    assert Embedding(arrays, (640, 480), "model-1").nbytes == 4 * 8 * 8 * 4 + 6
