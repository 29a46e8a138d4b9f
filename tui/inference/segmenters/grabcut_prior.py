"""Where a prompt says the object is: prior log-odds, hard seeds and the windows they live on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tui.inference.segmenters.grabcut_cut import Logits, View
from tui.inference.segmenters.grabcut_window import Window, clamp_box, clamp_points, window_over
from tui.types.prompt import Point, Prompt
from tui.types.shapes import Box, LogitMask

FORBIDDEN = -20.0
"""Prior log-odds that no colour outvotes."""

_BOX_MARGIN = 0.2
_BOX_SLACK = 1.02
_BOX_READINGS = ((0.5, 0.2), (0.9, 0.4), (0.7, -0.4))
"""Gain and offset on the usual log-odds in a box: led by colour, led by shape, a smaller object."""

_EXTENTS = (0.45, 0.225, 0.1)
"""Radii tried around a first click, of the image's shorter side: whole, part, subpart."""
_ROUND_MARGIN = 0.3

_PREVIOUS_MARGIN = 0.35
_PREVIOUS_WEIGHTS = (0.5, 0.2)
_WIDER = 2.0

_CLICK_WEIGHT = 4.0
_CLICK_REACH = 0.5
_CLICK_COLOUR = 15.0
_SEED_RADIUS = 0.02


@dataclass(frozen=True, slots=True, eq=False)
class Guess:
    """One reading of the prompt: log-odds of inside, float32 [h, w], on a window's grid."""

    window: Window
    prior: Logits


@dataclass(frozen=True, slots=True, eq=False)
class Previous:
    """The previous answer with its extent and the radius of a disc of its area, in image pixels."""

    mask: LogitMask
    extent: Box
    radius: float


def measure_previous(mask: LogitMask | None) -> Previous | None:
    """Extent and size of a previous mask; None when there is none or it is empty."""
    if mask is None or not (mask.logits > 0).any():
        return None
    inside = mask.logits > 0
    across, down = mask.region.width / inside.shape[1], mask.region.height / inside.shape[0]
    xs, ys = np.flatnonzero(inside.any(axis=0)), np.flatnonzero(inside.any(axis=1))
    extent = Box(
        mask.region.x0 + float(xs[0]) * across,
        mask.region.y0 + float(ys[0]) * down,
        mask.region.x0 + float(xs[-1] + 1) * across,
        mask.region.y0 + float(ys[-1] + 1) * down,
    )
    return Previous(mask, extent, float(np.sqrt(inside.sum() * across * down / np.pi)))


def guesses_for(prompt: Prompt, image_wh: tuple[int, int]) -> list[Guess]:
    """Three readings of a prompt that is not empty."""
    points = clamp_points(prompt.points, image_wh)
    previous = measure_previous(prompt.previous)
    if prompt.box is not None:
        box = _hull(clamp_box(prompt.box, image_wh), [p for p in points if p.positive])
        return _in_box(box, previous, image_wh)
    positive = [p for p in points if p.positive] or [Point(image_wh[0] / 2, image_wh[1] / 2)]
    if previous is not None:
        return _from_previous(positive, previous, image_wh)
    return [_round(positive, share * min(image_wh), image_wh) for share in _EXTENTS]


def _in_box(box: Box, previous: Previous | None, image_wh: tuple[int, int]) -> list[Guess]:
    """The usual shape of an object in a loosely drawn box, read three ways; nothing beyond the box.

    The polynomial is the least-squares fit to the log-odds of "object here" over 262 loose boxes of the
    training photos; u and v are -1..1 across the box.
    """
    window = window_over(box, image_wh, margin=_BOX_MARGIN)
    xs, ys = window.centres()
    (cx, cy), half_width, half_height = box.center, box.width / 2, box.height / 2
    u, v = np.abs(xs - cx) / half_width, np.abs(ys - cy) / half_height
    edge = np.maximum(u, v)
    usual = 1.7 - 1.5 * (u * u + v * v) - 2.2 * edge**4
    priors = [gain * usual + offset for gain, offset in _BOX_READINGS]
    if previous is not None:
        old = window.resample(previous.mask, -4.0)
        weights = (*_PREVIOUS_WEIGHTS, 0.3)
        priors = [weight * old + 0.5 * prior for weight, prior in zip(weights, priors, strict=True)]
    return [Guess(window, np.where(edge > _BOX_SLACK, FORBIDDEN, p).astype(np.float32)) for p in priors]


def _from_previous(positive: Sequence[Point], previous: Previous, image_wh: tuple[int, int]) -> list[Guess]:
    """Stay near the previous mask, follow the colours from it, or look for something larger."""
    near = window_over(_hull(previous.extent, positive), image_wh, margin=_PREVIOUS_MARGIN)
    old = near.resample(previous.mask, -4.0)
    wide = _round(positive, _WIDER * previous.radius, image_wh)
    mixed = 0.7 * wide.prior + 0.25 * wide.window.resample(previous.mask, -4.0)
    return [
        *(Guess(near, (weight * old).astype(np.float32)) for weight in _PREVIOUS_WEIGHTS),
        Guess(wide.window, mixed.astype(np.float32)),
    ]


def _round(positive: Sequence[Point], radius: float, image_wh: tuple[int, int]) -> Guess:
    """Something of about `radius` pixels around every positive point."""
    first = positive[0]
    span = _hull(Box(first.x, first.y, first.x, first.y), positive)
    reach = Box(span.x0 - radius, span.y0 - radius, span.x1 + radius, span.y1 + radius)
    window = window_over(reach, image_wh, margin=_ROUND_MARGIN)
    xs, ys = window.centres()
    nearest = np.min([(xs - p.x) ** 2 + (ys - p.y) ** 2 for p in positive], axis=0)
    return Guess(window, (1.5 - 2.5 * nearest / radius**2).clip(-6, 6).astype(np.float32))


def _hull(box: Box, points: Sequence[Point]) -> Box:
    xs, ys = [p.x for p in points], [p.y for p in points]
    return Box(min([box.x0, *xs]), min([box.y0, *ys]), max([box.x1, *xs]), max([box.y1, *ys]))


def seed_map(window: Window, points: Sequence[Point]) -> NDArray[np.int8]:
    """A small disc at every point, int8 [h, w]: +1 inside, -1 outside, 0 free; later points lie on top."""
    w, h = window.grid_wh
    seeds = np.zeros((h, w), np.int8)
    radius = max(1, round(_SEED_RADIUS * max(w, h)))
    for p in points:
        if window.contains(p.x, p.y):
            gx, gy = window.to_grid(p.x, p.y)
            cv2.circle(seeds, (int(gx), int(gy)), radius, 1 if p.positive else -1, -1)
    return seeds


def click_field(guess: Guess, view: View, points: Sequence[Point]) -> Logits:
    """What the points add to the prior: each draws its surroundings, most of all those of its colour.

    A seed of a few pixels weighs nothing among ten thousand when the colour models are learned; without
    this field a correction changes little beyond its own disc.
    """
    window = guess.window
    xs, ys = window.centres()
    expected = max(float((guess.prior > 0).mean()) * window.region.area, 1.0)
    reach = 2 * _CLICK_REACH**2 * expected / np.pi
    field = np.zeros(guess.prior.shape, np.float32)
    for p in points:
        if not window.contains(p.x, p.y):
            continue
        gx, gy = (int(g) for g in window.to_grid(p.x, p.y))
        colour = view.lab[max(0, gy - 1) : gy + 2, max(0, gx - 1) : gx + 2].mean(axis=(0, 1))
        near = np.exp(-((xs - p.x) ** 2 + (ys - p.y) ** 2) / reach)
        alike = np.exp(-((view.lab - colour) ** 2).sum(axis=2) / (2 * _CLICK_COLOUR**2))
        field += (_CLICK_WEIGHT if p.positive else -_CLICK_WEIGHT) * near * (0.5 + 0.5 * alike)
    return field
