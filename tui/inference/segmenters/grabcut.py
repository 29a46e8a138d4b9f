"""The segmenter without a network: GrabCut on a scaled crop, no weights, no downloads.

After Rother, Kolmogorov, Blake, "GrabCut" (2004): colour models and a minimum cut in turn. What makes it
usable with loose boxes and single clicks is the scaled crop (`grabcut_window`), a soft spatial prior where
the original has hard labels (`grabcut_prior`, `grabcut_cut`), a fallback where the cut collapses, and a
score that ranks several readings of the same prompt (`grabcut_score`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui.inference.cancel import check
from tui.inference.embedding import Embedding
from tui.inference.segmenters.base import Limits
from tui.inference.segmenters.grabcut_cut import Cut, Logits, View, look, segment_view
from tui.inference.segmenters.grabcut_mask import CLIP, hold, soft_edge, steadiness, touched
from tui.inference.segmenters.grabcut_prior import (
    FORBIDDEN,
    Guess,
    click_field,
    guesses_for,
    measure_previous,
    seed_map,
)
from tui.inference.segmenters.grabcut_score import Situation, mask_iou, measure, predicted_iou
from tui.inference.segmenters.grabcut_window import Window, clamp_points
from tui.types.instance import Candidate
from tui.types.prompt import Point, Prompt
from tui.types.shapes import LogitMask

_FINGERPRINT = "grabcut-1"
_SMALLEST_SHARE = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class _Solved:
    """One guess worked out: its mask and the features that do not depend on the other guesses."""

    window: Window
    logits: Logits
    seen: tuple[float, ...]


class GrabCut:
    """`Segmenter` without a network; see the module's docstring."""

    @property
    def name(self) -> str:
        """`grabcut`."""
        return "grabcut"

    @property
    def provider(self) -> str:
        """Always `CPU`."""
        return "CPU"

    @property
    def fingerprint(self) -> str:
        """Version of what `encode` keeps."""
        return _FINGERPRINT

    @property
    def limits(self) -> Limits:
        """Every prompt is taken."""
        return Limits()

    def encode(self, image: NDArray[np.uint8]) -> Embedding:
        """Keep the image (RGB uint8 [H, W, 3], not copied): nothing is known before the prompt."""
        check()
        height, width = image.shape[:2]
        return Embedding({"image": np.ascontiguousarray(image)}, (width, height), _FINGERPRINT)

    def decode(self, embedding: Embedding, prompt: Prompt) -> tuple[Candidate, ...]:
        """Three readings of the prompt; the same prompt gives the same answer.

        A fresh box: led by colour, led by the usual shape in a box, and a smaller object. A fresh click:
        whole, part, subpart. With a previous mask: close to it, following the colours from it, and wider.
        Positive points beyond a box stretch it; points beyond the image count at its border. Raises
        ValueError for an empty prompt.
        """
        if prompt.empty:
            raise ValueError("an empty prompt: it needs a point or a box")
        image = np.asarray(embedding.arrays["image"], dtype=np.uint8)
        points = clamp_points(prompt.points, embedding.image_wh)
        views: dict[Window, View] = {}
        solved = []
        for guess in guesses_for(prompt, embedding.image_wh):
            if guess.window not in views:
                views[guess.window] = look(guess.window.sample(image))
            solved.append(_solve(guess, views[guess.window], points, embedding.image_wh))
        situation = _situation(prompt)
        return tuple(_candidate(k, solved, situation) for k in range(len(solved)))

    def close(self) -> None:
        """Nothing is held."""


def _situation(prompt: Prompt) -> Situation:
    if measure_previous(prompt.previous) is not None:
        return "later"
    return "first" if prompt.box is None else "box"


def _solve(guess: Guess, view: View, points: Sequence[Point], image_wh: tuple[int, int]) -> _Solved:
    window = guess.window
    seeds = seed_map(window, points)
    forbidden = guess.prior <= FORBIDDEN
    seeds[forbidden] = -1
    prior = guess.prior + click_field(guess, view, points)
    cut = segment_view(view, prior, seeds)
    mask = touched(cut.mask, seeds)
    expected = ((prior > 0) | (seeds > 0)) & (seeds >= 0)
    if mask.sum() < _SMALLEST_SHARE * expected.sum():
        mask = expected
    share = window.region.area / (image_wh[0] * image_wh[1])
    seen = measure(view, Cut(mask, cut.draft), expected=prior > 0, share=share)
    return _Solved(window, hold(soft_edge(mask), window.region, points), seen)


def _candidate(index: int, solved: Sequence[_Solved], situation: Situation) -> Candidate:
    """The candidate with its score, for which its agreement with the others counts too."""
    mine = solved[index]
    mask = LogitMask(mine.logits, mine.window.region)
    agreement = [_agreement(mine, other) for other in solved if other is not mine]
    values = (*mine.seen, float(np.mean(agreement)), float(index == 1), float(index == 2))
    return Candidate(mask, predicted_iou(situation, values), steadiness(mine.logits))


def _agreement(mine: _Solved, other: _Solved) -> float:
    theirs = other.logits
    if other.window != mine.window:
        theirs = mine.window.resample(LogitMask(theirs, other.window.region), -CLIP)
    return mask_iou(mine.logits > 0, theirs > 0)
