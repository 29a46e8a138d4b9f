"""Grounding DINO: boxes for phrases.

Liu et al., "Grounding DINO: Marrying DINO with Grounded Pre-Training for Open-Set Object Detection", 2023.
The reference joins all tokens over a threshold to a box's name, which merges phrases ("red disc person").
Here a phrase's score is the best of its own tokens and a box belongs to its best phrase, which is exact.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from tui.errors import ModelError
from tui.geometry.nms import class_nms
from tui.inference.grounding import dino_layout as layout
from tui.inference.grounding.base import GroundingThresholds
from tui.inference.grounding.tokens import Caption, Tokenizer
from tui.inference.runtime import Session
from tui.types.detections import Detection
from tui.types.shapes import Box


class GroundingDino:
    """A model in either layout as a `Grounder`."""

    def __init__(self, session: Session, tokenizer: Tokenizer, *, name: str, digest: str) -> None:
        """Raises ModelError when the graph is no Grounding DINO."""
        self._layout = layout.read_layout(session)
        self._session, self._tokenizer = session, tokenizer
        self._name, self._digest = name, digest

    @property
    def name(self) -> str:
        return self._name

    @property
    def provider(self) -> str:
        return self._session.provider

    @property
    def note(self) -> str:
        """Why the provider is not the wanted one, "" when it is."""
        return self._session.note

    @property
    def fingerprint(self) -> str:
        return self._digest

    def ground(
        self,
        image: NDArray[np.uint8],
        phrases: Sequence[str],
        thresholds: GroundingThresholds | None = None,
    ) -> tuple[Detection, ...]:
        """Overlapping boxes of one phrase are suppressed, which the reference leaves to the caller."""
        if not phrases:
            raise ValueError("no phrase to look for")
        limits = thresholds or GroundingThresholds()
        logits, boxes, caption = self.answer(image, phrases)
        scores = phrase_scores(logits, caption)
        best = scores.argmax(axis=1)
        score = scores.max(axis=1)
        corners = _in_image(boxes, (image.shape[1], image.shape[0]))
        sized = (corners[:, 2] > corners[:, 0]) & (corners[:, 3] > corners[:, 1])
        some = np.flatnonzero((score > limits.confidence) & sized)
        kept = some[class_nms(corners[some], score[some], best[some], limits.iou, limit=limits.limit)]
        return tuple(Detection(Box(*corners[i].tolist()), float(score[i]), int(best[i])) for i in kept)

    def answer(
        self, image: NDArray[np.uint8], phrases: Sequence[str]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], Caption]:
        """The model's own answer: token logits [Q, S] and boxes [Q, 4] (centre, size, in 0..1 of the image).

        With them the caption whose tokens the logits are for.
        """
        caption = self._tokenizer.caption(phrases)
        answers = self._session.run([layout.LOGITS, self._layout.boxes], self._feeds(image, caption))
        logits, boxes = (np.asarray(a, np.float32) for a in answers)
        count = len(caption.ids)
        if logits.ndim != 3 or logits.shape[2] < count or boxes.shape != (1, logits.shape[1], 4):
            raise ModelError(
                f"{self._session.label} failed", f"its answer has the shapes {logits.shape} and {boxes.shape}"
            )
        if np.isnan(logits[0, :, :count]).any() or not np.isfinite(boxes).all():
            raise ModelError(f"{self._session.label} failed", "its answer is not finite")
        return logits[0, :, :count], boxes[0], caption

    def bare(self, image: NDArray[np.uint8], phrases: Sequence[str]) -> Callable[[], object]:
        """The runtime call that a search comes down to, on inputs made ready: for measuring."""
        feeds = self._feeds(image, self._tokenizer.caption(phrases))
        return lambda: self._session.run([layout.LOGITS, self._layout.boxes], feeds)

    def _feeds(self, image: NDArray[np.uint8], caption: Caption) -> dict[str, NDArray[np.generic]]:
        canvas = layout.pixels(image, layout.input_wh(self._layout, (image.shape[1], image.shape[0])))
        return layout.feeds(self._session, self._layout, canvas, caption)

    def interrupt(self) -> None:
        self._session.terminate()

    def close(self) -> None:
        self._session.close()


def phrase_scores(logits: NDArray[np.float32], caption: Caption) -> NDArray[np.float32]:
    """Each phrase's score for each box, [Q, phrases] in 0..1: the best of the phrase's tokens."""
    best = np.stack([logits[:, start:stop].max(axis=1) for start, stop in caption.spans], axis=1)
    # The halved tangent is the logistic function without overflow for large negative logits.
    return np.asarray(0.5 * (1 + np.tanh(best / 2)), np.float32)


def _in_image(boxes: NDArray[np.float32], image_wh: tuple[int, int]) -> NDArray[np.float64]:
    """Normalised centre and size [Q, 4] as corners in image pixels, cut to the image."""
    centre, half = np.asarray(boxes[:, :2], np.float64), np.asarray(boxes[:, 2:], np.float64) / 2
    limits = np.array((*image_wh, *image_wh), np.float64)
    corners = np.concatenate([centre - half, centre + half], axis=1) * limits
    return np.asarray(np.clip(corners, 0, limits))
