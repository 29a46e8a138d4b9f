"""Stand-ins for models that find objects by themselves; each passes the same suite as the real thing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from tui.inference.detectors.base import DetectorTask, Thresholds
from tui.inference.grounding.base import GroundingThresholds
from tui.types.detections import Detection
from tui.types.shapes import Box


class FakeDetector:
    """Finds connected bright areas (a channel above 128); the class is the brightest channel.

    The score is the area's share of its box. Deterministic. `delay` is called before the work: a test makes
    it wait, or raise to play a failing model. `calls` counts.
    """

    def __init__(
        self,
        *,
        name: str = "fake-detector",
        classes: tuple[str, ...] = ("red", "green", "blue"),
        delay: Callable[[], None] = lambda: None,
    ) -> None:
        self.name = name
        self.provider = "CPU"
        self.fingerprint = f"{name}-1"
        self.classes = classes
        self.task: DetectorTask = "detect"
        self.thresholds = Thresholds()
        self.calls = 0
        self.closed = False
        self._delay = delay

    def detect(self, image: NDArray[np.uint8], thresholds: Thresholds | None = None) -> tuple[Detection, ...]:
        self._delay()
        self.calls += 1
        limits = thresholds or self.thresholds
        found = [d for d in _bright(image) if d.score > limits.confidence]
        wanted = [d for d in found if limits.classes is None or d.class_id in limits.classes]
        return tuple(sorted(wanted, key=lambda d: -d.score)[: limits.limit])

    def interrupt(self) -> None:
        pass

    def close(self) -> None:
        self.closed = True


class FakeGrounder:
    """Understands the phrases "red", "green" and "blue", with anything around the word."""

    def __init__(self, *, name: str = "fake-grounder") -> None:
        self.name = name
        self.provider = "CPU"
        self.fingerprint = f"{name}-1"
        self.asked: list[tuple[str, ...]] = []
        self.closed = False

    def ground(
        self,
        image: NDArray[np.uint8],
        phrases: Sequence[str],
        thresholds: GroundingThresholds | None = None,
    ) -> tuple[Detection, ...]:
        if not phrases:
            raise ValueError("no phrase to look for")
        limits = thresholds or GroundingThresholds()
        self.asked.append(tuple(phrases))
        colours = ("red", "green", "blue")
        meant = {i: n for n, phrase in enumerate(phrases) for i, word in enumerate(colours) if word in phrase}
        found = [Detection(d.box, d.score, meant[d.class_id]) for d in _bright(image) if d.class_id in meant]
        return tuple(
            sorted((d for d in found if d.score > limits.confidence), key=lambda d: -d.score)[: limits.limit]
        )

    def interrupt(self) -> None:
        pass

    def close(self) -> None:
        self.closed = True


def _bright(image: NDArray[np.uint8]) -> list[Detection]:
    found = []
    for channel in range(3):
        own = (image[..., channel] > 128) & (image.argmax(axis=2) == channel)
        count, _, stats, _ = cv2.connectedComponentsWithStats(own.astype(np.uint8))
        for x, y, width, height, area in stats[1:count].tolist():
            box = Box(float(x), float(y), float(x + width), float(y + height))
            found.append(Detection(box, area / (width * height), channel))
    return found
