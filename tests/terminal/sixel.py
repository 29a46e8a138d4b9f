"""Sixel pictures as xterm and foot read them (VT330/VT340 Programmer Reference, chapter 14).

Two habits of real terminals decide what is an error here: `#n;2;r;g;b` defines a colour without
selecting it, and a line feed after the last band asks for one band more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from terminal.pen import BACKGROUND, PALETTE

_TOKEN = re.compile(
    rb"#(?P<register>\d+)(?:;2;(?P<r>\d+);(?P<g>\d+);(?P<b>\d+))?"
    rb"|!(?P<count>\d+)(?P<repeated>[?-~])"
    rb"|(?P<literal>[?-~]+)"
    rb"|(?P<move>[$-])"
    rb'|"(?P<raster>[\d;]*)'
    rb"|(?P<space>[\r\n ]+)"
)
_HEADER = re.compile(rb"([\d;]*)q")
_RASTER = re.compile(rb'[\d;]*q\s*"\d*;\d*;(\d+);(\d+)')
BAND = 6
"""Rows of pixels that one sixel character holds."""


@dataclass(slots=True)
class _Runs:
    """Drawn runs in drawing order: where each starts, its sixels, its colour (0xRRGGBB)."""

    x: list[int] = field(default_factory=list)
    y: list[int] = field(default_factory=list)
    sixels: list[bytes] = field(default_factory=list)
    colour: list[int] = field(default_factory=list)

    def add(self, x: int, y: int, sixels: bytes, colour: int) -> None:
        self.x.append(x)
        self.y.append(y)
        self.sixels.append(sixels)
        self.colour.append(colour)


def declared_wh(body: bytes) -> tuple[int, int] | None:
    """Width and height of the raster attributes, or None when there are none."""
    raster = _RASTER.match(body)
    return (int(raster[1]), int(raster[2])) if raster else None


def decode(body: bytes, *, see_through: bool = True) -> tuple[NDArray[np.uint8], list[str]]:
    """RGBA [H, W, 4] of a DCS body (`P1;P2;P3 q ...`), and what is wrong with it in words.

    The picture is as large as its raster attributes or, without them, as what is drawn. Unset pixels
    are transparent with P2 = 1, where the terminal is `see_through`, and its background otherwise.
    """
    header = _HEADER.match(body)
    assert header is not None, "the caller hands over sixel strings only"
    parameters = header[1].split(b";")
    see_through &= len(parameters) > 1 and parameters[1] == b"1"
    runs, errors = _scan(body, header.end())
    drawn = _paint(runs)
    wh = declared_wh(body)
    if wh is not None:
        errors += _outside(drawn, wh)
        drawn = _fitted(drawn, wh)
    if not see_through:
        drawn[drawn[..., 3] == 0] = (*BACKGROUND, 255)
    return drawn, errors


def _scan(body: bytes, start: int) -> tuple[_Runs, list[str]]:
    registers = {index: _packed(*PALETTE[index]) for index in range(16)}
    runs, errors = _Runs(), []
    colour: int | None = None
    selected = True
    x = y = 0
    at = start
    while at < len(body):
        token = _TOKEN.match(body, at)
        if token is None:
            errors.append(f"not sixel data: {body[at : at + 16]!r}")
            break
        at = token.end()
        if token["register"] is not None:
            register = int(token["register"])
            selected = token["r"] is None
            if selected:
                colour = registers.get(register)
                if colour is None:
                    errors.append(f"sixel colour {register} is selected and was never defined")
            else:
                registers[register] = _packed(*(round(int(token[c]) * 2.55) for c in "rgb"))
        elif token["move"] is not None:
            x, y = 0, y + BAND * (token["move"] == b"-")
        elif token["literal"] or token["repeated"]:
            sixels = token["literal"] or token["repeated"] * int(token["count"])
            if sixels.strip(b"?"):
                if not selected or colour is None:
                    errors.append("sixel colour drawn with without being selected (#n)")
                runs.add(x, y, sixels, colour or 0)
            x += len(sixels)
    if body.rstrip(b"\r\n ").endswith(b"-"):
        errors.append("sixel ends with a line feed: the terminal makes room for one band more")
    return runs, list(dict.fromkeys(errors))


def _packed(r: int, g: int, b: int) -> int:
    return r << 16 | g << 8 | b


def _paint(runs: _Runs) -> NDArray[np.uint8]:
    lengths = np.array([len(sixels) for sixels in runs.sixels], dtype=np.int64)
    if not lengths.size:
        return np.zeros((0, 0, 4), np.uint8)
    bits = np.frombuffer(b"".join(runs.sixels), np.uint8) - 63
    within = np.arange(bits.size) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    x = np.repeat(np.array(runs.x), lengths) + within
    y = np.repeat(np.array(runs.y), lengths)
    colour = np.repeat(np.array(runs.colour), lengths)
    canvas = np.full((max(runs.y) + BAND, int(x.max()) + 1), -1, np.int64)
    for bit in range(BAND):
        on = (bits >> bit & 1).astype(bool)
        canvas[y[on] + bit, x[on]] = colour[on]
    rgba = np.zeros((*canvas.shape, 4), np.uint8)
    for channel, shift in enumerate((16, 8, 0)):
        rgba[..., channel] = canvas >> shift & 255
    rgba[..., 3] = np.where(canvas >= 0, 255, 0)
    rgba[canvas < 0, :3] = 0
    return rgba


def _outside(drawn: NDArray[np.uint8], wh: tuple[int, int]) -> list[str]:
    width, height = wh
    beyond = drawn[height:, :, 3].any() or drawn[:, width:, 3].any()
    return [f"sixel draws outside its raster attributes {width}x{height}"] if beyond else []


def _fitted(drawn: NDArray[np.uint8], wh: tuple[int, int]) -> NDArray[np.uint8]:
    width, height = wh
    rgba = np.zeros((height, width, 4), np.uint8)
    part = drawn[:height, :width]
    rgba[: part.shape[0], : part.shape[1]] = part
    return rgba


class SixelPicture:
    """A sixel on the screen, erased where text is written."""

    def __init__(self, body: bytes, *, x: int, y: int, see_through: bool = True) -> None:
        self.x, self.y = x, y
        """The top-left pixel on the screen."""
        self.serial = 0
        """Counts the pictures of a terminal that keeps them."""
        self._rgba, self.errors = decode(body, see_through=see_through)
        self._declared = declared_wh(body) or (self._rgba.shape[1], self._rgba.shape[0])

    @property
    def wh(self) -> tuple[int, int]:
        """Size in pixels as the program gave it."""
        return self._declared

    def pad(self, more: tuple[int, int], colour: tuple[int, int, int]) -> None:
        """Add columns and rows of a colour at the right and the bottom."""
        self._rgba = np.pad(self._rgba, ((0, more[1]), (0, more[0]), (0, 0)))
        height, width = self._rgba.shape[0] - more[1], self._rgba.shape[1] - more[0]
        self._rgba[height:] = self._rgba[:, width:] = (*colour, 255)

    def erase(self, left: int, top: int, right: int, bottom: int) -> None:
        """Make screen pixels of the half-open block transparent: text was written there."""
        if right > self.x and bottom > self.y:
            self._rgba[max(0, top - self.y) : bottom - self.y, max(0, left - self.x) : right - self.x] = 0

    def rgba(self) -> NDArray[np.uint8]:
        """What is left of the picture, RGBA [H, W, 4]."""
        return self._rgba
