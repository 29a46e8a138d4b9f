"""What a model costs: each step beside the bare runtime call that it comes down to.

The two run in turn, so that the ratio does not depend on how busy the machine is; the median counts.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tui.inference.detectors.base import Detector
from tui.inference.detectors.yolo import Yolo
from tui.inference.grounding.base import Grounder
from tui.inference.grounding.dino import GroundingDino
from tui.inference.grounding.sam3 import Sam3
from tui.inference.segmenters.base import Segmenter
from tui.inference.segmenters.pair import EncoderDecoder
from tui.inference.segmenters.refined import Refined
from tui.types.prompt import Point, Prompt

_WARM_UP, _LEAST = 2, 3
_LONGEST_S = 20.0
"""A step that has taken this long, and was run a few times, is not run again."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Median milliseconds of a step, and of the bare call; None where there is none."""

    ms: float
    bare_ms: float | None = None

    @property
    def ratio(self) -> float | None:
        """How many bare calls the step takes."""
        return self.ms / self.bare_ms if self.bare_ms else None


def picture(wh: tuple[int, int]) -> NDArray[np.uint8]:
    """Soft shapes with grain, RGB uint8 [H, W, 3], the same each time."""
    rng = np.random.default_rng(0)
    coarse = rng.integers(0, 256, (24, 32, 3)).astype(np.uint8)
    soft = cv2.resize(coarse, wh, interpolation=cv2.INTER_CUBIC).astype(np.int16)
    soft += rng.integers(-8, 9, soft.shape, np.int16)
    return np.clip(soft, 0, 255).astype(np.uint8)


def costs(
    model: Segmenter | Detector | Grounder, image: NDArray[np.uint8], phrases: Sequence[str], repeat: int
) -> Mapping[str, Cost]:
    """The costs of the steps that such a model has, by name, in their order. Raises what the model raises."""
    if isinstance(model, Yolo):
        return {"detect": _cost(lambda: model.detect(image), model.bare(image), repeat)}
    if isinstance(model, GroundingDino | Sam3):
        return {"ground": _cost(lambda: model.ground(image, phrases), model.bare(image, phrases), repeat)}
    if isinstance(model, Segmenter):
        return _segmenter_costs(model, image, repeat)
    raise TypeError(f"no steps are known of {type(model).__name__}")


def _segmenter_costs(model: Segmenter, image: NDArray[np.uint8], repeat: int) -> Mapping[str, Cost]:
    height, width = image.shape[:2]
    click = Prompt((Point(width * 0.4, height * 0.5),))
    bare: tuple[Callable[[], object] | None, ...] = (None, None)
    if isinstance(model, EncoderDecoder | Refined):
        bare = model.bare(image, click)
    embedding = model.encode(image)
    return {
        "encode": _cost(lambda: model.encode(image), bare[0], repeat),
        "decode": _cost(lambda: model.decode(embedding, click), bare[1], repeat),
    }


def _cost(step: Callable[[], object], bare: Callable[[], object] | None, repeat: int) -> Cost:
    ours: list[float] = []
    theirs: list[float] = []
    begun = time.perf_counter()
    for turn in range(repeat + _WARM_UP):
        if len(ours) >= _LEAST and time.perf_counter() - begun > _LONGEST_S:
            break
        for times, run in ((theirs, bare), (ours, step)):
            if run is None:
                continue
            start = time.perf_counter()
            run()
            if turn >= _WARM_UP:
                times.append((time.perf_counter() - start) * 1e3)
    return Cost(statistics.median(ours), statistics.median(theirs) if theirs else None)
