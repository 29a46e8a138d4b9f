"""How SAM v1 and its relatives see a picture: the longest side fills the square, the rest is padding."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tui.inference import preprocess
from tui.inference.preprocess import Fit
from tui.inference.segmenters.pair import EncoderDecoder
from tui.inference.segmenters.sam_layout import EncoderLayout


class LongestSide(EncoderDecoder):
    """`_connect` of a subclass sets `_encoder_layout`."""

    _encoder_layout: EncoderLayout

    def fit(self, image_wh: tuple[int, int]) -> Fit:
        return preprocess.fit_longest(image_wh, self._encoder_layout.side)

    def _picture(self, image: NDArray[np.uint8], fit: Fit) -> NDArray[np.generic]:
        match self._encoder_layout.preparation:
            case "picture":
                return preprocess.to_hwc(image, fit)
            case "bytes":
                return preprocess.to_bytes(image, fit)
            case "square":
                return preprocess.to_nchw(image, fit)
