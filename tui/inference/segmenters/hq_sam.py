"""HQ-SAM: SAM v1 plus features of the encoder's early layers, for finer edges.

The encoder gives one array per global attention block, the decoder takes them stacked and uses the first
alone (Ke et al., "Segment Anything in High Quality"). So only the first is kept, a quarter of the memory:
12.6 MB for ViT-B, where all four would be 50.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tui.errors import ModelError
from tui.inference.embedding import Embedding
from tui.inference.preprocess import Fit
from tui.inference.recognise import axes, describe
from tui.inference.segmenters import sam_layout as layout
from tui.inference.segmenters.pair import Feeds, Runnable
from tui.inference.segmenters.sam import Sam
from tui.inference.segmenters.wiring import connect, fits
from tui.types.prompt import Prompt

INTERMEDIATE = "interm_embeddings"


class HqSam(Sam):
    """An HQ-SAM encoder and decoder as a `Segmenter`."""

    protocol = "hq-sam"

    _stacked: tuple[NDArray[np.generic], NDArray[np.generic]] | None = None

    def _features(self) -> dict[str, str]:
        features = connect(self._encoder, self._decoder, [layout.EMBEDDING])
        wanted = self._decoder.inputs[INTERMEDIATE].shape
        others = [name for name in self._encoder.outputs if name != features[layout.EMBEDDING]]
        first = min(others, key=lambda name: (len(name), name))
        given = self._encoder.outputs[first].shape
        if not (fits(given, wanted[1:]) or fits(given[1:], wanted[1:])):
            raise ModelError(
                f"{self._encoder.label} and {self._decoder.label} do not belong together",
                f"{describe(self._encoder)}; the decoder takes {axes(wanted)}",
                "Use the files of one model",
            )
        return {**features, INTERMEDIATE: first}

    def _encode(self, encoder: Runnable, image: NDArray[np.uint8]) -> Embedding:
        embedding = super()._encode(encoder, image)
        layers = embedding.arrays[INTERMEDIATE]
        if layers.ndim == len(self._decoder.inputs[INTERMEDIATE].shape):
            layers = layers[0].copy()
        return Embedding({**embedding.arrays, INTERMEDIATE: layers}, embedding.image_wh, embedding.encoder)

    def feeds(self, embedding: Embedding, prompt: Prompt, fit: Fit) -> Feeds:
        """The layers that the decoder does not use are zeros: pages never touched cost no time."""
        layer = embedding.arrays[INTERMEDIATE]
        if self._stacked is None or self._stacked[0] is not layer:
            stack = np.zeros((self._decoder.inputs[INTERMEDIATE].shape[0] or 1, *layer.shape), layer.dtype)
            stack[0] = layer
            self._stacked = layer, stack
        return {**super().feeds(embedding, prompt, fit), INTERMEDIATE: self._stacked[1]}
