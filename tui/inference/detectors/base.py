"""What every detector offers, whatever is behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from tui.types.detections import Detection

DetectorTask = Literal["detect", "segment", "obb"]
"""What a detector answers with: boxes, boxes with masks, or oriented boxes."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Which answers count.

    A detection needs a score above `confidence`. Of two of one class with an IoU above `iou` the better one
    stays (a model that suppresses by itself does not ask). `classes` are ids of the model's own classes, or
    None for all. At most `limit` are given, best first.
    """

    confidence: float = 0.25
    iou: float = 0.45
    classes: frozenset[int] | None = None
    limit: int = 300


@dataclass(frozen=True, slots=True)
class DetectorOptions:
    """What the person says about a model file; None leaves it to the file's metadata.

    `names` by class id. `input_wh` is the size of the model's input in pixels where the graph leaves it free.
    `stride` is the coarsest step of the model's grid in pixels. `rectangular` lets a graph with a free input
    size see the image without the padding that would make it square: faster for wide images, but boxes
    differ a little from those of the square.
    """

    names: tuple[str, ...] | None = None
    input_wh: tuple[int, int] | None = None
    stride: int | None = None
    task: DetectorTask | None = None
    rectangular: bool = False


class Detector(Protocol):
    """Finds objects of the classes it was trained on. Called by one thread at a time."""

    @property
    def name(self) -> str:
        """The manifest's name, or the file's without its suffix."""
        ...

    @property
    def provider(self) -> str:
        """What really runs it: `CPU`, `CUDA`, ..."""
        ...

    @property
    def fingerprint(self) -> str:
        """Digest of the model's file."""
        ...

    @property
    def classes(self) -> tuple[str, ...]:
        """The model's class names by id. They come from a file: show them through `printable`."""
        ...

    @property
    def task(self) -> DetectorTask: ...

    @property
    def thresholds(self) -> Thresholds:
        """What suits this model when the person does not say."""
        ...

    def detect(self, image: NDArray[np.uint8], thresholds: Thresholds | None = None) -> tuple[Detection, ...]:
        """Objects in `image` (RGB uint8 [H, W, 3], upright), best score first; None means `self.thresholds`.

        Raises ModelError when the model fails, `tui.inference.runtime.Interrupted` after `interrupt`.
        """
        ...

    def interrupt(self) -> None:
        """Stop the detection in progress, if there is one."""
        ...

    def close(self) -> None:
        """Release sessions and memory."""
        ...
