"""Prompts to masks: decode, choose among the candidates, and what the next prompt takes along."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

from tui.geometry.contours import trace
from tui.inference.embedding import Embedding
from tui.inference.segmenters.base import Segmenter
from tui.types.instance import Candidate, Task, Traced
from tui.types.prompt import Point, Prompt
from tui.types.shapes import LogitMask


@dataclass(frozen=True, slots=True, eq=False)
class Segmentation:
    """The answer to one prompt, the choice first and then the others by score.

    `candidates[selected]` is the choice; `ms` is the time it took.
    """

    candidates: tuple[Candidate, ...]
    selected: int
    ms: float

    @property
    def chosen(self) -> Candidate:
        return self.candidates[self.selected]


def segment(segmenter: Segmenter, embedding: Embedding, prompt: Prompt) -> Segmentation:
    """Decode `prompt` and choose a candidate.

    Raises ValueError for an empty prompt, UsageError for one beyond the segmenter's limits, ModelError when
    the model fails.
    """
    start = time.perf_counter()
    candidates = segmenter.decode(embedding, prompt)
    chosen = candidates[choose(candidates, prompt.points)]
    return Segmentation(ranked(candidates, chosen), 0, (time.perf_counter() - start) * 1e3)


def ranked(candidates: tuple[Candidate, ...], chosen: Candidate) -> tuple[Candidate, ...]:
    """The candidates in the order they are shown: the chosen one, then the others by score."""
    others = (other for other in candidates if other is not chosen)
    return (chosen, *sorted(others, key=_worth, reverse=True))


def choose(candidates: tuple[Candidate, ...], points: tuple[Point, ...]) -> int:
    """Index of the candidate that satisfies most prompt points; among equals the best score, then the first.

    Points come before the score because a score is a guess and a click is a statement. A score that is not
    a number counts as the worst.
    """

    def merit(index: int) -> tuple[int, float, int]:
        candidate = candidates[index]
        return satisfied(candidate.mask, points), _worth(candidate), -index

    return max(range(len(candidates)), key=merit)


def _worth(candidate: Candidate) -> float:
    return candidate.score if math.isfinite(candidate.score) else -math.inf


def satisfied(mask: LogitMask, points: tuple[Point, ...]) -> int:
    """How many points lie on the side of the mask's edge that they ask for."""
    return sum((logit_at(mask, p.x, p.y) > 0) == p.positive for p in points)


def logit_at(mask: LogitMask, x: float, y: float) -> float:
    """The mask's logit at the centre of the image pixel that holds (x, y), bilinear on the coarse grid.

    The pixel's centre, because that is where `geometry.masks.rasterize` samples: a click then counts as
    satisfied when the pixel under it gets the asked-for side. A place beyond the region is outside: -inf.
    """
    region, (height, width) = mask.region, mask.logits.shape
    x, y = math.floor(x) + 0.5, math.floor(y) + 0.5
    if not (region.x0 <= x < region.x1 and region.y0 <= y < region.y1):
        return -math.inf
    left, right, across = _taps((x - region.x0) / region.width * width - 0.5, width)
    upper, lower, down = _taps((y - region.y0) / region.height * height - 0.5, height)
    top = (1 - across) * float(mask.logits[upper, left]) + across * float(mask.logits[upper, right])
    bottom = (1 - across) * float(mask.logits[lower, left]) + across * float(mask.logits[lower, right])
    return (1 - down) * top + down * bottom


def trace_candidate(
    candidate: Candidate, image_wh: tuple[int, int], task: Task, coarseness: float = 1.0
) -> Traced | None:
    """The candidate at full image resolution in the task's shape, or None when its mask is empty."""
    return trace(candidate.mask, image_wh, task, coarseness=coarseness)


def _taps(position: float, size: int) -> tuple[int, int, float]:
    """The two grid indices around `position` and the weight of the second; edges are repeated."""
    position = min(max(position, 0.0), size - 1.0)
    low = int(position)
    return low, min(low + 1, size - 1), position - low
