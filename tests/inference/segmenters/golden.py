"""PyTorch's answer to one prompt, and how far a candidate is from it.

Tolerances: low-resolution logits within 1 % of their standard deviation, scores within 0.01, IoU of the
full-size mask above 0.995. The mistakes that people make are 40 to 7000 times larger.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from inference import refmodels
from tui.types.instance import Candidate

LOGIT_TOLERANCE = 0.01
"""Of the logits' standard deviation."""


class Answer:
    """PyTorch's answer to one case ("<image>/<prompt>") of one golden file."""

    def __init__(self, file: str, key: str) -> None:
        answers = refmodels.golden(file)
        self.step = int(answers[f"{key}/low_step"])
        self.low = answers[f"{key}/low_res_s"]
        self.scores = answers[f"{key}/scores"].reshape(-1)
        self.stability = answers[f"{key}/stability"]
        self.areas = answers[f"{key}/mask_area"]
        shape = answers[f"{key}/full_shape"][-2:]
        bits = np.unpackbits(answers[f"{key}/mask_bits"])[: int(np.prod(shape))]
        self.mask = bits.astype(bool).reshape(shape)

    @property
    def best(self) -> int:
        return int(np.argmax(self.scores))

    def error(self, candidate: Candidate, index: int) -> float:
        """Largest difference of the logits in standard deviations of PyTorch's."""
        sampled = candidate.mask.logits[1 :: self.step, 1 :: self.step]
        return float(np.abs(sampled - self.low[index]).max() / self.low.std())

    def assert_low(self, candidate: Candidate, index: int) -> None:
        assert self.error(candidate, index) < LOGIT_TOLERANCE
        assert candidate.score == pytest.approx(np.clip(self.scores[index], 0, 1), abs=0.01)
        assert candidate.stability == pytest.approx(self.stability[index], abs=0.002)


def iou(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> float:
    union = np.count_nonzero(a | b)
    return np.count_nonzero(a & b) / union if union else 1.0
