"""Training samples: augmented square crops with the masks of a few instances, whatever they are.

Every sample has a generator of its own, seeded with the run's seed and the sample's number, so that a run
that was stopped goes on with the samples it would have seen.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import scenes
from numpy.typing import NDArray
from pack import Pack, Photo

PER_PHOTO = 3
PADDING = (124, 116, 104)
"""Grey of the padding around a picture: ImageNet's mean, which is zero after normalising, as in the app."""

SHARES = {
    "coco": 4.0, "voc_animals": 3.0, "pets": 1.6, "facade": 1.2, "dsb2018": 1.0, "aerial_buildings": 1.0,
    "mcu": 0.7, "pothole": 0.7, "tree_limbs": 0.7, "warehouse": 0.7, "mushrooms": 0.6, "class5": 0.5,
    "plants": 0.3, "pothole_b": 0.3,
}  # fmt: skip
"""How often a source is drawn, against the others: everyday scenes most, one kind of picture less."""

_SMALLEST = 48
"""Visible pixels an instance needs to be a target."""


@dataclass(frozen=True, eq=False)
class Sample:
    """RGB uint8 [S, S, 3]; masks bool [PER_PHOTO, S, S]; pixels that do not count, bool [S, S]."""

    rgb: NDArray[np.uint8]
    masks: NDArray[np.bool_]
    ignore: NDArray[np.bool_]


class Sampler:
    """Draws samples from a pack."""

    def __init__(self, pack: Pack, seed: int, rendered: float = 0.1, pasted: float = 0.35) -> None:
        """`rendered` and `pasted` are the shares of rendered scenes and of photos with pasted instances."""
        self.pack, self.seed, self.rendered, self.pasted = pack, seed, rendered, pasted
        counts = {name: pack.sources.count(name) for name in set(pack.sources)}
        weights = np.array([SHARES.get(name, 1.0) / counts[name] for name in pack.sources])
        self._cumulative = np.cumsum(weights / weights.sum())

    def sample(self, number: int, side: int) -> Sample:
        """Sample `number` at `side` pixels: the same one for the same seed."""
        rng = np.random.default_rng((self.seed, number))
        while True:
            found = self._rendered(side, rng) if rng.random() < self.rendered else self._photo(side, rng)
            if found is not None:
                return found

    def _draw(self, rng: np.random.Generator) -> Photo:
        return self.pack[min(int(np.searchsorted(self._cumulative, rng.random())), len(self.pack) - 1)]

    def _texture(self, rng: np.random.Generator) -> NDArray[np.uint8]:
        rgb = self._draw(rng).rgb
        size = int(rng.integers(32, min(rgb.shape[:2]) - 1))
        y, x = (int(rng.integers(0, length - size)) for length in rgb.shape[:2])
        return np.ascontiguousarray(rgb[y : y + size, x : x + size])

    def _rendered(self, side: int, rng: np.random.Generator) -> Sample | None:
        rgb, masks = scenes.scene(side, rng, lambda: self._texture(rng))
        return _finish(rgb, masks, np.zeros((side, side), bool), rng)

    def _photo(self, side: int, rng: np.random.Generator) -> Sample | None:
        photo = self._draw(rng)
        anchor = int(rng.integers(len(photo.instances)))
        if photo.instances[anchor][3] < _SMALLEST and rng.random() < 0.9:
            return None
        matrix = _view(photo.instances[anchor][2], photo.rgb.shape[:2], side, rng)
        rgb = _warp(photo.rgb, matrix, side, PADDING)
        layers = [_warp_labels(layer, matrix, side) for layer in photo.layers]
        masks = []
        ignore = np.zeros((side, side), bool)
        for layer in layers:
            ignore |= layer == 255
        order = [anchor, *(i for i in rng.permutation(len(photo.instances))[:40] if i != anchor)]
        scale = abs(float(np.linalg.det(matrix[:, :2])))
        for index in order:
            layer, value, _, area = photo.instances[index]
            mask = layers[layer] == value
            if mask.sum() >= max(_SMALLEST, 0.15 * area * scale):
                masks.append(mask)
            if len(masks) >= 2 * PER_PHOTO:
                break
        if rng.random() < self.pasted:
            rgb, masks, ignore = self._paste(rgb, masks, ignore, rng)
        return _finish(rgb, masks, ignore, rng)

    def _paste(
        self,
        rgb: NDArray[np.uint8],
        masks: list[NDArray[np.bool_]],
        ignore: NDArray[np.bool_],
        rng: np.random.Generator,
    ) -> tuple[NDArray[np.uint8], list[NDArray[np.bool_]], NDArray[np.bool_]]:
        """An instance of another photo, or a drawn shape with a photo's texture, laid over the picture."""
        side = rgb.shape[0]
        if rng.random() < 0.25:
            mask = scenes.shape(side, rng)
            drawn = scenes.draw(
                rgb.astype(np.float32), mask, scenes.texture(side, rng, lambda: self._texture(rng)), rng
            )
            pasted = drawn.clip(0, 255).astype(np.uint8)
        else:
            other = self._draw(rng)
            index = int(rng.integers(len(other.instances)))
            layer, value, box, _ = other.instances[index]
            size = side * float(np.exp(rng.uniform(np.log(0.12), np.log(0.7))))
            scale = size / max(box[2] - box[0], box[3] - box[1])
            if scale > 3:
                return rgb, masks, ignore
            centre, place = (
                ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2),
                rng.uniform(0.1 * side, 0.9 * side, 2),
            )
            matrix = _affine(centre, place, scale, scale * rng.choice([-1, 1]), rng.uniform(-30, 30))
            mask = _warp_labels(other.layers[layer], matrix, side) == value
            alpha = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 0.6)[..., None]
            pasted = (rgb * (1 - alpha) + _warp(other.rgb, matrix, side, PADDING) * alpha).astype(np.uint8)
        if mask.sum() < 2 * _SMALLEST:
            return rgb, masks, ignore
        kept = [old & ~mask for old in masks]
        kept = [
            new for new, old in zip(kept, masks, strict=True) if new.sum() > max(_SMALLEST, 0.3 * old.sum())
        ]
        return pasted, [mask, *kept], ignore & ~mask


def _finish(
    rgb: NDArray[np.uint8],
    masks: list[NDArray[np.bool_]],
    ignore: NDArray[np.bool_],
    rng: np.random.Generator,
) -> Sample | None:
    usable = [mask for mask in masks if (mask & ~ignore).sum() >= _SMALLEST]
    if not usable:
        return None
    first, rest = usable[0], [usable[i] for i in 1 + rng.permutation(len(usable) - 1)]
    chosen = ([first, *rest] * PER_PHOTO)[:PER_PHOTO]
    return Sample(_colours(rgb, rng), np.stack(chosen), ignore)


def _view(
    box: tuple[int, int, int, int], size: tuple[int, ...], side: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """An affine map that brings a part of the photo with the instance in `box` to a square of `side`."""
    longest = max(box[2] - box[0], box[3] - box[1], 4)
    low = max(0.35, side / 560)
    scale = float(np.exp(rng.uniform(np.log(low), np.log(1.6))))
    fits = (1.7 if rng.random() < 0.2 else 0.98) * side / longest
    scale = min(max(scale, 14 / longest), fits, 3.0)
    aspect = float(np.exp(rng.uniform(-0.12, 0.12)))
    across, down = scale * aspect, scale / aspect
    angle = rng.uniform(-15, 15) if rng.random() < 0.3 else 0.0
    angle += 90.0 * rng.integers(1, 4) if rng.random() < 0.08 else 0.0
    centre = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    reach = max(0.0, side - scale * longest) / 2
    place = side / 2 + rng.uniform(-1, 1, 2) * (reach + 0.1 * side)
    matrix = _affine(centre, place, across * rng.choice([-1, 1]), down, angle)
    if rng.random() < 0.94:
        matrix[:, 2] += _pull_in(matrix, size, side)
    return matrix


def _affine(
    centre: tuple[float, float], place: NDArray[np.float64], across: float, down: float, angle: float
) -> NDArray[np.float64]:
    turn = np.deg2rad(angle)
    linear = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) @ np.diag([across, down])
    return np.column_stack([linear, np.asarray(place) - linear @ np.array(centre)])


def _pull_in(matrix: NDArray[np.float64], size: tuple[int, ...], side: int) -> NDArray[np.float64]:
    """Shift by which the warped photo covers the square as far as it can."""
    height, width = size[:2]
    corners = (
        np.array([[0, 0], [width, 0], [0, height], [width, height]], float) @ matrix[:, :2].T + matrix[:, 2]
    )
    low, high = corners.min(0), corners.max(0)
    shift = np.zeros(2)
    for axis in range(2):
        if high[axis] - low[axis] >= side:
            shift[axis] = min(0.0, -low[axis]) if low[axis] > 0 else max(0.0, side - high[axis])
        elif low[axis] < 0 or high[axis] > side:
            shift[axis] = -low[axis] if low[axis] < 0 else side - high[axis]
    return shift


def _warp(
    rgb: NDArray[np.uint8], matrix: NDArray[np.float64], side: int, border: tuple[int, int, int]
) -> NDArray[np.uint8]:
    scale = np.sqrt(abs(np.linalg.det(matrix[:, :2])))
    if scale < 0.6:
        factor = max(scale, 0.25)
        small = cv2.resize(rgb, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        fx, fy = small.shape[1] / rgb.shape[1], small.shape[0] / rgb.shape[0]
        matrix = matrix @ np.diag([1 / fx, 1 / fy, 1.0])
        rgb = small
    return cv2.warpAffine(rgb, matrix, (side, side), flags=cv2.INTER_LINEAR, borderValue=border)


def _warp_labels(layer: NDArray[np.uint8], matrix: NDArray[np.float64], side: int) -> NDArray[np.uint8]:
    return cv2.warpAffine(layer, matrix, (side, side), flags=cv2.INTER_NEAREST, borderValue=0)


def _colours(rgb: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Brightness, contrast, channel gains, saturation, now and then grey, blur or noise."""
    if rng.random() < 0.15:
        return rgb
    out = rgb.astype(np.float32)
    gain = rng.uniform(0.75, 1.3) * np.exp(rng.normal(0, 0.06, 3))
    out = (out - 118) * gain + 118 + rng.uniform(-28, 28)
    grey = out.mean(2, keepdims=True)
    out = grey + (out - grey) * (0.0 if rng.random() < 0.06 else rng.uniform(0.5, 1.4))
    if rng.random() < 0.12:
        out = cv2.GaussianBlur(out, (0, 0), rng.uniform(0.4, 1.4))
    if rng.random() < 0.2:
        out = out + rng.normal(0, rng.uniform(2, 12), out.shape)
    return out.clip(0, 255).astype(np.uint8)
