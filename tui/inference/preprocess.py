"""Pictures and prompt coordinates in the form the models were trained on.

The rules are those of the PyTorch reference implementations; each deviation moves the logits by far more
than a rounding error (an OpenCV resize instead of Pillow's antialiased one by 0.4 to 18 standard deviations).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tui.types.shapes import Box

PREPROCESS_VERSION = 1
"""Part of every embedding's key: raised whenever an encoder would be given other numbers."""

MEAN = (123.675, 116.28, 103.53)
"""Mean of the RGB channels in 0..255, ImageNet's; as in segment-anything's `Sam`."""

STD = (58.395, 57.12, 57.375)
"""Standard deviation of the RGB channels in 0..255, ImageNet's."""


@dataclass(frozen=True, slots=True)
class Fit:
    """An image laid into a model's square: scaled so that its longest side fills it, at the top-left, or
    `stretched` over the whole of it.

    `image_wh` in image pixels, `side` of the square and `inner_wh` of the scaled image in model pixels.
    """

    image_wh: tuple[int, int]
    side: int
    inner_wh: tuple[int, int]
    stretched: bool = False

    @property
    def via(self) -> int | None:
        """`LogitMask.via` of masks in this square: a padded one is up-sampled before the padding is cut."""
        return None if self.stretched else self.side

    @property
    def region(self) -> Box:
        """The whole square in image pixels; the padding makes it reach beyond the image."""
        (width, height), (inner_width, inner_height) = self.image_wh, self.inner_wh
        return Box(0.0, 0.0, self.side * width / inner_width, self.side * height / inner_height)

    def to_model(self, points: NDArray[np.floating]) -> NDArray[np.float32]:
        """Image pixels to model pixels, [N, 2] (x, y).

        Each axis has its own factor because the scaled size is rounded to whole pixels
        (segment-anything, `ResizeLongestSide.apply_coords`).
        """
        scale = np.array(self.inner_wh, np.float64) / np.array(self.image_wh, np.float64)
        return np.asarray(points * scale, np.float32)


def fit_longest(image_wh: tuple[int, int], side: int) -> Fit:
    """The longest side becomes `side`, rounding half up (`ResizeLongestSide.get_preprocess_shape`).

    A side that would vanish in a very long image keeps one pixel.
    """
    scale = side / max(image_wh)
    width, height = (max(1, int(length * scale + 0.5)) for length in image_wh)
    return Fit(image_wh, side, (width, height))


def fit_stretched(image_wh: tuple[int, int], side: int) -> Fit:
    """Both sides become `side`, as SAM 2's `SAM2Transforms` does it."""
    return Fit(image_wh, side, (side, side), stretched=True)


def resize(image: NDArray[np.uint8], fit: Fit) -> NDArray[np.uint8]:
    """`image` (RGB uint8 [H, W, 3]) at `fit.inner_wh`, antialiased bilinear on uint8 as Pillow does it."""
    if (image.shape[1], image.shape[0]) == fit.inner_wh:
        return image
    scaled = Image.fromarray(image).resize(fit.inner_wh, Image.Resampling.BILINEAR)
    return np.asarray(scaled, np.uint8)


def to_hwc(image: NDArray[np.uint8], fit: Fit) -> NDArray[np.float32]:
    """For encoders that normalise and pad inside the graph: float32 [h, w, 3], RGB 0..255."""
    return resize(image, fit).astype(np.float32)


def to_nchw(image: NDArray[np.uint8], fit: Fit) -> NDArray[np.float32]:
    """For encoders that take the finished square: float32 [1, 3, side, side], normalised, then padded.

    The padding is zero after normalising, which is the mean colour, not black.
    """
    scaled = resize(image, fit)
    width, height = fit.inner_wh
    out = np.zeros((1, 3, fit.side, fit.side), np.float32)
    for channel, (mean, std) in enumerate(zip(MEAN, STD, strict=True)):
        plane = out[0, channel, :height, :width]
        np.subtract(scaled[..., channel], np.float32(mean), out=plane)
        plane /= np.float32(std)
    return out


def to_nchw_plain(image: NDArray[np.uint8], fit: Fit) -> NDArray[np.float32]:
    """`to_nchw` of a stretched image in -1..1, as SAM 3 takes it."""
    planes = resize(image, fit).transpose(2, 0, 1)[None].astype(np.float32)
    planes /= np.float32(127.5)
    planes -= np.float32(1)
    return np.ascontiguousarray(planes)


def to_nchw_fine(image: NDArray[np.uint8], fit: Fit) -> NDArray[np.float32]:
    """`to_nchw` of a stretched image, resized in floating point.

    SAM 2's reference resizes after converting to float, SAM 1's and transformers' resize bytes; the rounding
    between them is 0.5 % of the logits' standard deviation.
    """
    out = np.empty((1, 3, fit.side, fit.side), np.float32)
    for channel, (mean, std) in enumerate(zip(MEAN, STD, strict=True)):
        plane = Image.fromarray(image[..., channel].astype(np.float32))
        resized = np.asarray(plane.resize(fit.inner_wh, Image.Resampling.BILINEAR), np.float32)
        np.subtract(resized, np.float32(mean), out=out[0, channel])
        out[0, channel] /= np.float32(std)
    return out


def to_bytes(image: NDArray[np.uint8], fit: Fit) -> NDArray[np.uint8]:
    """For encoders that take bytes and do everything but the resize: uint8 [1, 3, h, w], RGB."""
    return np.ascontiguousarray(resize(image, fit).transpose(2, 0, 1)[None])


def to_unit(image: NDArray[np.uint8]) -> NDArray[np.float32]:
    """For encoders that take a picture of any size and resize it: float32 [1, 3, H, W], RGB 0..1."""
    out = np.empty((1, 3, *image.shape[:2]), np.float32)
    np.divide(image.transpose(2, 0, 1), np.float32(255), out=out[0])
    return out
