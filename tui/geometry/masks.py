"""Masks from a segmenter's coarse logits: at image resolution, in a window of the view, and measures.

Bilinear up-sampling is separable and linear, and so is its repetition. A segmenter's mask at image
resolution is therefore `Y @ logits @ X.T > 0`, where each row of `Y` and `X` holds the few weights of one
image row or column. That gives any sub-region, of any phase, without computing the rest: only the rows
and columns that a positive logit can reach are touched.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui.types.shapes import Box, LogitMask

_ROWS_AT_ONCE = 64
"""Output rows per matrix product: few enough that only a narrow band of grid rows takes part."""


@dataclass(frozen=True, slots=True, eq=False)
class _Taps:
    """For each output sample the grid indices it is mixed from and their weights, both [taps, samples]."""

    index: NDArray[np.intp]
    weight: NDArray[np.float32]

    def between(self, start: int, stop: int) -> _Taps:
        return _Taps(self.index[:, start:stop], self.weight[:, start:stop])

    def reached(self, cells: NDArray[np.bool_]) -> tuple[int, int]:
        """Range of the output samples that take something from the marked grid cells."""
        touched = np.flatnonzero((cells[self.index] & (self.weight > 0)).any(axis=0))
        return (int(touched[0]), int(touched[-1]) + 1) if len(touched) else (0, 0)

    def matrix(self, size: int) -> NDArray[np.float32]:
        """The weights as a dense float32 [samples, size] matrix."""
        dense = np.zeros((self.index.shape[1], size), np.float32)
        sample = np.arange(self.index.shape[1])
        for index, weight in zip(self.index, self.weight, strict=True):
            dense[sample, index] += weight
        return dense


def rasterize(
    mask: LogitMask, image_wh: tuple[int, int], window: Box | None = None
) -> tuple[NDArray[np.bool_], tuple[int, int]]:
    """The mask at image resolution, and where it lies: (bool [h, w], (x, y) of its top-left pixel).

    The array covers what the mask can reach inside the image (and inside `window`, grown to whole
    pixels); everything outside it is background. An empty mask gives a 0 x 0 array.

    The values are those of the reference implementations up to float rounding: with `via`, the grid is
    resized to `via` x `via`, the part inside the image cut out and resized to the image, both bilinear as
    `cv2.resize(INTER_LINEAR)` and PyTorch's `interpolate(align_corners=False)` do (Kirillov et al.,
    "Segment Anything", `postprocess_masks`); without, the grid is resized straight onto its region.
    """
    height, width = mask.logits.shape
    region, window = mask.region, window or Box(0, 0, *image_wh)
    x, columns = _image_axis((region.x0, region.x1), width, mask.via, image_wh[0], (window.x0, window.x1))
    y, rows = _image_axis((region.y0, region.y1), height, mask.via, image_wh[1], (window.y0, window.y1))
    part, (dx, dy) = _positive_part(mask.logits, rows, columns)
    return part, (x + dx, y + dy)


def full_mask(mask: LogitMask, image_wh: tuple[int, int]) -> NDArray[np.bool_]:
    """`rasterize` laid into an array of the whole image, bool [H, W]."""
    whole = np.zeros((image_wh[1], image_wh[0]), np.bool_)
    part, (x, y) = rasterize(mask, image_wh)
    whole[y : y + part.shape[0], x : x + part.shape[1]] = part
    return whole


def view_mask(
    mask: LogitMask, window: Box, out_wh: tuple[int, int], image_wh: tuple[int, int] | None = None
) -> NDArray[np.bool_]:
    """The mask as a window of the image shows it at `out_wh` samples: bool [h, w], for drawing.

    Sampled from the grid in one bilinear step at the centres of the output pixels, so an edge may lie a
    fraction of an image pixel beside that of `rasterize`. With `image_wh`, nothing outside the image is
    set even where the model's padding says so.
    """
    out = np.zeros((out_wh[1], out_wh[0]), np.bool_)
    height, width = mask.logits.shape
    region, limit = mask.region, image_wh or (None, None)
    x, columns = _view_axis((region.x0, region.x1), width, (window.x0, window.x1), out_wh[0], limit[0])
    y, rows = _view_axis((region.y0, region.y1), height, (window.y0, window.y1), out_wh[1], limit[1])
    part, (dx, dy) = _positive_part(mask.logits, rows, columns)
    out[y + dy : y + dy + part.shape[0], x + dx : x + dx + part.shape[1]] = part
    return out


def stability(logits: NDArray[np.float32], offset: float = 1.0) -> float:
    """IoU between the masks at thresholds `+offset` and `-offset`, 0..1 (Kirillov et al., appendix B).

    A mask that hardly changes with the threshold has a sharp edge in the model's eyes. Empty at both: 0.
    """
    outer = int(np.count_nonzero(logits > -offset))
    return int(np.count_nonzero(logits > offset)) / outer if outer else 0.0


def area(mask: LogitMask) -> float:
    """Area in image pixels, from the grid alone: cheap, and off by about half the outline."""
    height, width = mask.logits.shape
    cell = mask.region.area / (height * width)
    return float(np.count_nonzero(mask.logits > 0) * cell)


def _image_axis(
    region: tuple[float, float], cells: int, via: int | None, length: int, window: tuple[float, float]
) -> tuple[int, _Taps]:
    """First pixel and taps of the image pixels whose centres lie in both the region and the window."""
    first = max(0, _first_centre(region[0]))
    last = min(length, _first_centre(region[1]))
    start = max(first, int(np.floor(window[0])))
    stop = max(start, min(last, int(np.ceil(window[1]))))
    pixel = np.arange(start, stop)
    if via is None:
        position = (pixel + 0.5 - region[0]) * (cells / (region[1] - region[0])) - 0.5
        return start, _linear(position, 0, cells)
    scale = via / (region[1] - region[0])
    crop = round((first - region[0]) * scale), round((last - region[0]) * scale)
    position = crop[0] + (pixel - first + 0.5) * ((crop[1] - crop[0]) / max(1, last - first)) - 0.5
    outer = _linear(position, crop[0], crop[1])
    inner = _linear((outer.index + 0.5) * (cells / via) - 0.5, 0, cells)
    weight = inner.weight * outer.weight
    return start, _Taps(inner.index.reshape(4, -1), weight.reshape(4, -1))


def _view_axis(
    region: tuple[float, float], cells: int, window: tuple[float, float], samples: int, limit: int | None
) -> tuple[int, _Taps]:
    """First sample and taps of the output samples whose centres lie in the region (and in 0..limit)."""
    step = (window[1] - window[0]) / samples
    centre = window[0] + (np.arange(samples) + 0.5) * step
    low = region[0] if limit is None else max(region[0], 0.0)
    high = region[1] if limit is None else min(region[1], float(limit))
    start, stop = np.searchsorted(centre, (low, high))
    position = (centre[start:stop] - region[0]) * (cells / (region[1] - region[0])) - 0.5
    return int(start), _linear(position, 0, cells)


def _first_centre(edge: float) -> int:
    """The first pixel whose centre lies at or beyond `edge`."""
    return int(np.ceil(edge - 0.5))


def _linear(position: NDArray[np.floating], start: int, stop: int) -> _Taps:
    """Two taps a position; positions beyond the outermost samples take the outermost sample."""
    inside = np.clip(position, start, max(start, stop - 1))
    low = np.floor(inside).astype(np.intp)
    high = np.minimum(low + 1, max(start, stop - 1))
    part = (inside - low).astype(np.float32)
    return _Taps(np.stack((low, high)), np.stack((1 - part, part)))


def _positive_part(
    logits: NDArray[np.float32], rows: _Taps, columns: _Taps
) -> tuple[NDArray[np.bool_], tuple[int, int]]:
    """`rows @ logits @ columns.T > 0` where it can be true, and the (column, row) where that part starts."""
    positive = logits > 0
    x0, x1 = columns.reached(np.asarray(positive.any(axis=0)))
    y0, y1 = rows.reached(np.asarray(positive.any(axis=1)))
    if x0 == x1 or y0 == y1:
        return np.zeros((0, 0), np.bool_), (0, 0)
    return _mix(logits, rows.between(y0, y1), columns.between(x0, x1)), (x0, y0)


def _mix(logits: NDArray[np.float32], rows: _Taps, columns: _Taps) -> NDArray[np.bool_]:
    """`rows @ logits @ columns.T > 0`, in bands of rows.

    A pixel whose logits are all on one side of 0 is on that side too: in each band only the columns that mix
    both are computed. For a smooth mask that is a small part of it.
    """
    out = np.empty((rows.index.shape[1], columns.index.shape[1]), np.bool_)
    left, right = int(columns.index.min()), int(columns.index.max()) + 1
    first, last = int(rows.index.min()), int(rows.index.max()) + 1
    columns = _Taps(columns.index - left, columns.weight)
    grid = _finite(logits[first:last, left:right])
    across, positive = grid @ columns.matrix(right - left).T, grid > 0
    for start in range(0, out.shape[0], _ROWS_AT_ONCE):
        band = rows.between(start, start + _ROWS_AT_ONCE)
        top, bottom = int(band.index.min()) - first, int(band.index.max()) + 1 - first
        down = _Taps(band.index - first - top, band.weight).matrix(bottom - top)
        inside = np.logical_and.reduce(np.logical_and.reduce(positive[top:bottom])[columns.index])
        reached = np.logical_or.reduce(np.logical_or.reduce(positive[top:bottom])[columns.index])
        part = out[start : start + _ROWS_AT_ONCE]
        part[:] = inside
        for x0, x1 in _runs(reached & ~inside):
            np.greater(down @ across[top:bottom, x0:x1], 0, out=part[:, x0:x1])
    return out


def _runs(marked: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Where marks begin and end, as half-open ranges."""
    edges = np.flatnonzero(np.diff(marked, prepend=False, append=False)).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))


def _finite(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Logits without NaN and infinities, which a matrix product would spread over whole rows."""
    if np.isfinite(logits).all():
        return logits
    return np.nan_to_num(logits, nan=-1.0, posinf=1e4, neginf=-1e4)
