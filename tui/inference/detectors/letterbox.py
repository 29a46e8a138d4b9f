"""An image laid into the middle of a detector's input, and the way back.

The rules are those the models were trained with, down to the rounding: OpenCV's bilinear resize (here it is
the reference, unlike for segmenters), grey 114 around, and half a pixel of padding given to the far side.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tui.types.shapes import Box

_GREY = 114


@dataclass(frozen=True, slots=True)
class Letterbox:
    """Where an image of `image_wh` lies on a canvas of `canvas_wh`: `inner_wh` large, at (`left`, `top`).

    `scale` is canvas pixels per image pixel before `inner_wh` was rounded.
    """

    image_wh: tuple[int, int]
    canvas_wh: tuple[int, int]
    inner_wh: tuple[int, int]
    left: int
    top: int
    scale: float

    def to_image(self, points: NDArray[np.floating]) -> NDArray[np.float64]:
        """Canvas pixels to image pixels, float [..., 2] (x, y), not cut to the image.

        Both axes by the same factor, as the reference scales boxes back.
        """
        return np.asarray((points - np.array((self.left, self.top), np.float64)) / self.scale)

    def boxes_to_image(self, xyxy: NDArray[np.floating]) -> NDArray[np.float64]:
        """Boxes [n, 4] on the canvas as boxes in the image, cut to it."""
        corners = self.to_image(np.asarray(xyxy, np.float64).reshape(-1, 2, 2))
        return np.clip(corners, 0, self.image_wh).reshape(-1, 4)

    def region_to_image(self, region: Box) -> Box:
        """A part of the canvas in image pixels, each axis by its own rounded factor, as masks are scaled."""
        across, down = (a / b for a, b in zip(self.image_wh, self.inner_wh, strict=True))
        return Box(
            (region.x0 - self.left) * across,
            (region.y0 - self.top) * down,
            (region.x1 - self.left) * across,
            (region.y1 - self.top) * down,
        )


def fit_letterbox(
    image_wh: tuple[int, int], canvas_wh: tuple[int, int], *, stride: int | None = None
) -> Letterbox:
    """The largest fit of the image into the canvas.

    With `stride` the canvas shrinks to the fitted image, rounded up to whole strides.
    """
    scale = min(canvas / length for canvas, length in zip(canvas_wh, image_wh, strict=True))
    width, height = (max(round(length * scale), 1) for length in image_wh)
    if stride:
        canvas_wh = -(-width // stride) * stride, -(-height // stride) * stride
    left, top = (
        round((canvas - inner) / 2 - 0.1) for canvas, inner in zip(canvas_wh, (width, height), strict=True)
    )
    return Letterbox(image_wh, canvas_wh, (width, height), max(left, 0), max(top, 0), scale)


def paint(image: NDArray[np.uint8], fit: Letterbox) -> NDArray[np.float32]:
    """`image` (RGB uint8 [H, W, 3]) on its canvas: float32 [1, 3, h, w] in 0..1."""
    if (image.shape[1], image.shape[0]) != fit.inner_wh:
        image = np.asarray(cv2.resize(image, fit.inner_wh, interpolation=cv2.INTER_LINEAR), np.uint8)
    width, height = fit.inner_wh
    canvas = np.full((fit.canvas_wh[1], fit.canvas_wh[0], 3), _GREY, np.uint8)
    canvas[fit.top : fit.top + height, fit.left : fit.left + width] = image
    planes = np.ascontiguousarray(canvas.transpose(2, 0, 1)[None])
    return planes.astype(np.float32) / np.float32(255)
