"""EfficientSAM, encoder and decoder in two files.

The graphs do the preparation: the encoder takes the picture in any size, the decoder takes coordinates in the
pixels of a size it is told. Only their ratio counts, so the size told is that of the logits' grid: the
decoder's own up-sampling of three masks to the whole picture then has nothing to do, and its first output
is what other exports call low-resolution masks (the published file gives those no name).

There is no embedding for the label "negative": such a click would count as a place and nothing else.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tui.inference import preprocess
from tui.inference.embedding import Embedding
from tui.inference.preprocess import Fit
from tui.inference.recognise import expect
from tui.inference.segmenters.base import Limits
from tui.inference.segmenters.pair import EncoderDecoder, Feeds, Wiring
from tui.inference.segmenters.prompt_tokens import tokens
from tui.inference.segmenters.wiring import MASK_CELLS, batch_axes, connect, need
from tui.types.prompt import Prompt

_EMBEDDING, _POINTS, _LABELS, _SIZE = (
    "image_embeddings",
    "batched_point_coords",
    "batched_point_labels",
    "orig_im_size",
)
_LOGITS, _SCORES = "output_masks", "iou_predictions"
_GRID = 256
"""Side of the logits' grid where the graph is silent."""


class EfficientSam(EncoderDecoder):
    """An EfficientSAM encoder and decoder as a `Segmenter`."""

    limits = Limits(negative_points=False, mask_input=False, max_points=6)

    def _connect(self, side: int | None) -> Wiring:
        expect(self._decoder, "efficient-sam", "decoder")
        expect(self._encoder, "efficient-sam", "encoder")
        need(
            self._decoder,
            "decoder",
            inputs=(_EMBEDDING, _POINTS, _LABELS, _SIZE),
            outputs=(_LOGITS, _SCORES),
        )
        (source,) = self._encoder.inputs
        cells = self._decoder.inputs[_EMBEDDING].shape[-1]
        return Wiring(
            source,
            connect(self._encoder, self._decoder, [_EMBEDDING]),
            _LOGITS,
            _SCORES,
            cells * MASK_CELLS if cells else _GRID,
            batch_axes(self._decoder, {_POINTS: 1, _LABELS: 1}),
        )

    def fit(self, image_wh: tuple[int, int]) -> Fit:
        return preprocess.fit_stretched(image_wh, self._wiring.mask_side or _GRID)

    def _picture(self, image: NDArray[np.uint8], fit: Fit) -> NDArray[np.float32]:
        return preprocess.to_unit(image)

    def feeds(self, embedding: Embedding, prompt: Prompt, fit: Fit) -> Feeds:
        coordinates, labels = tokens(prompt, fit)
        return {
            _EMBEDDING: embedding.arrays[_EMBEDDING],
            _POINTS: coordinates[None],
            _LABELS: labels[None],
            _SIZE: np.array([fit.side, fit.side], np.int64),
        }
