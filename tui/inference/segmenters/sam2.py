"""SAM 2 and 2.1, in the two layouts their exports have.

    samexporter, X-AnyLabeling     image_embed, high_res_feats_0/1; low-resolution logits, called `masks`
    ryouchinsa, osam               image_embeddings, high_res_features1/2, orig_im_size; full-size `masks` and
                                   `low_res_masks`

In both the picture is stretched over the square, the graph adds the padding token itself, and the answer is
three masks for every prompt. `orig_im_size` only drives the up-sampling of `masks`, so the grid's own size is
fed: the graph then has nothing to enlarge.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tui.inference import preprocess
from tui.inference.embedding import Embedding
from tui.inference.preprocess import Fit
from tui.inference.recognise import expect
from tui.inference.segmenters.pair import EncoderDecoder, Feeds, Wiring
from tui.inference.segmenters.prompt_rules import has_previous, previous_logits
from tui.inference.segmenters.prompt_tokens import tokens
from tui.inference.segmenters.wiring import PATCH, batch_axes, connect, need, square
from tui.types.prompt import Prompt

_LAYOUTS = (
    ("image_embed", "high_res_feats_0", "high_res_feats_1"),
    ("image_embeddings", "high_res_features1", "high_res_features2"),
)
_SIZE = "orig_im_size"
_PROMPT = ("point_coords", "point_labels", "mask_input", "has_mask_input")
_BATCH = {"point_coords": 0, "point_labels": 0, "mask_input": 0}
"""Where prompts are stacked. `has_mask_input` is declared with that axis too, but the graphs multiply by it
in a way that only one number fits."""

_CELLS_OF_SQUARE = PATCH // 4
"""Model pixels per cell of the logits' grid."""


class Sam2(EncoderDecoder):
    """A SAM 2 encoder and decoder as a `Segmenter`."""

    def _connect(self, side: int | None) -> Wiring:
        expect(self._decoder, "sam2", "decoder")
        expect(self._encoder, "sam2", "encoder")
        names = next(names for names in _LAYOUTS if names[1] in self._decoder.inputs)
        logits = "low_res_masks" if "low_res_masks" in self._decoder.outputs else "masks"
        need(self._decoder, "decoder", inputs=(*names, *_PROMPT), outputs=(logits, "iou_predictions"))
        self._side = square(self._encoder, side=side)
        (source,) = self._encoder.inputs
        return Wiring(
            source,
            connect(self._encoder, self._decoder, names),
            logits,
            "iou_predictions",
            self._decoder.inputs["mask_input"].shape[-1] or self._side // _CELLS_OF_SQUARE,
            batch_axes(self._decoder, _BATCH),
        )

    def fit(self, image_wh: tuple[int, int]) -> Fit:
        return preprocess.fit_stretched(image_wh, self._side)

    def _picture(self, image: NDArray[np.uint8], fit: Fit) -> NDArray[np.float32]:
        return preprocess.to_nchw_fine(image, fit)

    def feeds(self, embedding: Embedding, prompt: Prompt, fit: Fit) -> Feeds:
        coordinates, labels = tokens(prompt, fit)
        grid = self._wiring.mask_side or 1
        feeds: Feeds = {
            **embedding.arrays,
            "point_coords": coordinates,
            "point_labels": labels,
            "mask_input": previous_logits(prompt, grid),
            "has_mask_input": has_previous(prompt),
        }
        if _SIZE in self._decoder.inputs:
            feeds[_SIZE] = np.array([grid, grid], np.int64)
        return feeds
