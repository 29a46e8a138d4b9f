"""EdgeSAM in its own export: SAM v1's tokens, four masks with stability scores, no mask input, no sizes."""

from __future__ import annotations

from tui.inference.embedding import Embedding
from tui.inference.preprocess import Fit
from tui.inference.recognise import expect
from tui.inference.segmenters import sam_layout as layout
from tui.inference.segmenters.base import Limits
from tui.inference.segmenters.longest_side import LongestSide
from tui.inference.segmenters.pair import Feeds, Wiring
from tui.inference.segmenters.prompt_tokens import padded_tokens
from tui.inference.segmenters.wiring import connect, need
from tui.types.prompt import Prompt

_LOGITS, _SCORES = "masks", "scores"


class EdgeSam(LongestSide):
    """An EdgeSAM encoder and decoder as a `Segmenter`; a candidate's score is the graph's own stability."""

    limits = Limits(mask_input=False)

    def _connect(self, side: int | None) -> Wiring:
        expect(self._decoder, "edge-sam", "decoder")
        expect(self._encoder, "edge-sam", "encoder")
        need(self._decoder, "decoder", outputs=(_LOGITS, _SCORES))
        self._encoder_layout = layout.read_encoder(self._encoder, self._decoder, side=side)
        features = connect(self._encoder, self._decoder, [layout.EMBEDDING])
        return Wiring(self._encoder_layout.input, features, _LOGITS, _SCORES)

    def feeds(self, embedding: Embedding, prompt: Prompt, fit: Fit) -> Feeds:
        coordinates, labels = padded_tokens(prompt, fit)
        return {
            layout.EMBEDDING: embedding.arrays[layout.EMBEDDING],
            "point_coords": coordinates,
            "point_labels": labels,
        }
