"""Fits the score weights of the bundled segmenter on photos with true masks.

    python tests/bench/grabcut_score_fit.py DIR [DIR ...] --per-folder 40

For every candidate that a fresh box, a first click and two corrections offer (prompts as in `quality.py`) the
features are recorded together with the candidate's true IoU; a logistic regression with a ridge predicts the
one from the other. Prints the table for `tui/inference/segmenters/grabcut_score.py`, and for each situation
the correlation in a two-fold cross-validation over photos, the mean IoU of the candidate that the held-out
scores put first, and the mean of the best one. Use photos on which nothing is reported.
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from quality import Photo, Truth, loose_box, mask_iou, next_click, photos

from tui.geometry.masks import full_mask
from tui.inference.embedding import Embedding
from tui.inference.segmenters import grabcut
from tui.inference.segmenters.grabcut_score import FEATURES, Situation
from tui.pipelines.segment import choose
from tui.types.prompt import Prompt

Values = NDArray[np.float64]
Sample = tuple[str, str, tuple[float, ...], float]
"""Photo, prompt, features, true IoU."""

CLICKS, RIDGE = 3, 3.0


class Recorder:
    """Runs prompts and keeps what the score was computed from."""

    def __init__(self) -> None:
        self.samples: dict[Situation, list[Sample]] = defaultdict(list)
        self._seen: list[tuple[Situation, tuple[float, ...]]] = []
        self._score = grabcut.predicted_iou
        grabcut.predicted_iou = self._predict
        self._segmenter = grabcut.GrabCut()

    def _predict(self, situation: Situation, values: Sequence[float]) -> float:
        self._seen.append((situation, tuple(values)))
        return self._score(situation, values)

    def photo(self, photo: Photo) -> None:
        embedding = self._segmenter.encode(photo.rgb)
        for truth in photo.truths:
            box = loose_box(truth.box, embedding.image_wh, truth.key)
            self._answer(embedding, Prompt(box=box), photo, truth)
            prompt, mask = Prompt(), np.zeros_like(truth.mask)
            for _ in range(CLICKS):
                points = (*prompt.points, next_click(truth.mask, mask, photo.ignore))
                prompt = Prompt(points, None, prompt.previous)
                prompt, mask = self._answer(embedding, prompt, photo, truth)

    def _answer(
        self, embedding: Embedding, prompt: Prompt, photo: Photo, truth: Truth
    ) -> tuple[Prompt, NDArray[np.bool_]]:
        self._seen.clear()
        candidates = self._segmenter.decode(embedding, prompt)
        masks = [full_mask(c.mask, embedding.image_wh) for c in candidates]
        label = f"{truth.key}:{len(prompt.points)}"
        for (situation, values), mask in zip(self._seen, masks, strict=True):
            sample = (truth.key.rpartition(":")[0], label, values, mask_iou(mask, truth.mask, photo.ignore))
            self.samples[situation].append(sample)
        selected = choose(candidates, prompt.points)
        return Prompt(prompt.points, prompt.box, candidates[selected].mask), masks[selected]


def fit(features: Values, ious: Values) -> Values:
    """Weights of a logistic regression onto soft targets, by Newton's method; the constant is not shrunk."""
    weights = np.zeros(features.shape[1])
    ridge = np.diag([1e-3, *[RIDGE] * (len(weights) - 1)])
    for _ in range(30):
        predicted = 1 / (1 + np.exp(-features @ weights))
        curvature = (features * (predicted * (1 - predicted))[:, None]).T @ features + ridge
        weights -= np.linalg.solve(curvature, features.T @ (predicted - ious) + ridge @ weights)
    return weights


def held_out(samples: Sequence[Sample], features: Values, ious: Values) -> Values:
    """Score logits of each sample under weights fitted without its photo's half."""
    names = sorted({sample[0] for sample in samples})
    half = np.isin([sample[0] for sample in samples], names[::2])
    logits = np.zeros(len(ious))
    for part in (half, ~half):
        logits[part] = features[part] @ fit(features[~part], ious[~part])
    return logits


def report(situation: str, samples: Sequence[Sample]) -> None:
    """Print one line of the table and how well it does."""
    features, ious = np.array([s[2] for s in samples]), np.array([s[3] for s in samples])
    logits = held_out(samples, features, ious)
    groups: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for sample, logit in zip(samples, logits, strict=True):
        groups[sample[1]].append((logit, sample[3]))
    first = np.mean([max(group)[1] for group in groups.values()])
    best = np.mean([max(iou for _, iou in group) for group in groups.values()])
    r = np.corrcoef(1 / (1 + np.exp(-logits)), ious)[0, 1]
    print(f'"{situation}": ({", ".join(f"{w:.2f}" for w in fit(features, ious))}),')
    print(f"    # n {len(ious)}, r {r:.3f}, first {first:.3f}, best {best:.3f}")


def main() -> int:
    """Parse the arguments, record, fit, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--per-folder", type=int, default=40, help="photos drawn from each folder")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    recorder = Recorder()
    for folder in args.folders:
        chosen = list(photos(folder, 2))
        for photo in random.Random(0).sample(chosen, min(args.per_folder, len(chosen))):
            recorder.photo(photo)
    print(", ".join(FEATURES))
    for situation, samples in sorted(recorder.samples.items()):
        report(situation, samples)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
