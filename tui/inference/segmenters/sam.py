"""SAM v1: ViT-H/L/B, MobileSAM and everything else exported in the official decoder's layout.

The decoder's full-size `masks` output is never used. The widespread exports froze its crop to 683 x 1024,
which is wrong for every portrait picture, and it costs time; `low_res_masks` with our own up-sampling
(`geometry.masks`) is right for all of them.

A decoder with one mask chooses among its four inside the graph, by the number of prompt tokens: it is fed a
bare box without a padding token, as the reference does it.
"""

from __future__ import annotations

import numpy as np

from tui.inference.embedding import Embedding
from tui.inference.preprocess import Fit
from tui.inference.recognise import expect
from tui.inference.segmenters import sam_layout as layout
from tui.inference.segmenters.longest_side import LongestSide
from tui.inference.segmenters.pair import Feeds, Wiring
from tui.inference.segmenters.prompt_rules import has_previous, previous_logits
from tui.inference.segmenters.prompt_tokens import padded_tokens
from tui.inference.segmenters.wiring import connect
from tui.types.prompt import Prompt


class Sam(LongestSide):
    """A SAM v1 encoder and decoder as a `Segmenter`."""

    protocol = "sam"

    def _connect(self, side: int | None) -> Wiring:
        expect(self._decoder, self.protocol, "decoder")
        expect(self._encoder, self.protocol, "encoder")
        self._decoder_layout = layout.read_decoder(self._decoder)
        self._encoder_layout = layout.read_encoder(self._encoder, self._decoder, side=side)
        return Wiring(
            self._encoder_layout.input,
            self._features(),
            layout.LOGITS,
            layout.SCORES,
            self._decoder_layout.mask_side,
        )

    @property
    def mask_side(self) -> int:
        """Side of the grid of logits."""
        return self._decoder_layout.mask_side

    def _features(self) -> dict[str, str]:
        return connect(self._encoder, self._decoder, [layout.EMBEDDING])

    def feeds(self, embedding: Embedding, prompt: Prompt, fit: Fit) -> Feeds:
        """`orig_im_size` is (1, 1): it only drives the up-sampling of the unused `masks`, which then costs
        next to nothing.
        """
        coordinates, labels = padded_tokens(prompt, fit)
        feeds: Feeds = {
            layout.EMBEDDING: embedding.arrays[layout.EMBEDDING],
            "point_coords": coordinates,
            "point_labels": labels,
            "mask_input": previous_logits(prompt, self._decoder_layout.mask_side),
            "has_mask_input": has_previous(prompt),
        }
        if self._decoder_layout.sized:
            feeds[layout.ORIGINAL_SIZE] = np.ones(2, np.float32)
        return feeds
