"""Stand-ins that behave: each passes the same suite as the real thing it stands for."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tui.geometry.masks import stability
from tui.inference.cancel import check
from tui.inference.embedding import Embedding
from tui.inference.segmenters.base import Limits
from tui.types.instance import Candidate
from tui.types.prompt import Prompt
from tui.types.shapes import Box, LogitMask

GRID = 96
"""Cells of the fake's grid on the image's longest side."""

EXTENTS = ((1.0, 0.7), (0.6, 0.9), (0.3, 0.8))
"""Size factor and score of whole, part and subpart; the middle one is the best."""


class FakeSegmenter:
    """Discs around positive points minus discs around negative ones; a box gives its inscribed ellipse.

    The largest disc has a fifth of the image's shorter side as radius, a negative disc a third of that.
    Deterministic. `delay("encode")` and `delay("decode")` are called before the work: a test makes them wait
    on an event to order threads, or raise to play a failing model. `encoded` and `decoded` record the calls.
    """

    def __init__(
        self,
        *,
        name: str = "fake",
        limits: Limits | None = None,
        delay: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.name = name
        self.provider = "CPU"
        self.fingerprint = f"{name}-1"
        self.limits = limits or Limits()
        self.encoded: list[tuple[int, int]] = []
        self.decoded: list[Prompt] = []
        self.closed = False
        self._delay = delay

    def encode(self, image: NDArray[np.uint8]) -> Embedding:
        check()
        self._delay("encode")
        height, width = image.shape[:2]
        self.encoded.append((width, height))
        return Embedding(
            {"mean": image.mean(axis=(0, 1), dtype=np.float32)}, (width, height), self.fingerprint
        )

    def decode(self, embedding: Embedding, prompt: Prompt) -> tuple[Candidate, ...]:
        if prompt.empty:
            raise ValueError("an empty prompt has no answer")
        if embedding.encoder != self.fingerprint:
            raise ValueError("the embedding was made by another segmenter")
        self._delay("decode")
        self.decoded.append(prompt)
        return tuple(_candidate(prompt, embedding.image_wh, factor, score=score) for factor, score in EXTENTS)

    def close(self) -> None:
        self.closed = True


def _candidate(prompt: Prompt, image_wh: tuple[int, int], factor: float, *, score: float) -> Candidate:
    """One candidate; logits are signed distances in grid cells, cut at 8."""
    width, height = image_wh
    cell = max(width, height) / GRID
    columns, rows = max(1, round(width / cell)), max(1, round(height / cell))
    x = (np.arange(columns) + 0.5) * width / columns
    y = ((np.arange(rows) + 0.5) * height / rows)[:, None]
    radius = min(width, height) / 5
    inside = np.full((rows, columns), -np.inf)
    if prompt.box:
        inside = np.maximum(inside, _ellipse(x, y, prompt.box, factor))
    for point in (p for p in prompt.points if p.positive):
        inside = np.maximum(inside, radius * factor - np.hypot(x - point.x, y - point.y))
    for point in (p for p in prompt.points if not p.positive):
        inside = np.minimum(inside, np.hypot(x - point.x, y - point.y) - radius / 3)
    logits = np.clip(inside / cell, -8, 8).astype(np.float32)
    return Candidate(LogitMask(logits, Box(0, 0, width, height)), score, stability(logits))


def _ellipse(x: NDArray[np.float64], y: NDArray[np.float64], box: Box, factor: float) -> NDArray[np.float64]:
    """About the signed distance to the ellipse inscribed in `box`, shrunk by `factor`; positive inside."""
    (cx, cy), half = box.center, (max(box.width / 2, 1e-6), max(box.height / 2, 1e-6))
    relative = np.hypot((x - cx) / (half[0] * factor), (y - cy) / (half[1] * factor))
    distance: NDArray[np.float64] = (1 - relative) * min(half) * factor
    return distance
