"""A screen as a picture: cells, block elements, letters, and what graphics protocols put among them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from terminal.page import Cell
from terminal.pen import Rgb
from terminal.placeholders import PLACEHOLDER

Rgba = NDArray[np.uint8]

_QUADRANTS = {
    char: bits for bits, char in enumerate(" ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█") if char != " "
}  # bit 0 top left, 1 top right, 2 bottom left, 3 bottom right


def over(ground: NDArray[np.uint8], picture: Rgba, left: int, top: int) -> None:
    """Blend `picture` onto the RGB `ground` in sRGB, clipped at its edges.

    kitty blends in linear light: positions and opaque colours compare, tints do not.
    """
    height, width = ground.shape[:2]
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(width, left + picture.shape[1]), min(height, top + picture.shape[0])
    if x0 >= x1 or y0 >= y1:
        return
    part, place = picture[y0 - top : y1 - top, x0 - left : x1 - left], ground[y0:y1, x0:x1]
    cover = part[..., 3]
    np.copyto(place, part[..., :3], where=(cover == 255)[..., None])
    mixed = (cover > 0) & (cover < 255)  # few: edges of letters, tints
    if mixed.any():
        alpha = cover[mixed].astype(np.uint16)[:, None]
        place[mixed] = (part[mixed, :3] * alpha + place[mixed] * (255 - alpha) + 127) // 255


def onto(plane: Rgba, picture: Rgba, left: int, top: int) -> None:
    """Put the picture's opaque pixels onto an RGBA plane, clipped at its edges; others leave it alone."""
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(plane.shape[1], left + picture.shape[1]), min(plane.shape[0], top + picture.shape[0])
    if x0 < x1 and y0 < y1:
        part = picture[y0 - top : y1 - top, x0 - left : x1 - left]
        np.copyto(plane[y0:y1, x0:x1], part, where=part[..., 3:] > 0)


def scaled(picture: Rgba, width: int, height: int) -> Rgba:
    """The picture at another size, as a graphics card scales textures (bilinear)."""
    if picture.shape[1::-1] == (width, height):
        return picture
    return np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)


def backgrounds(grid: list[list[Cell]], cell: tuple[int, int]) -> Rgba:
    """The background colours of all cells, transparent where a cell has the default one."""
    papers = np.zeros((len(grid), len(grid[0]), 4), np.uint8)
    for row, line in enumerate(grid):
        for col, (_, pen) in enumerate(line):
            paper = pen.colours()[1]
            if paper is not None:
                papers[row, col] = (*paper, 255)
    return np.asarray(papers.repeat(cell[1], axis=0).repeat(cell[0], axis=1))


def letters(grid: list[list[Cell]], cell: tuple[int, int]) -> Iterable[tuple[Rgba, int, int]]:
    """Every glyph as RGBA with the pixel where it belongs."""
    width, height = cell
    for row, line in enumerate(grid):
        for col, (text, pen) in enumerate(line):
            if text.strip() and not text.startswith(PLACEHOLDER):
                yield _glyph(text[0], pen.colours()[0], cell), col * width, row * height


@lru_cache(4096)
def _glyph(char: str, ink: Rgb, cell: tuple[int, int]) -> Rgba:
    shape = _block(char, cell) if "▀" <= char <= "▟" else _letter(char, cell)
    rgba = np.zeros((*shape.shape, 4), np.uint8)
    rgba[..., :3] = ink
    rgba[..., 3] = shape
    return rgba


def _block(char: str, cell: tuple[int, int]) -> NDArray[np.uint8]:
    """Coverage of a block element (U+2580 to U+259F), 0 or 255 per pixel; shades are even tints."""
    width, height = cell
    shape = np.zeros((height, width), np.uint8)
    code = ord(char)
    if char in _QUADRANTS:
        for bit in range(4):
            if _QUADRANTS[char] >> bit & 1:
                rows = slice(height // 2, None) if bit & 2 else slice(height // 2)
                columns = slice(width // 2, None) if bit & 1 else slice(width // 2)
                shape[rows, columns] = 255
    elif char in "░▒▓":
        shape[:] = {"░": 64, "▒": 128, "▓": 191}[char]
    elif 0x2581 <= code <= 0x2587:
        shape[height - height * (code - 0x2580) // 8 :] = 255
    elif 0x2589 <= code <= 0x258F:
        shape[:, : width * (0x2590 - code) // 8] = 255
    elif char == "▔":
        shape[: max(1, height // 8)] = 255
    elif char == "▕":
        shape[:, -max(1, width // 8) :] = 255
    return shape


def _letter(char: str, cell: tuple[int, int]) -> NDArray[np.uint8]:
    """Coverage of a letter: good enough to read a screenshot, not to compare pixels."""
    width, height = cell
    picture = Image.new("L", (width, height))
    ImageDraw.Draw(picture).text((0, 0), char, font=_font(height), fill=255)
    return np.array(picture)


@lru_cache(8)
def _font(height: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    try:
        return ImageFont.truetype("DejaVuSansMono.ttf", max(6, round(height * 0.8)))
    except OSError:
        return ImageFont.load_default(max(6, round(height * 0.7)))
