"""Colours reduced to what a terminal can show: a photo's palette, the 256 and the 16 fixed colours."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tui.render.scene import Rgb
from tui.render.terminal import Colours

PHOTO_COLOURS = 128
"""Colours given to a photo: each one more costs bytes in every picture it appears in."""

_THUMBNAIL = 512
_ROUNDS = 4

_CUBE_STEPS = (0, 95, 135, 175, 215, 255)
_FIXED: list[Rgb] = [
    *itertools.product(_CUBE_STEPS, _CUBE_STEPS, _CUBE_STEPS),
    *((grey, grey, grey) for grey in range(8, 248, 10)),
]
EXACT_256 = {(r << 16) | (g << 8) | b: 16 + n for n, (r, g, b) in reversed(list(enumerate(_FIXED)))}
"""Number of each colour 0xRRGGBB that colours 16..255 hold exactly: shorter to name than three channels."""
_BASIC = (
    (0, 0, 0),
    (205, 0, 0),
    (0, 205, 0),
    (205, 205, 0),
    (0, 0, 238),
    (205, 0, 205),
    (0, 205, 205),
    (229, 229, 229),
    (127, 127, 127),
    (255, 0, 0),
    (0, 255, 0),
    (255, 255, 0),
    (92, 92, 255),
    (255, 0, 255),
    (0, 255, 255),
    (255, 255, 255),
)


@dataclass(frozen=True, slots=True, eq=False)
class PhotoPalette:
    """The colours a photo is shown in, and the nearest of them for any other.

    `colours` uint8 [n, 3]. `nearest` uint8 [32768]: palette index by the top five bits of red, green, blue.
    """

    colours: NDArray[np.uint8]
    nearest: NDArray[np.uint8]

    def indices(self, rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Palette indices uint8 [h, w] of an RGB frame [h, w, 3]."""
        return self.nearest[_key(rgb)]


def photo_palette(rgb: NDArray[np.uint8], count: int = PHOTO_COLOURS) -> PhotoPalette:
    """A palette for a photo: an octree's colours, moved to the middle of what they stand for.

    A thumbnail stands for the photo: the palette belongs to all zooms of it, so that two frames of the same
    photo can be compared by index. Index 0 is black, for what lies beside the photo.
    """
    height, width = rgb.shape[:2]
    scale = min(1.0, _THUMBNAIL / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = np.asarray(cv2.resize(np.ascontiguousarray(rgb), size, interpolation=cv2.INTER_AREA), np.uint8)
    reduced = Image.fromarray(small).quantize(
        count - 1, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE
    )
    table = np.array(reduced.getpalette() or [], np.uint8).reshape(-1, 3)
    seeds = table[np.unique(np.asarray(reduced))]
    settled = np.unique(_settle(seeds.astype(np.float32), small), axis=0)
    colours = np.vstack([np.zeros((1, 3), np.uint8), settled])
    return PhotoPalette(colours, _nearest_table(colours))


def _settle(colours: NDArray[np.float32], rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Lloyd's iteration over the photo's 5-bit colours, each weighted by the root of its pixels.

    The root keeps the small red thing that a person looks for red; by plain counts it would melt into the
    ground.
    """
    keys = _key(rgb).ravel()
    counts = np.bincount(keys, minlength=1 << 15)
    used = np.flatnonzero(counts)
    sums = [np.bincount(keys, rgb[..., channel].ravel(), minlength=1 << 15)[used] for channel in range(3)]
    means = (np.stack(sums, axis=1) / counts[used, None]).astype(np.float32)
    weights = np.sqrt(counts[used])
    for _ in range(_ROUNDS):
        nearest = ((colours**2).sum(axis=1) - 2 * means @ colours.T).argmin(axis=1)
        mass = np.bincount(nearest, weights, minlength=len(colours))
        for channel in range(3):
            total = np.bincount(nearest, weights * means[:, channel], minlength=len(colours))
            np.divide(total, mass, out=total, where=mass > 0)
            np.copyto(colours[:, channel], total.astype(np.float32), where=mass > 0)
    return np.round(colours).astype(np.uint8)


def _nearest_table(colours: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """For every 5-bit colour the nearest palette entry: |c|^2 - 2 c.p is enough to compare."""
    axis = np.arange(32, dtype=np.float32) * 8 + 4
    axis[0] = 0
    grid = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1).reshape(-1, 3)
    palette = colours.astype(np.float32)
    scores = (palette**2).sum(axis=1) - 2 * grid @ palette.T
    return np.asarray(scores.argmin(axis=1), np.uint8)


def _key(rgb: NDArray[np.uint8]) -> NDArray[np.uint16]:
    wide = (rgb >> 3).astype(np.uint16)
    return np.asarray((wide[..., 0] << 10) | (wide[..., 1] << 5) | wide[..., 2], np.uint16)


def xterm_256(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The nearest of colours 16..255 (6x6x6 cube and 24 greys) for each pixel of [..., 3]."""
    return _fixed_table("256")[_key(rgb)]


def ansi_16(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The nearest of the 16 basic colours (xterm's values) for each pixel of [..., 3]."""
    return _fixed_table("16")[_key(rgb)]


def nearest_shown(colour: Rgb, colours: Colours) -> Rgb:
    """What a terminal of `colours` shows for a colour."""
    if colours not in ("16", "256"):
        return colour
    pixel = np.array([colour], np.uint8)
    return _BASIC[int(ansi_16(pixel)[0])] if colours == "16" else _FIXED[int(xterm_256(pixel)[0]) - 16]


@lru_cache(2)
def _fixed_table(which: str) -> NDArray[np.uint8]:
    if which == "16":
        return _nearest_table(np.array(_BASIC, np.uint8))
    return _nearest_table(np.array(_FIXED, np.uint8)) + np.uint8(16)


def luminance(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Brightness 0..255 of each pixel of [..., 3], ITU-R BT.601."""
    weights = np.array([0.299, 0.587, 0.114], np.float32)
    return (rgb @ weights).astype(np.uint8)
