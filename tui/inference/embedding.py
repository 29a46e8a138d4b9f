"""What an encoder leaves for its decoder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Embedding:
    """Arrays by the decoder's input names, plus the size of the image they belong to.

    `image_wh` is the upright image's (width, height); `encoder` is the fingerprint of the segmenter that
    made it (file digests and preprocessing version): a decoder of another fingerprint must not take it.
    """

    arrays: Mapping[str, NDArray[np.generic]]
    image_wh: tuple[int, int]
    encoder: str

    @property
    def nbytes(self) -> int:
        """Memory held, for caches bounded in bytes."""
        return sum(a.nbytes for a in self.arrays.values())
