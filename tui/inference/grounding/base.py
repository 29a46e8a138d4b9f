"""What every model that finds things by words offers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tui.types.detections import Detection


@dataclass(frozen=True, slots=True)
class GroundingThresholds:
    """Which answers count.

    A detection needs a phrase with a score above `confidence`. Of two of one phrase with an IoU above `iou`
    the better one stays. At most `limit` are given, best first.
    """

    confidence: float = 0.30
    iou: float = 0.7
    limit: int = 300


class Grounder(Protocol):
    """Finds objects that are described in words. Called by one thread at a time."""

    @property
    def name(self) -> str:
        """The manifest's name."""
        ...

    @property
    def provider(self) -> str:
        """What really runs it: `CPU`, `CUDA`, ..."""
        ...

    @property
    def fingerprint(self) -> str:
        """Digest of the model's files."""
        ...

    def ground(
        self,
        image: NDArray[np.uint8],
        phrases: Sequence[str],
        thresholds: GroundingThresholds | None = None,
    ) -> tuple[Detection, ...]:
        """Objects in `image` (RGB uint8 [H, W, 3], upright) that a phrase describes, best score first.

        None means the thresholds that suit the model. A detection has a mask where the model makes masks.
        A detection's `class_id` is the index of its phrase. Raises ValueError without phrases, UsageError
        for phrases that the model cannot take, ModelError when the model fails, and
        `tui.inference.runtime.Interrupted` after `interrupt`.
        """
        ...

    def interrupt(self) -> None:
        """Stop the search in progress, if there is one."""
        ...

    def close(self) -> None:
        """Release sessions and memory."""
        ...
