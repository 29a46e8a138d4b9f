"""Simulated prompts: a first box or click as a person gives it, and corrections at the largest error."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Rng = np.random.Generator

NEGATIVE, POSITIVE, TOP_LEFT, BOTTOM_RIGHT, PADDING = 0, 1, 2, 3, -1


@dataclass(eq=False)
class Tokens:
    """A prompt as points with labels, in pixels of the picture; `lone` while it is one click and no more."""

    points: list[tuple[float, float]] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)
    lone: bool = False

    def add(self, x: float, y: float, label: int) -> None:
        self.points.append((x, y))
        self.labels.append(label)


def first_prompt(mask: Mask, rng: Rng) -> Tokens:
    """Box (40 %), box and click (8 %), or one click, mostly in the middle."""
    tokens, kind = Tokens(), rng.random()
    if kind >= 0.4:
        x, y = _middle(mask) if rng.random() < 0.65 else _anywhere(mask, rng)
        tokens.add(x + 0.5, y + 0.5, POSITIVE)
    if kind < 0.48:
        x0, y0, x1, y1 = jittered_box(mask, rng)
        tokens.add(x0, y0, TOP_LEFT)
        tokens.add(x1, y1, BOTTOM_RIGHT)
    tokens.lone = kind >= 0.48
    return tokens


def jittered_box(mask: Mask, rng: Rng) -> tuple[float, float, float, float]:
    """The tight box with each side moved: outward as people draw it, now and then also inward or far."""
    xs, ys = np.flatnonzero(mask.any(0)), np.flatnonzero(mask.any(1))
    x0, y0, x1, y1 = float(xs[0]), float(ys[0]), float(xs[-1] + 1), float(ys[-1] + 1)
    w, h, kind = x1 - x0, y1 - y0, rng.random()
    moves = (
        rng.uniform(0, 0.1, 4)
        if kind < 0.65
        else rng.uniform(-0.06, 0.08, 4)
        if kind < 0.85
        else rng.uniform(0, 0.28, 4)
    )
    side_y, side_x = mask.shape
    return (
        max(0.0, x0 - moves[0] * w), max(0.0, y0 - moves[1] * h),
        min(float(side_x), x1 + moves[2] * w), min(float(side_y), y1 + moves[3] * h),
    )  # fmt: skip


def correction(mask: Mask, predicted: Mask, ignore: Mask, rng: Rng) -> tuple[float, float, int] | None:
    """The next click: the deepest pixel of the largest error, at times another of it; None without error."""
    missed, spilled = mask & ~predicted & ~ignore, predicted & ~mask & ~ignore
    (mx, my, deep_missed), (sx, sy, deep_spilled) = deepest(missed), deepest(spilled)
    if max(deep_missed, deep_spilled) < 1:
        return None
    positive = deep_missed >= deep_spilled
    x, y = (mx, my) if positive else (sx, sy)
    if rng.random() < 0.25:
        x, y = _anywhere(missed if positive else spilled, rng)
    return x + 0.5, y + 0.5, POSITIVE if positive else NEGATIVE


def deepest(mask: Mask) -> tuple[int, int, float]:
    """The pixel farthest from the mask's edge, and how far."""
    depth = cv2.distanceTransform(np.pad(mask.astype(np.uint8), 1), cv2.DIST_L2, 5)[1:-1, 1:-1]
    y, x = np.unravel_index(int(depth.argmax()), depth.shape)
    return int(x), int(y), float(depth[y, x])


def _middle(mask: Mask) -> tuple[int, int]:
    x, y, _ = deepest(mask)
    return x, y


def _anywhere(mask: Mask, rng: Rng) -> tuple[int, int]:
    inner = cv2.erode(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    ys, xs = np.nonzero(inner if inner.any() else mask)
    pick = int(rng.integers(len(xs)))
    return int(xs[pick]), int(ys[pick])


def batch_tokens(prompts: list[Tokens]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Points [B, N, 2] and labels [B, N], filled up with padding tokens."""
    longest = max(len(prompt.labels) for prompt in prompts)
    points = np.zeros((len(prompts), longest, 2), np.float32)
    labels = np.full((len(prompts), longest), PADDING, np.float32)
    for row, prompt in enumerate(prompts):
        count = len(prompt.labels)
        points[row, :count], labels[row, :count] = prompt.points, prompt.labels
    return points, labels
