"""One small graph cut: colour models and a soft spatial prior give its terminal links.

OpenCV's `grabCut` takes a prior only as four hard labels, which is why a loose box or a single click works
badly with it. Its frozen evaluation mode is a general minimum cut, though: with one Gaussian for each side
that differ only in the mean of the first channel, that channel *is* the log-odds of the terminal links,
and the other two channels carry the colours between which the boundary is sought.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Logits = NDArray[np.float32]

_COLOURS = 32
_ROUNDS = 2
_SHARPNESS = 6.0

_REACH = 6.0
"""Log-odds beyond +-6 count as 6."""
_LEVELS = 48
"""Steps of the first channel on each side of 128. Few, so that it hardly shows in the colour differences
from which OpenCV takes the weights between neighbours."""
_TERMINAL_WEIGHT = 12.0
"""Cost of one unit of log-odds, against OpenCV's 50 for parting two alike neighbours."""
_FLAT = 1e6
"""Variance of the two channels that the terminal links must not see."""


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """What a crop looks like, shared by every cut on it.

    `lab` is CIE Lab, float32 [h, w, 3]; `colour` the palette index of each pixel, int32 [h, w]; `edges` its
    two strongest colour axes, uint8 [h, w, 2].
    """

    lab: NDArray[np.float32]
    colour: NDArray[np.int32]
    edges: NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """A mask, bool [h, w], and `draft`, what it was before the last round of colour models and the cut."""

    mask: NDArray[np.bool_]
    draft: NDArray[np.bool_]


def look(rgb: NDArray[np.uint8], samples: int = 4000, steps: int = 8) -> View:
    """Describe a crop (RGB uint8 [h, w, 3]) for cutting.

    The palette is learned from about `samples` pixels in `steps` rounds.
    """
    h, w = rgb.shape[:2]
    lab = cv2.cvtColor(rgb.astype(np.float32) / 255.0, cv2.COLOR_RGB2LAB)
    flat = np.ascontiguousarray(lab.reshape(-1, 3), dtype=np.float32)
    return View(
        flat.reshape(h, w, 3), _palette(flat, samples, steps).reshape(h, w), _axes(flat).reshape(h, w, 2)
    )


def _palette(flat: NDArray[np.float32], samples: int, steps: int) -> NDArray[np.int32]:
    """Index of the nearest of a few colours for each of the pixels [n, 3]."""
    sample = np.ascontiguousarray(flat[:: max(1, len(flat) // samples)])
    cv2.setRNGSeed(1)  # k-means++ draws from the process-wide generator: same prompt, same answer
    count = min(_COLOURS, len(sample))
    labels = np.zeros((len(sample), 1), np.int32)
    _, _, centres = cv2.kmeans(sample, count, labels, (3, steps, 0.0), 1, cv2.KMEANS_PP_CENTERS)
    # OpenCV's product rather than NumPy's: BLAS would start its own threads for it
    affinity = cv2.gemm(flat, centres, 1.0, np.empty(0), 0.0, flags=cv2.GEMM_2_T)
    affinity -= 0.5 * (centres * centres).sum(axis=1)
    return np.asarray(affinity.argmax(axis=1), dtype=np.int32)


def _axes(flat: NDArray[np.float32]) -> NDArray[np.uint8]:
    """The two principal components of the colours [n, 3], spread over 0..255 together."""
    centred = flat - flat.mean(axis=0)
    _, _, vectors = cv2.eigen(cv2.gemm(centred, centred, 1.0, np.empty(0), 0.0, flags=cv2.GEMM_1_T))
    axes = cv2.gemm(centred, vectors[:2], 1.0, np.empty(0), 0.0, flags=cv2.GEMM_2_T)
    spread = max(float(np.abs(axes).max()), 1.0)
    return np.asarray(np.clip(128 + axes * (127 / spread), 0, 255), dtype=np.uint8)


def segment_view(view: View, prior: Logits, seeds: NDArray[np.int8]) -> Cut:
    """Colour models and labels in turn, softly, then one cut.

    `prior` are log-odds of inside and `seeds` +1 inside, -1 outside, 0 free, both [h, w]. Only the last
    labelling is a minimum cut: cutting in every round costs twice the time and gains little.
    """
    inside = _pinned(_sigmoid(prior), seeds)
    draft = inside > 0.5
    for _ in range(_ROUNDS):
        smooth = cv2.GaussianBlur(colour_odds(view, inside) + prior, (5, 5), 0)
        draft = smooth > 0
        inside = _pinned(_sigmoid(_SHARPNESS * smooth.astype(np.float32)), seeds)
    return Cut(minimum_cut(view, colour_odds(view, inside) + prior, seeds), draft)


def colour_odds(view: View, inside: NDArray[np.float32]) -> Logits:
    """Log-odds of each pixel's colour being the object's, given the probability `inside`, both [h, w].

    Colours are palette histograms, pulled towards each other by 2 % of the pixels so that a colour seen on
    one side only says much and not everything.
    """
    index = view.colour.ravel()
    every = np.bincount(index, minlength=_COLOURS)
    front = np.bincount(index, inside.ravel(), minlength=_COLOURS)
    back = every - front
    pull = 0.02 * every
    front, back = (front + pull) / (front + pull).sum(), (back + pull) / (back + pull).sum()
    table = np.log((front + 1e-9) / (back + 1e-9)).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(table[view.colour], (3, 3), 0), dtype=np.float32)


def minimum_cut(view: View, odds: Logits, seeds: NDArray[np.int8]) -> NDArray[np.bool_]:
    """The labelling of least cost, bool [h, w], for log-odds of inside and seeds as in `segment_view`."""
    labels = np.where(odds > 0, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    labels[seeds > 0], labels[seeds < 0] = cv2.GC_FGD, cv2.GC_BGD
    one_sided = (labels & 1).all() or not (labels & 1).any()
    if one_sided:
        return (labels & 1).astype(bool)
    level = np.clip(128 + odds * (_LEVELS / _REACH), 128 - _LEVELS, 128 + _LEVELS).astype(np.uint8)
    gap = _LEVELS / 2
    variance = 2 * gap * _LEVELS / (_TERMINAL_WEIGHT * _REACH)
    back, front = _gaussian(128 - gap, variance), _gaussian(128 + gap, variance)
    pixels = np.dstack([level, view.edges])
    cv2.grabCut(pixels, labels, (0, 0, 0, 0), back, front, 1, cv2.GC_EVAL_FREEZE_MODEL)
    return (labels & 1).astype(bool)


def _gaussian(mean: float, variance: float) -> NDArray[np.float64]:
    """OpenCV's model row: five weights, five means, five covariances; one component is used."""
    model = np.zeros((1, 65))
    model[0, 0] = 1.0
    model[0, 5:8] = mean, 128.0, 128.0
    model[0, 20:29] = np.diag([variance, _FLAT, _FLAT]).ravel()
    return model


def _pinned(inside: NDArray[np.float32], seeds: NDArray[np.int8]) -> NDArray[np.float32]:
    inside[seeds > 0], inside[seeds < 0] = 1.0, 0.0
    return inside


def _sigmoid(x: Logits) -> Logits:
    return (1.0 / (1.0 + np.exp(-np.clip(x, -30, 30)))).astype(np.float32)
