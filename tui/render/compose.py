"""A scene as pixels: the photo resampled for a view, and a layer of everything drawn over it.

Pure numpy and cv2. Drivers that have no pictures of their own to place (sixel, half-blocks, textual-image)
send what comes out here; the kitty driver uses the parts.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tui.geometry.masks import view_mask
from tui.render import letters, strokes
from tui.render.labels import paint_labels
from tui.render.minimap import paint_map
from tui.render.scene import MaskMark, Photo, Scene, ShapeMark, View
from tui.render.strokes import Inks, Layer
from tui.types.shapes import Box

NEAREST_FROM = 3.0
"""From this scale on pixels are shown as squares: whoever zooms this far wants to see them."""

BACKGROUND = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class Pen:
    """How thick marks are, in device pixels.

    `line`: shapes; `rim`: the outline of a mask; `arm`, `gap`: the cursor; `radius`: prompt points; `hatch`:
    distance of the dots that fill a mask, 0 for none; `dot`: their least size. `thrift`: an outline of more
    pixels than this is dashed, because each of them has to be sent twice, drawn and taken away; 0: outlines
    are closed, with a dark edge around them. `dash`: the length of dash and gap. `text`: the height of
    letters. An `arm` of 2 is the small cursor.
    """

    line: int
    rim: int
    arm: int
    gap: int
    radius: int
    hatch: int = 0
    dot: int = 1
    thrift: int = 0
    dash: int = 24
    text: int = 9


def pen_for(cell: tuple[int, int]) -> Pen:
    """Thicknesses for pictures of real pixels, by the height of a text cell: 20 px is an ordinary screen."""
    unit = max(1, round(cell[1] / 20))
    text = max(9, cell[1] * 3 // 5)
    return Pen(line=2 * unit, rim=unit, arm=9 * unit, gap=2, radius=6 * unit, hatch=90 * unit, text=text)


def to_device(view: View, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Image points (float [n, 2]) in device pixels."""
    return (points - (view.x, view.y)) * view.scale


def window_of(view: View, wh: tuple[int, int]) -> Box:
    """The part of image space that a canvas of `wh` device pixels shows."""
    return Box(view.x, view.y, view.x + wh[0] / view.scale, view.y + wh[1] / view.scale)


def photo_rect(photo: Photo, view: View, wh: tuple[int, int]) -> strokes.Rect:
    """Where the photo lies on the canvas, in device pixels, clipped; width or height 0 when out of sight."""
    height, width = photo.rgb.shape[:2]
    x0, x1 = (_clamp(round((x - view.x) * view.scale), wh[0]) for x in (0, width))
    y0, y1 = (_clamp(round((y - view.y) * view.scale), wh[1]) for y in (0, height))
    return x0, y0, x1 - x0, y1 - y0


def photo_frame(photo: Photo | None, view: View, wh: tuple[int, int]) -> NDArray[np.uint8]:
    """The photo as the view shows it: RGB uint8 [h, w, 3], black where there is none.

    Pixel areas are averaged when shrinking, interpolated up to `NEAREST_FROM`, squares beyond.
    """
    frame = np.zeros((wh[1], wh[0], 3), np.uint8)
    if photo is None:
        return frame
    x, y, width, height = photo_rect(photo, view, wh)
    if width <= 0 or height <= 0:
        return frame
    frame[y : y + height, x : x + width] = _resample(photo.rgb, view, (x, y, width, height))
    return frame


def _resample(rgb: NDArray[np.uint8], view: View, rect: strokes.Rect) -> NDArray[np.uint8]:
    """The pixels of device rectangle `rect`; the source is cut out first, cv2 takes no side over 32767."""
    x, y, width, height = rect
    left, top = view.x + x / view.scale, view.y + y / view.scale
    right, bottom = left + width / view.scale, top + height / view.scale
    x0, y0 = max(0, int(left) - 2), max(0, int(top) - 2)
    source = rgb[y0 : int(bottom) + 3, x0 : int(right) + 3]
    if view.scale < 1:
        source = _shrink(source, view.scale)
    step_x, step_y = _pixels_per_source(source, rgb, (x0, y0), (int(right) + 3, int(bottom) + 3))
    matrix = np.array(
        [
            [step_x / view.scale, 0, (left + 0.5 / view.scale - x0) * step_x - 0.5],
            [0, step_y / view.scale, (top + 0.5 / view.scale - y0) * step_y - 0.5],
        ]
    )
    method = cv2.INTER_NEAREST if view.scale >= NEAREST_FROM else cv2.INTER_LINEAR
    warped = cv2.warpAffine(
        source,
        matrix,
        (width, height),
        flags=method | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(warped, np.uint8)


def _shrink(source: NDArray[np.uint8], scale: float) -> NDArray[np.uint8]:
    height, width = source.shape[:2]
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(source, size, interpolation=cv2.INTER_AREA), np.uint8)


def _pixels_per_source(
    source: NDArray[np.uint8], rgb: NDArray[np.uint8], start: tuple[int, int], stop: tuple[int, int]
) -> tuple[float, float]:
    """How many pixels of the (shrunk) cut-out one image pixel takes, across and down."""
    across = min(rgb.shape[1], stop[0]) - start[0]
    down = min(rgb.shape[0], stop[1]) - start[1]
    return source.shape[1] / across, source.shape[0] / down


def mask_bits(
    scene: Scene, mark: MaskMark, wh: tuple[int, int], canvas_wh: tuple[int, int]
) -> NDArray[np.bool_]:
    """A mask on `wh` pixels that tile a canvas of `canvas_wh` device pixels, cut at the photo's edge."""
    image_wh = (scene.photo.rgb.shape[1], scene.photo.rgb.shape[0]) if scene.photo else None
    return view_mask(mark.mask, window_of(scene.view, canvas_wh), wh, image_wh)


def paint_mask(layer: Layer, bits: NDArray[np.bool_], inks: tuple[int, int], pen: Pen, fill: int = 2) -> None:
    """A mask as an outline of two `inks` in turn and, where the pen asks for it, sparse dots of the first
    inside, more of them the stronger the `fill` (0 for none).
    """
    ink, other = inks
    if pen.hatch and fill:
        pitch = max(4, pen.hatch * 2 // fill**2)
        layer[strokes.hatch(bits, pitch, max(pen.dot, pitch // 40))] = ink
    rim = strokes.outline(bits, pen.rim)
    if not pen.thrift:
        layer[strokes.halo(bits, pen.rim)] = other
        layer[rim] = ink
        return
    share = pen.thrift * pen.rim / max(1, int(np.count_nonzero(rim)))
    light, dark = strokes.dashes(layer.shape, period=pen.dash, share=share)
    layer[rim & light] = ink
    layer[rim & dark] = other


def paint_shape(layer: Layer, mark: ShapeMark, view: View, inks: Inks, pen: Pen) -> None:
    """The outline of a box or polygon; the selected one has handles, an open or offered one is dashed."""
    points = to_device(view, np.asarray(mark.points, np.float64))
    ink = inks.number(mark.colour)
    width = pen.line
    if mark.style == "selected" and pen.radius > 2:
        _edge(layer, mark, points, pen)
    dashed = mark.style in ("open", "offered")
    target = np.zeros_like(layer) if dashed else layer
    if mark.box:
        (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
        strokes.stroke_box(target, (x0, y0, x1, y1), ink, width)
    else:
        strokes.stroke_ring(target, points, ink, width)
    if dashed:
        strokes.dash(target, ink, strokes.companion(mark.colour))
        np.copyto(layer, target, where=target > 0)
    elif mark.style == "selected":
        for x, y in points:
            strokes.handle(layer, x, y, 2 * pen.line if pen.radius > 2 else 1)


def _edge(layer: Layer, mark: ShapeMark, points: NDArray[np.float64], pen: Pen) -> None:
    """A dark line (of a dark shape a light one) on both sides of the selected shape's own: it stands out
    among others of its class.
    """
    rim, ink = max(1, pen.line // 2), strokes.companion(mark.colour)
    if mark.box:
        (x0, y0), (x1, y1) = points.min(axis=0) - rim, points.max(axis=0) + rim
        strokes.stroke_box(layer, (x0, y0, x1, y1), ink, pen.line + 2 * rim)
    else:
        strokes.stroke_ring(layer, points, ink, pen.line + 2 * rim)


def overlay(scene: Scene, wh: tuple[int, int], inks: Inks, pen: Pen) -> Layer:
    """Everything above the photo as a layer uint8 [h, w], in the order of `Scene`."""
    layer = np.zeros((wh[1], wh[0]), np.uint8)
    if scene.mask is not None:
        bits = mask_bits(scene, scene.mask, wh, wh)
        colour = scene.mask.colour
        paint_mask(layer, bits, (inks.number(colour), strokes.companion(colour)), pen, scene.mask.fill)
    for mark in scene.shapes:
        paint_shape(layer, mark, scene.view, inks, pen)
    for point in scene.points:
        x, y = to_device(scene.view, np.array([[point.x, point.y]]))[0]
        strokes.point_glyph(layer, x, y, positive=point.positive, radius=pen.radius)
    letters.paint_letters(layer, scene, inks, pen.text)
    if scene.cursor is not None:
        x, y = to_device(scene.view, np.array([scene.cursor]))[0]
        if pen.arm > 2:
            strokes.thin_cross(layer, x, y, pen.arm, pen.gap)
        else:
            strokes.small_cross(layer, x, y)
    paint_labels(layer, scene.labels, scene.view, pen.text)
    paint_map(layer, scene)
    return layer


def scene_inks(*scenes: Scene | None, limit: int = 255) -> Inks:
    """Inks for every mark of these scenes; the same number means the same colour in all of them."""
    colours = []
    for scene in scenes:
        if scene is not None:
            colours += [scene.mask.colour] if scene.mask else []
            colours += [mark.colour for mark in scene.shapes]
            colours += [mark.colour for mark in scene.texts]
    return strokes.collect_inks(colours, limit)


def rgb_frame(scene: Scene, wh: tuple[int, int], pen: Pen) -> NDArray[np.uint8]:
    """The whole scene as RGB uint8 [h, w, 3]: what every driver's picture is compared with."""
    inks = scene_inks(scene)
    frame = photo_frame(scene.photo, scene.view, wh)
    layer = overlay(scene, wh, inks, pen)
    np.copyto(frame, inks.table()[layer], where=(layer > 0)[..., None])
    return frame


def changed_cells(changed: NDArray[np.bool_], cell: tuple[int, int]) -> NDArray[np.bool_]:
    """Which cells hold a changed pixel: bool [rows, cols]; a part of a cell at the edge counts as one."""
    height, width = changed.shape
    rows, cols = -(-height // cell[1]), -(-width // cell[0])
    padded = np.zeros((rows * cell[1], cols * cell[0]), bool)
    padded[:height, :width] = changed
    return np.asarray(padded.reshape(rows, cell[1], cols, cell[0]).any(axis=(1, 3)))


def _clamp(value: int, limit: int) -> int:
    return min(max(value, 0), limit)
