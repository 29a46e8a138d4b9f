"""SAM v1 as Hugging Face's optimum exports it for transformers.js: SAM, SlimSAM.

The graph adds the padding token itself; it has no embedding for a box's corners and no mask input. Its
positional embedding is the same for every picture: all embeddings share one array of it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tui.inference.embedding import Embedding
from tui.inference.preprocess import Fit
from tui.inference.recognise import expect
from tui.inference.segmenters.base import Limits
from tui.inference.segmenters.longest_side import LongestSide
from tui.inference.segmenters.pair import Feeds, Runnable, Wiring
from tui.inference.segmenters.prompt_tokens import tokens
from tui.inference.segmenters.sam_layout import EncoderLayout
from tui.inference.segmenters.wiring import batch_axes, connect, need, square
from tui.types.prompt import Prompt

_EMBEDDING, _POSITIONS = "image_embeddings", "image_positional_embeddings"
_POINTS, _LABELS = "input_points", "input_labels"
_LOGITS, _SCORES = "pred_masks", "iou_scores"


class HfSam(LongestSide):
    """A transformers.js SAM encoder and decoder as a `Segmenter`."""

    limits = Limits(boxes=False, mask_input=False)

    _positions: NDArray[np.generic] | None = None

    def _connect(self, side: int | None) -> Wiring:
        expect(self._decoder, "hf-sam", "decoder")
        expect(self._encoder, "hf-sam", "encoder")
        need(self._decoder, "decoder", inputs=(_EMBEDDING, _POINTS, _LABELS), outputs=(_LOGITS, _SCORES))
        (source,) = self._encoder.inputs
        self._encoder_layout = EncoderLayout(source, square(self._encoder, side=side), "square")
        return Wiring(
            source,
            connect(self._encoder, self._decoder, [_EMBEDDING, _POSITIONS]),
            _LOGITS,
            _SCORES,
            batch=batch_axes(self._decoder, {_POINTS: 1, _LABELS: 1}),
        )

    def _encode(self, encoder: Runnable, image: NDArray[np.uint8]) -> Embedding:
        embedding = super()._encode(encoder, image)
        if self._positions is None:
            self._positions = embedding.arrays[_POSITIONS]
        arrays = {**embedding.arrays, _POSITIONS: self._positions}
        return Embedding(arrays, embedding.image_wh, embedding.encoder)

    def feeds(self, embedding: Embedding, prompt: Prompt, fit: Fit) -> Feeds:
        coordinates, labels = tokens(prompt, fit)
        return {**embedding.arrays, _POINTS: coordinates[None], _LABELS: labels[None].astype(np.int64)}
