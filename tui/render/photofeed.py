"""Which pictures of a photo a terminal holds, and which to send next.

A photo arrives in stages. At once: a preview, a third of the size in 256 colours. Then, piece by piece while
nothing else is to be drawn: the whole photo (`sentphoto.plan_whole`), and where the view is closer than that
serves, a detail. Each stage lies over the one before, which is taken away when the new one is complete; a
zoom or a pan at any time only names other source rectangles.

Where the terminal can patch a stored picture, a stage begins as a transparent picture, and a piece is a
rectangle of it in at most `PIECE_BYTES` on the wire, nearest to what the person looks at first. Elsewhere a
stage is one piece of any size: many pictures side by side would cost a placement each on every zoom.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tui.render import png, sentphoto
from tui.render.palette import PhotoPalette, photo_palette
from tui.render.scene import Photo, Scene
from tui.render.sentphoto import Sent
from tui.render.strokes import Rect

Role = Literal["preview", "whole", "detail"]

PIECE_BYTES = 32_768
"""Most bytes of a piece on the wire, with all its commands."""
PIECE_PNG = 22_800
"""Bytes of a PNG that stay within `PIECE_BYTES` as base64 in chunks, wrapped for tmux, with placements."""

PREVIEW_PIXELS = 110_000
FRUGAL_PREVIEW_PIXELS = 36_000
SMALL_PIXELS = 40_000
"""A photo of no more pixels is sent at once, without a preview."""

_COLOURS = 255
"""Of a palette picture; one more is the transparent margin."""
_FIRST_RATE, _LEAST_RATE = 1.5, 0.02
"""PNG bytes per pixel expected of the first piece, and at least of any."""


@dataclass(slots=True, eq=False)
class Stage:
    """A picture on its way: `pending` rectangles of it are not sent yet (None: it is not begun).

    `pixels` RGB [h, w, 3] live while something is pending; `rate` is the PNG bytes per pixel expected next.
    """

    sent: Sent
    pending: list[Rect] | None = None
    pixels: NDArray[np.uint8] | None = None
    rate: float = _FIRST_RATE

    @property
    def complete(self) -> bool:
        return self.pending == []


@dataclass(frozen=True, slots=True)
class Held:
    """A picture the terminal is to hold, and whether it is to be shown for the view.

    `at_once`: an update sends it if it is missing; others come by pieces.
    """

    role: Role
    sent: Sent
    shown: bool
    at_once: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A PNG for `rect` of a stage's picture; None for all of it, margin included.

    `opens`: the stage's empty picture must be stored first.
    """

    role: Role
    sent: Sent
    rect: Rect | None
    png: bytes
    opens: bool = False


class PhotoFeed:
    """The stages of one photo at a time.

    `patches`: the terminal can replace rectangles of a stored picture. `frugal`: 256 colours throughout, a
    smaller preview, and no detail that shows nothing new.
    """

    def __init__(self, *, patches: bool, frugal: bool) -> None:
        self._patches, self._frugal = patches, frugal
        self._preview: Sent | None = None
        self._whole: Stage | None = None
        self._detail: Stage | None = None
        self._palette: tuple[str, PhotoPalette] | None = None

    def forget(self) -> None:
        """The terminal holds nothing any more."""
        self._preview = self._whole = self._detail = self._palette = None

    def held(self, scene: Scene, photo: Photo) -> list[Held]:
        """The pictures for a scene, from below. A new photo (or too wide a view) begins anew."""
        whole = self._whole
        if (
            whole is None
            or whole.sent.token != photo.token
            or scene.view.scale < whole.sent.least_scale * sentphoto.SLACK
        ):
            whole = self._begin(scene, photo)
        detail, view, canvas = self._detail, scene.view, scene.canvas
        enough = whole.sent.serves(photo, view, canvas)
        on_top = not enough and detail is not None and detail.sent.serves(photo, view, canvas)
        sharp = on_top and detail is not None and detail.complete
        held = []
        if self._preview is not None:
            held.append(Held("preview", self._preview, shown=not sharp, at_once=True))
        if whole.pending is not None:
            held.append(Held("whole", whole.sent, shown=not sharp, at_once=self._preview is None))
        if detail is not None and detail.pending is not None:
            held.append(Held("detail", detail.sent, shown=on_top))
        return held

    def picture(self, photo: Photo, held: Held) -> bytes:
        """The PNG of a picture that is sent at once."""
        plain = held.role == "whole" and not self._frugal
        return self._png(photo, sentphoto.pixels(photo, held.sent), plain=plain, margin=held.sent.margin)

    def piece(self, scene: Scene, photo: Photo) -> Piece | None:
        """The next piece for a scene that `held` was asked for; None when nothing is left to improve."""
        whole, view, canvas = self._whole, scene.view, scene.canvas
        if whole is None or whole.sent.token != photo.token:
            return None
        if not whole.sent.serves(photo, view, canvas) and not (self._frugal and whole.sent.scale >= 1):
            detail = self._detail
            if detail is None or not detail.sent.serves(photo, view, canvas):
                sent = sentphoto.plan_detail(photo, view, canvas)
                detail = Stage(sent, rate=_FIRST_RATE / max(1.0, sent.scale))
            if not detail.complete and detail.sent.serves(photo, view, canvas):
                self._detail = detail
                return self._advance("detail", detail, scene, photo)
        if whole.complete:
            return None
        piece = self._advance("whole", whole, scene, photo)
        if whole.complete:
            self._preview = None
        return piece

    def _begin(self, scene: Scene, photo: Photo) -> Stage:
        sent = sentphoto.plan_whole(photo, scene.view, scene.canvas, frugal=self._frugal)
        whole = self._whole = Stage(sent)
        self._detail = self._preview = None
        if sent.region.width * sent.region.height <= SMALL_PIXELS:
            whole.pending = []
        else:
            most = FRUGAL_PREVIEW_PIXELS if self._frugal else PREVIEW_PIXELS
            self._preview = sentphoto.plan_preview(sent, scene.canvas, most)
        return whole

    def _advance(self, role: Role, stage: Stage, scene: Scene, photo: Photo) -> Piece:
        opens = stage.pending is None
        pixels = stage.pixels
        if pixels is None:
            pixels = stage.pixels = sentphoto.pixels(photo, stage.sent)
        if not self._patches:
            stage.pending, stage.pixels = [], None
            data = self._png(photo, pixels, plain=not self._frugal, margin=stage.sent.margin)
            return Piece(role, stage.sent, None, data)
        if stage.pending is None:
            stage.pending = [(0, 0, *stage.sent.wh)]
        x, y, width, height = _take(stage, _looked_at(scene, stage.sent))
        while True:
            data = self._png(photo, pixels[y : y + height, x : x + width], plain=not self._frugal)
            if len(data) <= PIECE_PNG or width * height == 1:
                break
            (x, y, width, height), rest = _parts((x, y, width, height), 2)
            stage.pending.append(rest)
        stage.rate = max(len(data) / (width * height), stage.rate / 2, _LEAST_RATE)
        if not stage.pending:
            stage.pixels = None
        return Piece(role, stage.sent, (x, y, width, height), data, opens)

    def _png(
        self, photo: Photo, rgb: NDArray[np.uint8], *, plain: bool, margin: tuple[int, int] = (0, 0)
    ) -> bytes:
        """True colour when `plain`, else a palette; all pieces of a frugal photo share one, against seams."""
        if plain:
            return png.photo_png(rgb, margin=margin)
        if self._frugal:
            if self._palette is None or self._palette[0] != photo.token:
                self._palette = photo.token, photo_palette(photo.rgb, _COLOURS)
            palette = self._palette[1]
            index, table = palette.indices(rgb), palette.colours
        else:
            index, table = _quantized(rgb)
        right, below = margin
        index = np.pad(index, ((0, below), (0, right)), constant_values=len(table))
        colours = [(int(r), int(g), int(b), 255) for r, g, b in table]
        return png.palette_png(index, [*colours, (0, 0, 0, 0)] if right or below else colours)


def _quantized(rgb: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Palette indices [h, w] and colours [n, 3] of a picture on its own: faster than a palette for any."""
    picture = Image.fromarray(rgb).quantize(_COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    table = np.array(picture.getpalette() or [], np.uint8).reshape(-1, 3)[:_COLOURS]
    return np.asarray(picture, np.uint8), table


def _looked_at(scene: Scene, sent: Sent) -> tuple[float, float, float, float]:
    """The part of a sent picture that the view shows, in its pixels: x0, y0, x1, y1."""
    view, canvas = scene.view, scene.canvas
    width, height = canvas.cols * canvas.cell[0] / view.scale, canvas.rows * canvas.cell[1] / view.scale
    x0, y0 = (view.x - sent.region.x0) * sent.scale, (view.y - sent.region.y0) * sent.scale
    return x0, y0, x0 + width * sent.scale, y0 + height * sent.scale


def _take(stage: Stage, seen: tuple[float, float, float, float]) -> Rect:
    """Take the pending rectangle nearest to the middle of what is seen, cut down to the size of a piece."""
    assert stage.pending
    middle = (seen[0] + seen[2]) / 2, (seen[1] + seen[3]) / 2

    def rank(rect: Rect) -> tuple[bool, float]:
        x, y, width, height = rect
        hidden = x >= seen[2] or y >= seen[3] or x + width <= seen[0] or y + height <= seen[1]
        away = (max(x - middle[0], 0, middle[0] - x - width), max(y - middle[1], 0, middle[1] - y - height))
        return hidden, math.hypot(*away)

    rect = min(stage.pending, key=rank)
    stage.pending.remove(rect)
    while (pieces := math.ceil(rect[2] * rect[3] * stage.rate / PIECE_PNG)) > 1 and rect[2] * rect[3] > 1:
        parts = sorted(_parts(rect, pieces if pieces == 3 else 2), key=rank)
        rect = parts[0]
        stage.pending += parts[1:]
    return rect


def _parts(rect: Rect, count: int) -> list[Rect]:
    """A rectangle cut across its longer side into `count` parts, or as many as it has pixels there."""
    x, y, width, height = rect
    cuts = np.linspace(0, max(width, height), min(count, max(width, height)) + 1).astype(int).tolist()
    spans = list(itertools.pairwise(cuts))
    if width >= height:
        return [(x + start, y, stop - start, height) for start, stop in spans]
    return [(x, y + start, width, stop - start) for start, stop in spans]
