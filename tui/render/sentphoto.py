"""Which picture of a photo a terminal holds, and which part of it shows a view.

A photo is sent once, at a size that serves several zooms: then zooming and panning only name another source
rectangle. Rule: a sent picture serves a view that it contains while it has at least half the pixels the view
asks for, or every image pixel twice: there is nothing more to see then, and source rectangles, which begin
and end on sent pixels, are at most a quarter of an image pixel off. Beyond that a detail is sent: the
neighbourhood of the view. Doubled pixels are copies, which compress to half of what smooth ones need.
Until the whole is there a preview stands for it. `tui.render.photofeed` says when each is sent.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tui.render import compose
from tui.render.scene import Canvas, Photo, View
from tui.render.strokes import Rect
from tui.types.shapes import Box

MAX_PIXELS = 1_500_000
OVERSAMPLING = 2.0
LEAST_SHARE = 0.5
"""Sent pixels per device pixel below which a picture is too coarse."""
DOUBLED = 2.0
"""Sent pixels per image pixel that serve every zoom; between this and 1 nothing is gained."""
SLACK = 0.999
"""Scales are compared with this much room for rounding."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A picture of the photo `token`: `region` (image pixels) on `wh` pixels, then `margin` transparent ones.

    Placements end on cell borders, photos do not: the margin fills the last cell, for views of at least
    `least_scale`.
    """

    token: str
    region: Box
    wh: tuple[int, int]
    margin: tuple[int, int]
    least_scale: float

    @property
    def scale(self) -> float:
        """Sent pixels per image pixel."""
        return self.wh[0] / self.region.width

    def serves(self, photo: Photo, view: View, canvas: Canvas) -> bool:
        """True when the view can be shown from this picture."""
        if self.token != photo.token or view.scale < self.least_scale * SLACK:
            return False
        shown = _visible(photo, view, canvas)
        inside = (
            self.region.x0 <= shown.x0
            and self.region.y0 <= shown.y0
            and self.region.x1 >= shown.x1
            and self.region.y1 >= shown.y1
        )
        return inside and self.scale >= min(LEAST_SHARE * view.scale, DOUBLED)


@dataclass(frozen=True, slots=True)
class Window:
    """A source rectangle and the canvas cells it fills: `at` device pixels, `cells` columns and rows from the
    cell that holds `at`.
    """

    source: Rect
    at: tuple[int, int]
    cells: tuple[int, int]


def plan_whole(photo: Photo, view: View, canvas: Canvas, *, frugal: bool = False) -> Sent:
    """The whole photo at twice the size that fits the canvas, at most 1.5 megapixels.

    It serves views down to half the size that fits. A photo smaller than the canvas is enlarged to twice its
    own size, unless `frugal`; see `DOUBLED`.
    """
    height, width = photo.rgb.shape[:2]
    device = canvas.cols * canvas.cell[0], canvas.rows * canvas.cell[1]
    fit = min(device[0] / width, device[1] / height)
    scale = min(OVERSAMPLING * fit, math.sqrt(MAX_PIXELS / (width * height)))
    scale = DOUBLED if scale > DOUBLED and not frugal else min(scale, 1.0)
    wh = max(1, round(width * scale)), max(1, round(height * scale))
    least = min(fit / 2, view.scale)
    return Sent(photo.token, Box(0, 0, width, height), wh, _margin(canvas, scale / least), least)


def plan_preview(whole: Sent, canvas: Canvas, most: int) -> Sent:
    """The same region as `whole` at a third of its size or less, so that it has at most `most` pixels."""
    width, height = whole.wh
    factor = min(1 / 3, math.sqrt(most / (width * height)))
    wh = max(1, int(width * factor)), max(1, int(height * factor))
    margin = _margin(canvas, wh[0] / whole.region.width / whole.least_scale)
    return Sent(whole.token, whole.region, wh, margin, whole.least_scale)


def plan_detail(photo: Photo, view: View, canvas: Canvas) -> Sent:
    """The view's neighbourhood at the view's scale or doubled, as much as 1.5 megapixels hold."""
    device = canvas.cols * canvas.cell[0], canvas.rows * canvas.cell[1]
    scale = min(view.scale, DOUBLED)
    window = compose.window_of(view, device)
    grow = min(2.0, max(1.0, math.sqrt(MAX_PIXELS / (window.width * window.height)) / scale))
    dx, dy = window.width * (grow - 1) / 2, window.height * (grow - 1) / 2
    height, width = photo.rgb.shape[:2]
    region = Box(
        max(0, math.floor(window.x0 - dx)),
        max(0, math.floor(window.y0 - dy)),
        min(width, math.ceil(window.x1 + dx)),
        min(height, math.ceil(window.y1 + dy)),
    )
    wh = max(1, round(region.width * scale)), max(1, round(region.height * scale))
    return Sent(photo.token, region, wh, _margin(canvas, scale / view.scale), view.scale)


def pixels(photo: Photo, sent: Sent) -> NDArray[np.uint8]:
    """The RGB pixels of a planned picture, without its margin."""
    region = sent.region
    part = photo.rgb[int(region.y0) : int(region.y1), int(region.x0) : int(region.x1)]
    if sent.scale == DOUBLED:
        return np.repeat(np.repeat(part, 2, axis=0), 2, axis=1)
    if sent.scale > 1:
        return compose.photo_frame(photo, View(region.x0, region.y0, sent.scale), sent.wh)
    if sent.wh == (part.shape[1], part.shape[0]):
        return part
    return np.asarray(cv2.resize(part, sent.wh, interpolation=cv2.INTER_AREA), np.uint8)


def locate(
    sent: Sent, photo: Photo, view: View, canvas: Canvas, *, whole_cells: bool = False
) -> Window | None:
    """The part of a sent picture that shows the view; None when the photo is out of sight.

    Both edges are rounded to sent pixels, so that the picture lies at most half a sent pixel off. A picture
    is stretched to the end of its last cell, or (`whole_cells`) to the full size of its cells.
    """
    x, y, width, height = compose.photo_rect(
        photo, view, (canvas.cols * canvas.cell[0], canvas.rows * canvas.cell[1])
    )
    if width <= 0 or height <= 0:
        return None
    (left, right, cols), (top, bottom, rows) = (
        _cells(at, size, cell, whole=whole_cells)
        for at, size, cell in zip((x, y), (width, height), canvas.cell, strict=True)
    )
    x0, x1 = _source_span(sent, view, (left, right), axis=0)
    y0, y1 = _source_span(sent, view, (top, bottom), axis=1)
    return Window((x0, y0, x1 - x0, y1 - y0), (x, y), (cols, rows))


def _cells(at: int, size: int, cell: int, *, whole: bool) -> tuple[int, int, int]:
    """The device pixels that a picture from `at` on is stretched to, begin and end, and its cells."""
    if whole:
        count = -(-size // cell)
        return at, at + count * cell, count
    end = -(-(at + size) // cell)
    return at, end * cell, end - at // cell


def _source_span(sent: Sent, view: View, device: tuple[int, int], *, axis: int) -> tuple[int, int]:
    """The sent pixels behind a stretch of device pixels, at least one, within the picture and its margin."""
    origin = view.x if axis == 0 else view.y
    start = sent.region.x0 if axis == 0 else sent.region.y0
    extent = sent.region.width if axis == 0 else sent.region.height
    step = sent.wh[axis] / extent
    limit = sent.wh[axis] + sent.margin[axis]
    first, last = (round((origin + place / view.scale - start) * step) for place in device)
    first = min(max(first, 0), limit - 1)
    return first, min(max(last, first + 1), limit)


def _visible(photo: Photo, view: View, canvas: Canvas) -> Box:
    height, width = photo.rgb.shape[:2]
    window = compose.window_of(view, (canvas.cols * canvas.cell[0], canvas.rows * canvas.cell[1]))
    return Box(
        min(max(window.x0, 0), width),
        min(max(window.y0, 0), height),
        max(0, min(window.x1, width)),
        max(0, min(window.y1, height)),
    )


def _margin(canvas: Canvas, sent_per_device: float) -> tuple[int, int]:
    """A cell's size in sent pixels, and one more for rounding."""
    width, height = canvas.cell
    return math.ceil(width * sent_per_device) + 1, math.ceil(height * sent_per_device) + 1
