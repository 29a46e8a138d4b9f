"""The marks over a photo as kitty pictures and placements: mask, shapes, points, cursor, labels.

A mask is a palette PNG at half the canvas' resolution, one chunk; box sides are cuts of a strip, so that they
are exact to the pixel; prompt points and the cursor are sprites; polygons share one palette PNG. So do hint
labels, which as sprites would be a placement of 80 bytes each.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace

import numpy as np

from tui.render import compose, kittyplaces, letters, png, strokes
from tui.render.compose import Pen
from tui.render.kittyplaces import UNDER_BACKGROUND, Put
from tui.render.labels import paint_labels
from tui.render.minimap import map_rect, map_tile
from tui.render.png import Rgba
from tui.render.scene import Canvas, MaskMark, Rgb, Scene, ShapeMark, TextMark

PREVIEW, WHOLE, DETAIL, MASK, SHAPES, CURSOR, PLUS, MINUS, HANDLE, LABELS, TEXTS, MAP, FIRST_STRIP = range(13)
"""Picture ids, counted from the driver's base; from FIRST_STRIP on two a colour (across, down)."""

Z_PHOTO, Z_MASK, Z_SHAPES, Z_EDGES, Z_POINTS, Z_TEXTS, Z_CURSOR, Z_LABELS = (
    UNDER_BACKGROUND - 80 + 10 * n for n in range(8)
)

MAX_EDGED_BOXES = 24
"""More boxes than this are painted into the shapes' picture: each side is a placement of 80 bytes."""

FILL_ALPHAS = (0, 28, 56, 112)
"""By the mark's `fill`. Light, because kitty blends in linear light, where the same alpha looks stronger."""

_FIRST_WORD = 2000
"""Texts' sprites count from here: strips of boxes never reach as far."""

_STRIP_LENGTH = 8192
_DASH_PERIOD = 8

StripIds = dict[tuple[Rgb, bool, int], int]
"""The first picture id of each strip in use: by colour, dashed or not, width."""


@dataclass(slots=True, eq=False)
class Plan:
    """What the terminal is to hold (by picture id, the content's identity and its PNG) and to show."""

    pictures: dict[int, tuple[Hashable, Callable[[], bytes]]] = field(default_factory=dict)
    puts: dict[tuple[int, int], Put] = field(default_factory=dict)

    def put(self, put: Put | None) -> None:
        """Show a placement; None is one that is out of sight."""
        if put is not None:
            self.puts[put.key] = put


class MarkPlanner:
    """Plans the marks of scenes; picture ids count from `base`. `strips` are remembered between scenes."""

    def __init__(self, base: int) -> None:
        self._base = base
        self._strips: StripIds = {}
        self._words: dict[tuple[str, Rgb], int] = {}

    def forget(self) -> None:
        """The terminal holds nothing any more: strip ids may start over."""
        self._strips.clear()
        self._words.clear()

    def plan(self, plan: Plan, scene: Scene, wh: tuple[int, int]) -> None:
        """Add the marks of a scene on a canvas of `wh` device pixels."""
        pen = compose.pen_for(scene.canvas.cell)
        if scene.mask is not None:
            self._mask(plan, scene, scene.mask, wh)
        self._shapes(plan, scene, pen, wh)
        self._points(plan, scene, pen)
        self._texts(plan, scene, pen, wh)
        self._cursor(plan, scene, pen)
        self._labels(plan, scene, pen, wh)
        self._map(plan, scene, wh)

    def _mask(self, plan: Plan, scene: Scene, mark: MaskMark, wh: tuple[int, int]) -> None:
        """Fill and outline as one palette picture laid over the canvas' cells."""
        image, canvas = self._base + MASK, scene.canvas
        token = scene.photo.token if scene.photo else ""
        content = (mark.mask, mark.colour, mark.fill, scene.view, canvas, token)
        plan.pictures[image] = content, lambda: _mask_png(scene, mark, wh)
        plan.put(Put(image, 1, canvas.row, canvas.col, Z_MASK, cells=(canvas.cols, canvas.rows)))

    def _shapes(self, plan: Plan, scene: Scene, pen: Pen, wh: tuple[int, int]) -> None:
        """Boxes as strips along their sides, polygons and boxes beyond `MAX_EDGED_BOXES` as one picture."""
        boxes = [mark for mark in scene.shapes if mark.box]
        special = [mark for mark in boxes if mark.style in ("selected", "open")]
        edged = boxes if len(boxes) <= MAX_EDGED_BOXES else special
        painted = tuple(mark for mark in scene.shapes if not any(mark is other for other in edged))
        if painted:
            image, canvas = self._base + SHAPES, scene.canvas
            content = (painted, scene.view, canvas)
            plan.pictures[image] = content, lambda: _shapes_png(scene, painted, wh, pen)
            plan.put(Put(image, 1, canvas.row, canvas.col, Z_SHAPES, cells=(canvas.cols, canvas.rows)))
        for number, mark in enumerate(edged):
            self._box(plan, scene, mark, pen, number)

    def _box(self, plan: Plan, scene: Scene, mark: ShapeMark, pen: Pen, number: int) -> None:
        points = compose.to_device(scene.view, np.asarray(mark.points, np.float64))
        (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
        dashed = mark.style in ("open", "offered")
        across = self._strip(plan, mark.colour, pen.line, dashed=dashed)
        for side, rect in enumerate(strokes.box_edges((x0, y0, x1, y1), pen.line)):
            level = side < 2
            image, placement = across if level else across + 1, 4 * number + side + 1
            clipped = kittyplaces.sprite(scene.canvas, rect, image=image, placement=placement, z=Z_EDGES)
            plan.put(clipped and _from_strip(clipped, scene.canvas, level=level))
        if mark.style == "selected":
            size = 2 * pen.line + 2
            image = self._sprite_picture(plan, HANDLE, size, _handle_layer)
            for corner, (x, y) in enumerate(points):
                rect = (round(x) - size // 2, round(y) - size // 2, size, size)
                placement = 64 * number + corner + 1
                plan.put(
                    kittyplaces.sprite(scene.canvas, rect, image=image, placement=placement, z=Z_EDGES + 1)
                )

    def _strip(self, plan: Plan, colour: Rgb, width: int, *, dashed: bool) -> int:
        """The id of the strip of a colour for horizontal sides; the next id is the one for vertical sides."""
        image = self._strips.setdefault(
            (colour, dashed, width), self._base + FIRST_STRIP + 2 * len(self._strips)
        )
        for upright in (0, 1):
            content = ("strip", colour, dashed, width, upright)
            plan.pictures[image + upright] = content, _strip_encoder(colour, width, dashed, bool(upright))
        return image

    def _points(self, plan: Plan, scene: Scene, pen: Pen) -> None:
        radius = pen.radius
        side = 2 * radius + 1
        for number, point in enumerate(scene.points):
            which = PLUS if point.positive else MINUS
            image = self._sprite_picture(plan, which, side, _glyph_layer(positive=point.positive))
            x, y = np.floor(compose.to_device(scene.view, np.array([[point.x, point.y]]))[0]).astype(int)
            rect = (int(x) - radius, int(y) - radius, side, side)
            plan.put(kittyplaces.sprite(scene.canvas, rect, image=image, placement=number + 1, z=Z_POINTS))

    def _texts(self, plan: Plan, scene: Scene, pen: Pen, wh: tuple[int, int]) -> None:
        """Texts as sprites, so that a zoom sends none of them anew; the grid and many texts as a picture."""
        many = scene.texts if len(scene.texts) > MAX_EDGED_BOXES else ()
        if scene.grid is not None or many:
            image, canvas = self._base + TEXTS, scene.canvas
            painted = replace(scene, texts=many)
            plan.pictures[image] = (
                (scene.grid, many, scene.view, canvas),
                lambda: _texts_png(painted, wh, pen),
            )
            plan.put(Put(image, 1, canvas.row, canvas.col, Z_TEXTS, cells=(canvas.cols, canvas.rows)))
        for number, mark in enumerate(() if many else scene.texts):
            rect = letters.text_rect(mark, scene.view, wh, pen.text)
            if rect is not None:
                image = self._text_picture(plan, mark, pen)
                put = kittyplaces.sprite(scene.canvas, rect, image=image, placement=number + 1, z=Z_TEXTS)
                plan.put(put and _uncut(put, rect[2], rect[3]))

    def _map(self, plan: Plan, scene: Scene, wh: tuple[int, int]) -> None:
        rect = map_rect(scene, wh)
        if rect is not None:
            tile, image = map_tile(scene, rect, wh), self._base + MAP
            plan.pictures[image] = ("map", tile.tobytes()), lambda: png.palette_png(tile, _opaque_inks()[:3])
            plan.put(kittyplaces.sprite(scene.canvas, rect, image=image, placement=1, z=Z_LABELS))

    def _text_picture(self, plan: Plan, mark: TextMark, pen: Pen) -> int:
        """The id of a text's sprite, which the plan then holds."""
        key = mark.text, mark.colour
        image = self._words.setdefault(key, self._base + _FIRST_WORD + len(self._words))
        plan.pictures[image] = ("text", key, pen.text), lambda: _word_png(mark, pen)
        return image

    def _cursor(self, plan: Plan, scene: Scene, pen: Pen) -> None:
        if scene.cursor is None:
            return
        arm = pen.arm + pen.arm // 2
        side = 2 * arm + 1
        image = self._sprite_picture(plan, CURSOR, side, lambda size: strokes.rimmed_cross(size // 2))
        # A zoom keeps the cursor where it is, but for the last bits: it need not move then.
        x, y = np.floor(compose.to_device(scene.view, np.array([scene.cursor]))[0] + 1e-6).astype(int)
        rect = (int(x) - arm, int(y) - arm, side, side)
        put = kittyplaces.sprite(scene.canvas, rect, image=image, placement=1, z=Z_CURSOR)
        plan.put(put and _uncut(put, side, side))

    def _labels(self, plan: Plan, scene: Scene, pen: Pen, wh: tuple[int, int]) -> None:
        if not scene.labels:
            return
        image, canvas = self._base + LABELS, scene.canvas
        plan.pictures[image] = (scene.labels, scene.view, canvas), lambda: _labels_png(scene, wh, pen)
        plan.put(Put(image, 1, canvas.row, canvas.col, Z_LABELS, cells=(canvas.cols, canvas.rows)))

    def _sprite_picture(
        self, plan: Plan, which: int, side: int, paint: Callable[[int], strokes.Layer]
    ) -> int:
        """The id of a sprite's picture, which the plan then holds."""
        image = self._base + which
        plan.pictures[image] = ("sprite", which, side), lambda: png.palette_png(paint(side), _opaque_inks())
        return image


def _uncut(put: Put, width: int, height: int) -> Put:
    """Leave the source out where all of the sprite is in sight: a shorter command."""
    if put.source != (0, 0, width, height):
        return put
    return Put(put.image, put.placement, put.row, put.col, put.z, put.offset)


def _from_strip(put: Put, canvas: Canvas, *, level: bool) -> Put:
    """Cut the strip so that its dashes keep their place on the screen, whatever the side's start."""
    if put.source is None:
        return put
    _, _, width, height = put.source
    if level:
        start = ((put.col - canvas.col) * canvas.cell[0] + put.offset[0]) % _DASH_PERIOD
        source = (start, 0, width, height)
    else:
        start = ((put.row - canvas.row) * canvas.cell[1] + put.offset[1]) % _DASH_PERIOD
        source = (0, start, width, height)
    return Put(put.image, put.placement, put.row, put.col, put.z, put.offset, source)


def _mask_png(scene: Scene, mark: MaskMark, canvas_wh: tuple[int, int]) -> bytes:
    """Fill and outline in two bits a pixel, at half the canvas' size (less on screens of small pixels)."""
    divisor = 2 * max(1, round(scene.canvas.cell[1] / 20))
    wh = max(1, canvas_wh[0] // divisor), max(1, canvas_wh[1] // divisor)
    bits = compose.mask_bits(scene, mark, wh, canvas_wh)
    index = bits.astype(np.uint8)
    index[strokes.outline(bits, 1)] = 2
    colour = mark.colour
    return png.palette_png(index, [(0, 0, 0, 0), (*colour, FILL_ALPHAS[mark.fill]), (*colour, 255)])


def _shapes_png(scene: Scene, marks: tuple[ShapeMark, ...], wh: tuple[int, int], pen: Pen) -> bytes:
    """Outlines in at most 15 colours; further ones take the nearest."""
    inks = strokes.collect_inks((mark.colour for mark in marks), 15)
    layer = np.zeros((wh[1], wh[0]), np.uint8)
    for mark in marks:
        compose.paint_shape(layer, mark, scene.view, inks, pen)
    return png.palette_png(layer, [(0, 0, 0, 0), *((*colour, 255) for colour in inks.colours)])


def _texts_png(scene: Scene, wh: tuple[int, int], pen: Pen) -> bytes:
    inks = strokes.collect_inks((mark.colour for mark in scene.texts), 15)
    layer = np.zeros((wh[1], wh[0]), np.uint8)
    letters.paint_letters(layer, scene, inks, pen.text)
    return png.palette_png(layer, [(0, 0, 0, 0), *((*colour, 255) for colour in inks.colours)])


def _word_png(mark: TextMark, pen: Pen) -> bytes:
    tile = letters.text_tile(mark.text, mark.colour, pen.text)
    ink = strokes.FIXED_INKS[strokes.text_ink(mark.colour) - 1]
    return png.palette_png((tile > 0).astype(np.uint8), [(*mark.colour, 255), (*ink, 255)])


def _labels_png(scene: Scene, wh: tuple[int, int], pen: Pen) -> bytes:
    """Tiles of two inks on nothing."""
    layer = np.zeros((wh[1], wh[0]), np.uint8)
    paint_labels(layer, scene.labels, scene.view, pen.text)
    return png.palette_png(layer, _opaque_inks()[: strokes.DARK + 1])


def _strip_encoder(colour: Rgb, width: int, dashed: bool, upright: bool) -> Callable[[], bytes]:
    def encode() -> bytes:
        dark = np.arange(_STRIP_LENGTH) % _DASH_PERIOD >= _DASH_PERIOD // 2
        line = (dark if dashed else np.zeros(_STRIP_LENGTH, bool)).astype(np.uint8)
        index = np.tile(line, (width, 1))
        gap = strokes.FIXED_INKS[strokes.companion(colour) - 1]
        return png.palette_png(index.T if upright else index, [(*colour, 255), (*gap, 255)])

    return encode


def _handle_layer(side: int) -> strokes.Layer:
    layer = np.full((side, side), strokes.DARK, np.uint8)
    layer[1:-1, 1:-1] = strokes.LIGHT
    return layer


def _glyph_layer(*, positive: bool) -> Callable[[int], strokes.Layer]:
    def paint(side: int) -> strokes.Layer:
        layer = np.zeros((side, side), np.uint8)
        strokes.point_glyph(layer, side // 2, side // 2, positive=positive, radius=side // 2)
        return layer

    return paint


def _opaque_inks() -> list[Rgba]:
    return [(0, 0, 0, 0), *((*colour, 255) for colour in strokes.FIXED_INKS)]
