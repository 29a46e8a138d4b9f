"""SAM 2 and 2.1 as exported for transformers.js, and relatives with the same inputs (EdgeTAM, SAM 3).

SAM 3 is told by its square of 1008 pixels; it sees them in -1..1 (transformers, `Sam3ImageProcessorFast`).
Boxes have an input of their own. Clicks need a padding token when there is no box, and the graph adds none.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tui.inference import preprocess
from tui.inference.embedding import Embedding
from tui.inference.preprocess import Fit
from tui.inference.recognise import expect
from tui.inference.segmenters.base import Limits
from tui.inference.segmenters.pair import EncoderDecoder, Feeds, Wiring
from tui.inference.segmenters.prompt_tokens import box_corners, pad, point_tokens
from tui.inference.segmenters.wiring import batch_axes, connect, need, square
from tui.types.prompt import Prompt

_EMBEDDINGS = ("image_embeddings.0", "image_embeddings.1", "image_embeddings.2")
_POINTS, _LABELS, _BOXES = "input_points", "input_labels", "input_boxes"
_LOGITS, _SCORES = "pred_masks", "iou_scores"
_SAM3_SIDE = 1008


class HfSam2(EncoderDecoder):
    """A transformers.js SAM 2 encoder and decoder as a `Segmenter`."""

    limits = Limits(mask_input=False)

    def _connect(self, side: int | None) -> Wiring:
        expect(self._decoder, "hf-sam2", "decoder")
        expect(self._encoder, "hf-sam2", "encoder")
        need(
            self._decoder,
            "decoder",
            inputs=(*_EMBEDDINGS, _POINTS, _LABELS, _BOXES),
            outputs=(_LOGITS, _SCORES),
        )
        self._side = square(self._encoder, side=side)
        (source,) = self._encoder.inputs
        return Wiring(
            source,
            connect(self._encoder, self._decoder, _EMBEDDINGS),
            _LOGITS,
            _SCORES,
            batch=batch_axes(self._decoder, {_POINTS: 1, _LABELS: 1}),
        )

    def _alike(self, prompts: Sequence[Prompt]) -> bool:
        """Boxes are answered one by one: the graph counts prompts by their points."""
        return all(prompt.box is None for prompt in prompts)

    def fit(self, image_wh: tuple[int, int]) -> Fit:
        return preprocess.fit_stretched(image_wh, self._side)

    def _picture(self, image: NDArray[np.uint8], fit: Fit) -> NDArray[np.float32]:
        if self._side == _SAM3_SIDE:
            return preprocess.to_nchw_plain(image, fit)
        return preprocess.to_nchw(image, fit)

    def feeds(self, embedding: Embedding, prompt: Prompt, fit: Fit) -> Feeds:
        coordinates, labels = point_tokens(prompt, fit)
        if prompt.box is None:
            coordinates, labels = pad(coordinates, labels)
        return {
            **embedding.arrays,
            _POINTS: coordinates[None],
            _LABELS: labels[None].astype(np.int64),
            _BOXES: box_corners(prompt, fit)[None],
        }
