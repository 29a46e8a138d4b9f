"""Rendered scenes: objects of random shape and texture with shading and shadow, and their exact masks."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

Rng = np.random.Generator
Picture = NDArray[np.uint8]
Mask = NDArray[np.bool_]

SmallestVisible = 60


def scene(side: int, rng: Rng, textures: Callable[[], Picture]) -> tuple[Picture, list[Mask]]:
    """A square picture [side, side, 3] and the visible masks of its objects; `textures` gives photo crops."""
    rgb = texture(side, rng, textures).astype(np.float32)
    masks: list[Mask] = []
    for _ in range(int(rng.integers(2, 9))):
        outline = shape(side, rng)
        if outline.sum() < SmallestVisible:
            continue
        rgb = draw(rgb, outline, texture(side, rng, textures), rng)
        masks = [mask & ~outline for mask in masks] + [outline]
    return rgb.clip(0, 255).astype(np.uint8), [mask for mask in masks if mask.sum() >= SmallestVisible]


def draw(rgb: NDArray[np.float32], mask: Mask, surface: Picture, rng: Rng) -> NDArray[np.float32]:
    """`surface` laid over the picture inside `mask`, with a shadow, a light from one side and a soft edge."""
    if rng.random() < 0.5:
        shift = np.float32([[1, 0, rng.uniform(-8, 8)], [0, 1, rng.uniform(0, 8)]])
        shadow = cv2.warpAffine(mask.astype(np.float32), shift, mask.shape[::-1])
        shadow = cv2.GaussianBlur(shadow, (0, 0), rng.uniform(1, 5))
        rgb = rgb * (1 - rng.uniform(0.2, 0.6) * shadow[..., None])
    look = surface.astype(np.float32) * rng.uniform(0.75, 1.25)
    if rng.random() < 0.6:
        depth = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 3)
        look = (
            look * (0.7 + 0.45 * np.minimum(depth / (depth.max() * rng.uniform(0.3, 1) + 1e-3), 1))[..., None]
        )
    alpha = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), rng.uniform(0.3, 1.0))[..., None]
    return rgb * (1 - alpha) + look * alpha


def texture(side: int, rng: Rng, textures: Callable[[], Picture]) -> Picture:
    """A surface [side, side, 3]: photo, plain, gradient, stripes or grain."""
    kind = rng.random()
    if kind < 0.4:
        photo = cv2.resize(textures(), (side, side), interpolation=cv2.INTER_LINEAR)
        return cv2.GaussianBlur(photo, (0, 0), rng.uniform(1, 6)) if rng.random() < 0.3 else photo
    base, other = rng.uniform(0, 255, 3), rng.uniform(0, 255, 3)
    if kind < 0.6:
        other = base + rng.normal(0, 12, 3)
    angle = rng.uniform(0, 2 * np.pi)
    xs, ys = np.meshgrid(np.linspace(-1, 1, side), np.linspace(-1, 1, side))
    along = xs * np.cos(angle) + ys * np.sin(angle)
    if kind > 0.8:
        wave = np.sin(along * rng.uniform(8, 60) + rng.uniform(0, 6))
        along = np.tanh(wave * rng.uniform(0.5, 4))
    mix = (0.5 + 0.5 * along)[..., None]
    surface = base * (1 - mix) + other * mix
    grain = rng.normal(0, 1, (side // 2 + 1, side // 2 + 1, 1)) * rng.uniform(0, 22)
    grain = cv2.resize(cv2.GaussianBlur(grain, (0, 0), rng.uniform(0.4, 3)), (side, side)) * 1.5
    return (surface + grain[..., None]).clip(0, 255).astype(np.uint8)


def shape(side: int, rng: Rng) -> Mask:
    """The mask of one object: blob, ellipse, polygon, rounded box, ring or a thin curve."""
    out = np.zeros((side, side), np.uint8)
    centre = rng.uniform(0.1 * side, 0.9 * side, 2)
    radius = side * float(np.exp(rng.uniform(np.log(0.04), np.log(0.38))))
    kind = rng.random()
    if kind < 0.12:
        walk = centre + np.cumsum(rng.normal(0, radius / 3, (8, 2)), 0)
        cv2.polylines(out, [walk.astype(np.int32)], False, 1, int(rng.integers(2, 6)))
    elif kind < 0.3:
        axes = (radius, radius * rng.uniform(0.3, 1))
        cv2.ellipse(out, (centre.tolist(), tuple(2 * a for a in axes), float(rng.uniform(0, 180))), 1, -1)
        if rng.random() < 0.2:
            hole = tuple(2 * a * rng.uniform(0.3, 0.6) for a in axes)
            cv2.ellipse(out, (centre.tolist(), hole, float(rng.uniform(0, 180))), 0, -1)
    elif kind < 0.5:
        box = cv2.boxPoints(
            (centre.tolist(), (2 * radius, 2 * radius * rng.uniform(0.2, 1)), rng.uniform(0, 90))
        )
        cv2.fillPoly(out, [box.astype(np.int32)], 1)
    else:
        corners = int(rng.integers(3, 14))
        angles = np.sort(rng.uniform(0, 2 * np.pi, corners)) if kind < 0.7 else np.linspace(0, 2 * np.pi, 60)
        bumps = _bumps(angles, rng) if kind >= 0.7 else rng.uniform(0.5, 1, corners)
        ring = centre + radius * bumps[:, None] * np.stack([np.cos(angles), np.sin(angles)], 1)
        cv2.fillPoly(out, [ring.astype(np.int32)], 1)
    return out.astype(bool)


def _bumps(angles: NDArray[np.float64], rng: Rng) -> NDArray[np.float64]:
    """A smooth closed radius around 0.8 with a few random waves."""
    out = np.full(len(angles), 0.8)
    for wave in range(1, 6):
        out += rng.normal(0, 0.18 / wave) * np.cos(wave * angles + rng.uniform(0, 6.3))
    return out.clip(0.15, 1.4)
