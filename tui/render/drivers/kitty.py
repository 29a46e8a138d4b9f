"""Kitty graphics: everything is a placement under the text.

The photo is sent once and zoomed by naming another source rectangle (`tui.render.sentphoto`). A mask is a
palette PNG at half the canvas' resolution, one chunk; box sides are cuts of a strip, so that they are exact
to the pixel; prompt points and the cursor are sprites; polygons share one palette PNG. What a scene asks for
is compared with what the terminal holds, and only the difference is sent.

Placements are addressed by cursor, which also works where there are no Unicode placeholders (konsole), but
not inside tmux.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field

import numpy as np

from tui.render import compose, kittycode, png, sentphoto, strokes
from tui.render.compose import Pen
from tui.render.kittycode import UNDER_BACKGROUND, Put
from tui.render.png import Rgba
from tui.render.scene import Canvas, MaskMark, Photo, Rgb, Scene, ShapeMark
from tui.render.sentphoto import Sent
from tui.render.terminal import Terminal

PHOTO, DETAIL, MASK, SHAPES, CURSOR, PLUS, MINUS, HANDLE, FIRST_STRIP = range(9)
"""Picture ids, counted from the driver's base; from FIRST_STRIP on two a colour (across, down)."""

Z_PHOTO, Z_MASK, Z_SHAPES, Z_EDGES, Z_POINTS, Z_CURSOR = (UNDER_BACKGROUND - 60 + 10 * n for n in range(6))

MAX_EDGED_BOXES = 24
"""More boxes than this are painted into the shapes' picture: each side is a placement of 80 bytes."""

FILL_ALPHA = 56
"""Light, because kitty blends in linear light, where the same alpha looks stronger."""

_LOWEST_BASE, _BASES = 10_000, 50_000
_STRIP_LENGTH = 8192
_DASH_PERIOD = 8


@dataclass(slots=True, eq=False)
class _Plan:
    """What the terminal is to hold (by picture id, the content's identity and its PNG) and to show."""

    pictures: dict[int, tuple[Hashable, Callable[[], bytes]]] = field(default_factory=dict)
    puts: dict[tuple[int, int], Put] = field(default_factory=dict)

    def put(self, put: Put | None) -> None:
        if put is not None:
            self.puts[put.key] = put


class KittyDriver:
    """Draws with kitty graphics; see the module's text for how.

    `base` is the first picture id; a random one keeps two programs in one terminal apart.
    """

    def __init__(self, terminal: Terminal, *, base: int | None = None) -> None:
        self._under_text = "text-erases" not in terminal.quirks
        self._base = _LOWEST_BASE + secrets.randbelow(_BASES) if base is None else base
        self._stored: dict[int, Hashable] = {}
        self._shown: dict[tuple[int, int], Put] = {}
        self._sent: dict[int, Sent] = {}
        self._strips: dict[tuple[Rgb, bool, int], int] = {}

    @property
    def name(self) -> str:
        return "kitty"

    @property
    def under_text(self) -> bool:
        return self._under_text

    def device_wh(self, canvas: Canvas) -> tuple[int, int]:
        """Every pixel of every cell."""
        return canvas.cols * canvas.cell[0], canvas.rows * canvas.cell[1]

    def update(self, old: Scene | None, new: Scene) -> bytes:
        """Send what the terminal lacks, move what moved, take off what went."""
        if not (new.canvas.cols and new.canvas.rows):
            return self._take_off(self._shown)
        plan = self._plan(new)
        leftover = dict(self._shown)
        if old is None:
            self._shown.clear()
        parts = [self._send(plan, image) for image in plan.pictures if self._is_new(plan, image)]
        for key, put in plan.puts.items():
            if self._shown.get(key) != put:
                parts.append(kittycode.place(put))
                self._shown[key] = put
        gone = [key for key in leftover if key not in plan.puts]
        parts += [self._take_off(gone), self._free(plan)]
        body = b"".join(parts)
        return b"\x1b7" + body + b"\x1b8" if body else b""

    def hide(self, old: Scene) -> bytes:
        """Take all placements off; every picture stays in the terminal's memory."""
        images = {image for image, _ in self._shown}
        self._shown.clear()
        return b"".join(kittycode.remove(image) for image in sorted(images))

    def erase(self) -> bytes:
        """Free every picture this driver has sent."""
        images = sorted(self._stored)
        self._stored.clear()
        self._shown.clear()
        self._sent.clear()
        self._strips.clear()
        return b"".join(kittycode.free(image) for image in images)

    def _is_new(self, plan: _Plan, image: int) -> bool:
        return image not in self._stored or self._stored[image] != plan.pictures[image][0]

    def _send(self, plan: _Plan, image: int) -> bytes:
        """Store a picture; one with a single placement is shown by the same command."""
        content, encode = plan.pictures[image]
        for key in [key for key in self._shown if key[0] == image]:
            del self._shown[key]
        self._stored[image] = content
        puts = [put for key, put in plan.puts.items() if key[0] == image]
        at_once = puts[0] if len(puts) == 1 else None
        if at_once is not None:
            self._shown[at_once.key] = at_once
        return kittycode.transmit(image, encode(), at_once)

    def _take_off(self, keys: Iterable[tuple[int, int]]) -> bytes:
        parts = []
        for image, placement in list(keys):
            self._shown.pop((image, placement), None)
            parts.append(kittycode.remove(image, placement))
        return b"".join(parts)

    def _free(self, plan: _Plan) -> bytes:
        """Free masks, shapes and photos that are gone; sprites and strips are small and come back."""
        volatile = [self._base + n for n in (PHOTO, DETAIL, MASK, SHAPES)]
        gone = [image for image in volatile if image in self._stored and image not in plan.pictures]
        for image in gone:
            del self._stored[image]
            self._sent.pop(image, None)
        return b"".join(kittycode.free(image) for image in gone)

    def _plan(self, scene: Scene) -> _Plan:
        plan = _Plan()
        pen = compose.pen_for(scene.canvas.cell)
        if scene.photo is not None:
            self._plan_photo(plan, scene, scene.photo)
        if scene.mask is not None:
            self._plan_mask(plan, scene, scene.mask)
        self._plan_shapes(plan, scene, pen)
        self._plan_points(plan, scene, pen)
        self._plan_cursor(plan, scene, pen)
        return plan

    def _plan_photo(self, plan: _Plan, scene: Scene, photo: Photo) -> None:
        """Show the view from the whole photo if that is fine enough, else from a detail of it."""
        view, canvas = scene.view, scene.canvas
        whole = self._sent.get(self._base + PHOTO)
        if whole is None or whole.token != photo.token or view.scale < whole.least_scale * 0.999:
            whole = sentphoto.plan_whole(photo, view, canvas)
        shown, image = whole, self._base + PHOTO
        self._hold(plan, photo, whole, image)
        detail = self._sent.get(self._base + DETAIL)
        if detail is not None and detail.token != photo.token:
            detail = None
        if not whole.serves(photo, view, canvas):
            if detail is None or not detail.serves(photo, view, canvas):
                detail = sentphoto.plan_detail(photo, view, canvas)
            shown, image = detail, self._base + DETAIL
        window = sentphoto.locate(shown, photo, view, canvas)
        if detail is not None:
            self._hold(plan, photo, detail, self._base + DETAIL)
        if window is not None:
            (col, dx), (row, dy) = (divmod(at, side) for at, side in zip(window.at, canvas.cell, strict=True))
            plan.put(
                Put(
                    image,
                    1,
                    canvas.row + row,
                    canvas.col + col,
                    Z_PHOTO,
                    (dx, dy),
                    window.source,
                    window.cells,
                )
            )

    def _hold(self, plan: _Plan, photo: Photo, sent: Sent, image: int) -> None:
        self._sent[image] = sent
        plan.pictures[image] = sent, lambda: png.photo_png(sentphoto.pixels(photo, sent), margin=sent.margin)

    def _plan_mask(self, plan: _Plan, scene: Scene, mark: MaskMark) -> None:
        """Fill and outline as one palette picture laid over the canvas' cells."""
        image, canvas = self._base + MASK, scene.canvas
        token = scene.photo.token if scene.photo else ""
        content = (mark.mask, mark.colour, scene.view, canvas, token)
        if self._stored.get(image) == content:
            plan.pictures[image] = content, bytes
        else:
            plan.pictures[image] = content, lambda: _mask_png(scene, mark, self.device_wh(canvas))
        plan.put(Put(image, 1, canvas.row, canvas.col, Z_MASK, cells=(canvas.cols, canvas.rows)))

    def _plan_shapes(self, plan: _Plan, scene: Scene, pen: Pen) -> None:
        """Boxes as strips along their sides, polygons and boxes beyond `MAX_EDGED_BOXES` as one picture."""
        boxes = [mark for mark in scene.shapes if mark.box]
        special = [mark for mark in boxes if mark.style != "solid"]
        edged = boxes if len(boxes) <= MAX_EDGED_BOXES else special
        painted = tuple(mark for mark in scene.shapes if not any(mark is other for other in edged))
        if painted:
            image, canvas = self._base + SHAPES, scene.canvas
            content = (painted, scene.view, canvas)
            plan.pictures[image] = content, lambda: _shapes_png(scene, painted, self.device_wh(canvas), pen)
            plan.put(Put(image, 1, canvas.row, canvas.col, Z_SHAPES, cells=(canvas.cols, canvas.rows)))
        for number, mark in enumerate(edged):
            self._plan_box(plan, scene, mark, pen, number)

    def _plan_box(self, plan: _Plan, scene: Scene, mark: ShapeMark, pen: Pen, number: int) -> None:
        points = compose.to_device(scene.view, np.asarray(mark.points, np.float64))
        (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
        dashed = mark.style == "open"
        across = self._strip(plan, mark.colour, pen.line, dashed=dashed)
        for side, rect in enumerate(strokes.box_edges((x0, y0, x1, y1), pen.line)):
            level = side < 2
            clipped = kittycode.sprite(
                scene.canvas,
                rect,
                image=across if level else across + 1,
                placement=4 * number + side + 1,
                z=Z_EDGES,
            )
            plan.put(clipped and _from_strip(clipped, scene.canvas, level=level))
        if mark.style == "selected":
            size = 2 * pen.line + 2
            self._sprite_picture(plan, HANDLE, size, _handle_layer)
            for corner, (x, y) in enumerate(points):
                rect = (round(x) - size // 2, round(y) - size // 2, size, size)
                plan.put(
                    kittycode.sprite(
                        scene.canvas,
                        rect,
                        image=self._base + HANDLE,
                        placement=64 * number + corner + 1,
                        z=Z_EDGES + 1,
                    )
                )

    def _strip(self, plan: _Plan, colour: Rgb, width: int, *, dashed: bool) -> int:
        """The id of the strip of a colour for horizontal sides; the next id is the one for vertical sides."""
        image = self._strips.setdefault(
            (colour, dashed, width), self._base + FIRST_STRIP + 2 * len(self._strips)
        )
        for upright in (0, 1):
            content = ("strip", colour, dashed, width, upright)
            plan.pictures[image + upright] = content, _strip_encoder(colour, width, dashed, bool(upright))
        return image

    def _plan_points(self, plan: _Plan, scene: Scene, pen: Pen) -> None:
        radius = pen.radius
        side = 2 * radius + 1
        for number, point in enumerate(scene.points):
            which = PLUS if point.positive else MINUS
            self._sprite_picture(plan, which, side, _glyph_layer(positive=point.positive))
            x, y = np.floor(compose.to_device(scene.view, np.array([[point.x, point.y]]))[0]).astype(int)
            rect = (int(x) - radius, int(y) - radius, side, side)
            plan.put(
                kittycode.sprite(
                    scene.canvas, rect, image=self._base + which, placement=number + 1, z=Z_POINTS
                )
            )

    def _plan_cursor(self, plan: _Plan, scene: Scene, pen: Pen) -> None:
        if scene.cursor is None:
            return
        arm = pen.arm + pen.arm // 2
        side = 2 * arm + 1
        self._sprite_picture(plan, CURSOR, side, lambda size: strokes.rimmed_cross(size // 2))
        x, y = np.floor(compose.to_device(scene.view, np.array([scene.cursor]))[0]).astype(int)
        rect = (int(x) - arm, int(y) - arm, side, side)
        put = kittycode.sprite(scene.canvas, rect, image=self._base + CURSOR, placement=1, z=Z_CURSOR)
        plan.put(put and _uncut(put, side))

    def _sprite_picture(
        self, plan: _Plan, which: int, side: int, paint: Callable[[int], strokes.Layer]
    ) -> None:
        content = ("sprite", which, side)
        plan.pictures[self._base + which] = content, lambda: png.palette_png(paint(side), _opaque_inks())


def _uncut(put: Put, side: int) -> Put:
    """Leave the source out where all of the sprite is in sight: a shorter command."""
    if put.source != (0, 0, side, side):
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
    return png.palette_png(index, [(0, 0, 0, 0), (*colour, FILL_ALPHA), (*colour, 255)])


def _shapes_png(scene: Scene, marks: tuple[ShapeMark, ...], wh: tuple[int, int], pen: Pen) -> bytes:
    """Outlines in at most 15 colours; further ones take the nearest."""
    inks = strokes.collect_inks((mark.colour for mark in marks), 15)
    layer = np.zeros((wh[1], wh[0]), np.uint8)
    for mark in marks:
        compose.paint_shape(layer, mark, scene.view, inks, pen)
    return png.palette_png(layer, [(0, 0, 0, 0), *((*colour, 255) for colour in inks.colours)])


def _strip_encoder(colour: Rgb, width: int, dashed: bool, upright: bool) -> Callable[[], bytes]:
    def encode() -> bytes:
        dark = np.arange(_STRIP_LENGTH) % _DASH_PERIOD >= _DASH_PERIOD // 2
        line = (dark if dashed else np.zeros(_STRIP_LENGTH, bool)).astype(np.uint8)
        index = np.tile(line, (width, 1))
        return png.palette_png(index.T if upright else index, [(*colour, 255), (0, 0, 0, 255)])

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
