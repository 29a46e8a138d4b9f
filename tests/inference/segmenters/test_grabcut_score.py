"""The predicted IoU: its range, and that it tells a good cut from a bad one."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from tui.inference.segmenters.grabcut_cut import Cut, look
from tui.inference.segmenters.grabcut_score import FEATURES, Situation, mask_iou, measure, predicted_iou

SIDE = 80
YS, XS = np.mgrid[:SIDE, :SIDE]


def disc(cx: float, cy: float, r: float) -> NDArray[np.bool_]:
    return np.asarray((XS - cx) ** 2 + (YS - cy) ** 2 <= r * r)


def score(situation: Situation, mask: NDArray[np.bool_]) -> float:
    true = disc(40, 40, 20)
    grain = np.random.default_rng(0).normal(0, 8, (SIDE, SIDE, 3))
    rgb = np.clip(np.where(true[..., None], (200, 60, 50), (60, 90, 200)) + grain, 0, 255)
    seen = measure(look(rgb.astype(np.uint8)), Cut(mask, mask), expected=true, share=0.2)
    return predicted_iou(situation, (*seen, 0.8, 0.0, 0.0))


@pytest.mark.parametrize("situation", ["box", "first", "later"])
def test_a_mask_on_the_edges_scores_higher_than_one_beside_them(situation: Situation) -> None:
    right, shifted, small = (
        score(situation, m) for m in (disc(40, 40, 20), disc(52, 40, 20), disc(40, 40, 9))
    )
    assert right > shifted
    assert right > small


@pytest.mark.parametrize("mask", [np.zeros((SIDE, SIDE), bool), np.ones((SIDE, SIDE), bool)])
@pytest.mark.parametrize("situation", ["box", "first", "later"])
def test_scores_of_empty_and_full_masks_are_numbers(situation: Situation, mask: NDArray[np.bool_]) -> None:
    assert 0 <= score(situation, mask) <= 1


def test_features_and_their_names_agree() -> None:
    mask = disc(40, 40, 20)
    view = look(np.zeros((SIDE, SIDE, 3), np.uint8))
    seen = measure(view, Cut(mask, mask), expected=mask, share=1.0)
    assert len(seen) + 3 == len(FEATURES)
    assert seen[FEATURES.index("prior")] == seen[FEATURES.index("steady")] == 1.0
    assert seen[FEATURES.index("fill")] == pytest.approx(mask.mean())


def test_iou_of_masks() -> None:
    a, b = disc(40, 40, 20), disc(40, 40, 10)
    assert mask_iou(a, a) == 1.0
    assert mask_iou(a, b) == pytest.approx(b.sum() / a.sum())
    assert mask_iou(a & ~a, a & ~a) == 0.0
