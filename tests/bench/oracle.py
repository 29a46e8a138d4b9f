"""A segmenter that answers with the truth: what a session costs in keys when no model errs."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from quality import Mask, Photo, Truth, box_iou

from tui.inference.embedding import Embedding
from tui.inference.segmenters.base import Limits
from tui.types.instance import Candidate
from tui.types.prompt import Prompt
from tui.types.shapes import Box, LogitMask

_OFFERED = 3


class Oracle:
    """Knows the masks of its photos.

    A click is answered with the true masks that agree with most of the prompt's points, at most three, the
    smallest best; a box with the mask whose box fits best; a click on no object with an empty mask.
    """

    name = "oracle"
    provider = "CPU"
    fingerprint = "oracle-1"
    limits = Limits()

    def __init__(self, photos: Sequence[Photo]) -> None:
        self._truths: dict[int, tuple[tuple[Candidate, Mask, tuple[float, float, float, float]], ...]] = {}
        for photo in photos:
            self._truths[_digest(photo.rgb)] = tuple(
                (_candidate(truth), truth.mask, truth.box)
                for truth in sorted(photo.truths, key=lambda truth: int(truth.mask.sum()))
            )

    def encode(self, image: NDArray[np.uint8]) -> Embedding:
        """The embedding says which photo it is."""
        height, width = image.shape[:2]
        return Embedding({"photo": np.array([_digest(image)])}, (width, height), self.fingerprint)

    def decode(self, embedding: Embedding, prompt: Prompt) -> tuple[Candidate, ...]:
        """See the class."""
        truths = self._truths[int(embedding.arrays["photo"][0])]
        if not prompt.points and prompt.box is not None:
            box = prompt.box.xyxy
            return (max(truths, key=lambda truth: box_iou(truth[2], box))[0],)
        agreed = [(sum(_at(m, p.x, p.y) == p.positive for p in prompt.points), c) for c, m, _ in truths]
        if not any(_at(m, p.x, p.y) for _, m, _ in truths for p in prompt.points if p.positive):
            return (_NOTHING,)
        most = max(count for count, _ in agreed)
        return tuple(candidate for count, candidate in agreed if count == most)[:_OFFERED]

    def close(self) -> None:
        """Nothing is open."""


def _digest(rgb: NDArray[np.uint8]) -> int:
    return zlib.crc32(np.ascontiguousarray(rgb))


def _candidate(truth: Truth) -> Candidate:
    """The mask inside its box; smaller ones have better scores, so that parts come before wholes."""
    x0, y0, x1, y1 = (int(v) for v in truth.box)
    logits = np.where(truth.mask[y0:y1, x0:x1], np.float32(8), np.float32(-8))
    return Candidate(LogitMask(logits, Box(x0, y0, x1, y1)), 1.0 - float(truth.mask.mean()) / 2, 1.0)


_NOTHING = Candidate(LogitMask(np.full((1, 1), -8, np.float32), Box(0, 0, 1, 1)), 0.0, 0.0)


def _at(mask: Mask, x: float, y: float) -> bool:
    return bool(mask[min(int(y), mask.shape[0] - 1), min(int(x), mask.shape[1] - 1)])
