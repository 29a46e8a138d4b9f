"""Marks painted into a layer: one byte a pixel, 0 for nothing, else the number of an ink.

A layer knows no colour, so that the same strokes serve frames of RGB, sixel registers, palette PNGs and
half-block cells. Coordinates are device pixels, x before y; everything is clipped at the layer's edges.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tui.render.scene import Rgb

Layer = NDArray[np.uint8]
Rect = tuple[int, int, int, int]
"""x, y, width, height in device pixels."""

LIGHT, DARK, POSITIVE, NEGATIVE = 1, 2, 3, 4
FIXED_INKS: tuple[Rgb, ...] = ((255, 255, 255), (0, 0, 0), (0, 200, 83), (229, 28, 35))
"""The colours of the four inks above, in that order."""

_WHITE_OVER_BLACK, _GRAPHICS_CONTRAST = 21.0, 3.0
_FAR = 1_000_000
_DASH = 4
_SMALL_CROSS = ((-2, 0, DARK), (-1, 0, LIGHT), (1, 0, LIGHT), (2, 0, DARK), (0, -1, LIGHT), (0, 1, LIGHT))
_SHIFT = 7 / 24
_DASHES = ((17 / 24, 7 / 24), (8 / 24, 4 / 24), (6 / 24, 2 / 24), (4 / 24, 2 / 24), (4 / 24, 1 / 24))
"""Light and dark part of a dashed line's period: few choices, so that one that grows keeps its dashes."""


@dataclass(frozen=True, slots=True)
class Inks:
    """The colours of a layer: number n is `colours[n - 1]`."""

    colours: tuple[Rgb, ...]

    def number(self, colour: Rgb) -> int:
        """The ink of `colour`, or the nearest one where the layer has no ink of it."""
        if colour in self.colours:
            return self.colours.index(colour) + 1
        distances = [sum((a - b) ** 2 for a, b in zip(colour, ink, strict=True)) for ink in self.colours]
        return distances.index(min(distances)) + 1

    def table(self) -> NDArray[np.uint8]:
        """uint8 [n + 1, 3]: the RGB of each number; row 0 is black."""
        return np.array([(0, 0, 0), *self.colours], np.uint8)


def collect_inks(colours: Iterable[Rgb], limit: int) -> Inks:
    """The fixed inks and then `colours` in order of appearance, at most `limit` in all."""
    unique = dict.fromkeys((*FIXED_INKS, *colours))
    return Inks(tuple(unique)[:limit])


def text_ink(ground: Rgb) -> int:
    """LIGHT or DARK, whichever is readable on `ground`: 4.5 : 1 and more, as WCAG 2.1 asks (1.4.3)."""
    return DARK if _over_black(ground) ** 2 >= _WHITE_OVER_BLACK else LIGHT


def companion(colour: Rgb) -> int:
    """The ink of what stands beside a line or in its gaps: DARK, or LIGHT where the line itself is dark.

    Dark lines are those with less than 3 : 1 over black, what WCAG 2.1 asks of graphics (1.4.11).
    """
    return DARK if _over_black(colour) >= _GRAPHICS_CONTRAST else LIGHT


def _over_black(colour: Rgb) -> float:
    """Contrast ratio of a colour over black, 1 to 21, by its relative luminance (WCAG 2.1)."""
    shares = (value / 255 for value in colour)
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05) / 0.05


def fill_rect(layer: Layer, rect: Rect, ink: int) -> None:
    """Set a rectangle to `ink`."""
    x, y, width, height = rect
    layer[max(0, y) : max(0, y + height), max(0, x) : max(0, x + width)] = ink


def box_edges(corners: tuple[float, float, float, float], width: int) -> tuple[Rect, Rect, Rect, Rect]:
    """The four sides of the box `x0, y0, x1, y1`, `width` pixels thick, inside its half-open extent.

    Top, bottom, left, right; no two overlap, so that translucent or dashed sides look even.
    """
    x0, y0, x1, y1 = (round(min(max(value, -_FAR), _FAR)) for value in corners)
    x1, y1 = max(x1, x0 + 1), max(y1, y0 + 1)
    across, down = min(width, x1 - x0), min(width, y1 - y0)
    side = max(0, y1 - y0 - 2 * down)
    return (
        (x0, y0, x1 - x0, down),
        (x0, y1 - down, x1 - x0, down),
        (x0, y0 + down, across, side),
        (x1 - across, y0 + down, across, side),
    )


def stroke_box(layer: Layer, corners: tuple[float, float, float, float], ink: int, width: int) -> None:
    """Paint the four sides of a box."""
    for rect in box_edges(corners, width):
        fill_rect(layer, rect, ink)


def stroke_ring(layer: Layer, points: NDArray[np.float64], ink: int, width: int) -> None:
    """Paint a closed ring through `points` (float [n, 2]); vertices lie on pixel corners."""
    corners = np.clip(np.floor(points), -_FAR, _FAR).astype(np.int32)
    cv2.polylines(layer, [corners.reshape(-1, 1, 2)], True, ink, width, cv2.LINE_8)


def dash(layer: Layer, ink: int, other: int = DARK) -> None:
    """Turn every other stretch of `ink` into `other`, in a pattern fixed to the screen.

    A pattern that does not move with the shape leaves most pixels unchanged when one edge moves.
    """
    height, width = layer.shape
    stripes = (np.arange(height)[:, None] + np.arange(width)[None, :]) // _DASH % 2 == 1
    layer[(layer == ink) & stripes] = other


def handle(layer: Layer, x: float, y: float, size: int) -> None:
    """A small light square with a dark rim: a vertex of the selected shape."""
    left, top = round(x) - size // 2, round(y) - size // 2
    fill_rect(layer, (left - 1, top - 1, size + 2, size + 2), DARK)
    fill_rect(layer, (left, top, size, size), LIGHT)


def point_glyph(layer: Layer, x: float, y: float, *, positive: bool, radius: int) -> None:
    """A disc with a plus or a minus, dark-rimmed so that it stands out from any photo."""
    column, row = int(np.floor(x)), int(np.floor(y))
    cv2.circle(layer, (column, row), radius, DARK, -1)
    cv2.circle(layer, (column, row), radius - 1, POSITIVE if positive else NEGATIVE, -1)
    arm, thick = max(1, radius - 3), 1 if radius > 4 else 0
    fill_rect(layer, (column - arm, row - thick, 2 * arm + 1, 2 * thick + 1), LIGHT)
    if positive:
        fill_rect(layer, (column - thick, row - arm, 2 * thick + 1, 2 * arm + 1), LIGHT)


def thin_cross(layer: Layer, x: float, y: float, arm: int, gap: int) -> None:
    """A crosshair one pixel wide in light and dark dashes; `gap` pixels around the centre stay free.

    The dashes are fixed to the screen: moving along an arm changes only its ends.
    """
    column, row = int(np.floor(x)), int(np.floor(y))
    for offset in range(-arm, arm + 1):
        if abs(offset) >= gap:
            _dot(layer, column + offset, row, LIGHT if (column + offset) // _DASH % 2 else DARK)
            _dot(layer, column, row + offset, LIGHT if (row + offset) // _DASH % 2 else DARK)


def small_cross(layer: Layer, x: float, y: float) -> None:
    """A crosshair for two pixels a cell, around a free one: light at its four sides, dark beyond.

    One of the two tones stands out from any ground. The pixels that share a cell with the light arms are dark
    too: a cell of two marks needs no colour of the photo.
    """
    column, row = int(np.floor(x)), int(np.floor(y))
    for across, down, ink in _SMALL_CROSS:
        _dot(layer, column + across, row + down, ink)
    for across in (-1, 1):
        _dot(layer, column + across, row ^ 1, DARK)


def rimmed_cross(arm: int) -> Layer:
    """A crosshair sprite, light with a dark rim, uint8 [2 arm + 1, 2 arm + 1]; its centre pixel is free."""
    side = 2 * arm + 1
    layer = np.zeros((side, side), np.uint8)
    fill_rect(layer, (0, arm - 1, side, 3), DARK)
    fill_rect(layer, (arm - 1, 0, 3, side), DARK)
    fill_rect(layer, (1, arm, side - 2, 1), LIGHT)
    fill_rect(layer, (arm, 1, 1, side - 2), LIGHT)
    fill_rect(layer, (arm - 1, arm - 1, 3, 3), 0)
    return layer


def outline(bits: NDArray[np.bool_], width: int) -> NDArray[np.bool_]:
    """The pixels of a mask that lie within `width` of its border; the frame's own edge is no border."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * width + 1, 2 * width + 1))
    inner = cv2.erode(bits.view(np.uint8), kernel)
    rim: NDArray[np.bool_] = bits & (inner == 0)
    return rim


def halo(bits: NDArray[np.bool_], width: int) -> NDArray[np.bool_]:
    """The pixels outside a mask that lie within `width` of it."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * width + 1, 2 * width + 1))
    around: NDArray[np.bool_] = (cv2.dilate(bits.view(np.uint8), kernel) > 0) & ~bits
    return around


def dashes(
    shape: tuple[int, ...], *, period: int, share: float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Where a dashed line is light and where it is dark: two masks of [h, w] that hold at most about `share`
    of all pixels; 1 and more leaves no gaps. `period` is the length of dash and gap in pixels.

    The pattern is fixed to the screen: where an outline stays, nothing is sent. Each stripe of rows is
    shifted against the one above by another amount (triangular numbers), so that no straight edge of any
    slope can hide in the gaps.
    """
    stripe = np.arange(shape[0]) // (period // 2)
    shift = stripe * (stripe + 1) // 2 * max(1, round(_SHIFT * period)) % period
    phase = (np.arange(shape[1])[None, :] + shift[:, None]) % period
    dash = next((dash for dash in _DASHES if sum(dash) <= share), _DASHES[-1])
    light = max(1, round(dash[0] * period))
    end = round(sum(dash) * period)
    return phase < light, (phase >= light) & (phase < end)


def hatch(bits: NDArray[np.bool_], pitch: int, size: int) -> NDArray[np.bool_]:
    """Dots of a mask on a staggered grid, `pitch` apart, `size` pixels wide and high: a cheap fill."""
    height, width = bits.shape
    across, down = np.arange(width), np.arange(height)
    odd = (down // pitch % 2 == 1)[:, None]
    columns = np.where(odd, (across + pitch // 2)[None, :], across[None, :]) % pitch < size
    dots: NDArray[np.bool_] = columns & (down % pitch < size)[:, None]
    return bits & dots


def _dot(layer: Layer, x: int, y: int, ink: int) -> None:
    if 0 <= y < layer.shape[0] and 0 <= x < layer.shape[1]:
        layer[y, x] = ink
