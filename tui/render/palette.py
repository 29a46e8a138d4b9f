"""Colours reduced to what a terminal can show: a photo's palette, the 256 and the 16 fixed colours."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

PHOTO_COLOURS = 240
"""Colours given to a photo; the registers above belong to the marks drawn over it."""

_CUBE_STEPS = (0, 95, 135, 175, 215, 255)
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
    """A palette for a photo, by an octree: half the bytes of median cut once encoded as sixel.

    A thumbnail stands for the photo: the palette belongs to all zooms of it, so that two frames of the same
    photo can be compared by index.
    """
    height, width = rgb.shape[:2]
    scale = min(1.0, 512 / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = Image.fromarray(cv2.resize(np.ascontiguousarray(rgb), size, interpolation=cv2.INTER_AREA))
    reduced = small.quantize(count - 1, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    table = np.array(reduced.getpalette() or [], np.uint8).reshape(-1, 3)
    used = np.unique(np.asarray(reduced))
    colours = np.vstack([np.zeros((1, 3), np.uint8), table[used]])
    return PhotoPalette(colours, _nearest_table(colours))


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


@lru_cache(2)
def _fixed_table(which: str) -> NDArray[np.uint8]:
    if which == "16":
        return _nearest_table(np.array(_BASIC, np.uint8))
    cube = list(itertools.product(_CUBE_STEPS, repeat=3))
    greys = [(8 + 10 * n,) * 3 for n in range(24)]
    return _nearest_table(np.array(cube + greys, np.uint8)) + np.uint8(16)


def luminance(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Brightness 0..255 of each pixel of [..., 3], ITU-R BT.601."""
    weights = np.array([0.299, 0.587, 0.114], np.float32)
    return (rgb @ weights).astype(np.uint8)
