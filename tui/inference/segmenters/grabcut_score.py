"""How good a cut probably is: a predicted IoU from what can be seen without the truth.

A logistic regression for each situation, fitted on the training photos by `tests/bench/grabcut_score_fit.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from tui.inference.segmenters.grabcut_cut import Cut, View

Situation = Literal["box", "first", "later"]
"""A fresh box, a fresh click, or a correction with the previous mask."""

FEATURES = (
    "one", "edges", "border", "fill", "size", "apart", "ring", "prior", "steady",
    "agreement", "second", "third",
)  # fmt: skip

_WEIGHTS: Mapping[Situation, tuple[float, ...]] = MappingProxyType(
    {
        "box": (-1.36, 0.74, 0.12, 0.00, 0.04, 0.78, 1.11, -0.08, 0.31, 0.62, 0.08, -0.06),
        "first": (-2.16, 1.27, -0.31, -0.03, 0.15, 0.91, 1.36, -0.09, -0.12, 0.22, 0.26, -0.14),
        "later": (-4.09, 1.33, -0.83, 1.08, -0.25, 0.53, 1.89, 1.44, 0.46, 0.25, 0.13, 0.16),
    }
)
"""Weights in the order of `FEATURES`. "first" and "later" come from click sequences that an unfitted score
steered, "box" from a second fit on top of them. Clicks under that second fit correlate better and yet rank
worse (validation photos, three clicks: 0.674 against 0.723), so each row is the one that ranks best."""


def predicted_iou(situation: Situation, values: Sequence[float]) -> float:
    """Expected IoU in 0..1 for `values` in the order of `FEATURES`."""
    return float(1.0 / (1.0 + np.exp(-np.dot(_WEIGHTS[situation], values))))


def measure(view: View, cut: Cut, *, expected: NDArray[np.bool_], share: float) -> tuple[float, ...]:
    """The first nine of `FEATURES`: those that a cut shows by itself.

    `expected` is where the prior alone puts the object; `share` the part of the image that the view covers.
    In order: one; how much of the outline lies on edges stronger than the view's mean; how much of the
    view's border the mask touches; its part of the view; log of its part of the image, by five; Bhattacharyya
    distance between its palette and that of the rest, and that of the ring around it; IoU with `expected`;
    IoU with the draft before the cut.
    """
    mask = cut.mask
    if not mask.any():
        return (1.0, *(0.0,) * 8)
    square = np.ones((3, 3), np.uint8)
    pixels = mask.astype(np.uint8)
    rim = (cv2.dilate(pixels, square) - cv2.erode(pixels, square, borderValue=1)) > 0
    strength = _edge_strength(view)
    fill = float(mask.mean())
    around = _ring(pixels)
    return (
        1.0,
        float((strength[rim] > strength.mean()).mean()) if rim.any() else 0.0,
        float(np.concatenate([mask[0], mask[-1], mask[:, 0], mask[:, -1]]).mean()),
        fill,
        float(np.log(max(share * fill, 1e-5))) / 5,
        _distance(view.colour[mask], view.colour[~mask]),
        _distance(view.colour[mask], view.colour[around]),
        mask_iou(mask, expected),
        mask_iou(mask, cut.draft),
    )


def mask_iou(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> float:
    """Intersection over union; 0 where both are empty."""
    union = int((a | b).sum())
    return float((a & b).sum() / union) if union else 0.0


def _edge_strength(view: View) -> NDArray[np.float32]:
    across, down = (cv2.Sobel(view.edges, cv2.CV_32F, dx, 1 - dx) for dx in (1, 0))
    strength = np.sqrt((across * across + down * down).sum(axis=2))
    return np.asarray(strength, dtype=np.float32)


def _ring(pixels: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """The surroundings of a mask, as wide as a third of the radius of a disc of its area."""
    reach = max(2, round(0.3 * float(np.sqrt(pixels.sum() / np.pi))))
    kernel = np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)
    return (cv2.dilate(pixels, kernel) > pixels).astype(bool)


def _distance(a: NDArray[np.int32], b: NDArray[np.int32]) -> float:
    """1 minus the Bhattacharyya coefficient of two sets of palette indices, 0 alike to 1 apart."""
    if not len(a) or not len(b):
        return 0.0
    count = int(max(a.max(), b.max())) + 1
    p, q = np.bincount(a, minlength=count) / len(a), np.bincount(b, minlength=count) / len(b)
    return 1.0 - float(np.sqrt(p * q).sum())
