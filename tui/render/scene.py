"""One frame as a value: what is to be seen, in image coordinates, and where the canvas lies.

A driver turns two scenes into the bytes that lead from one to the other. Nothing here knows a terminal
protocol, Textual or the session. Colours are (r, g, b) in 0..255.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tui.types.shapes import Box, LogitMask

Rgb = tuple[int, int, int]
Style = Literal["solid", "selected", "open", "offered"]
NO_CUE = "o"


@dataclass(frozen=True, slots=True)
class Canvas:
    """The cells a driver may draw on: 0-based `col`, `row` of the top-left cell, size in cells, and the
    cell's size in pixels. The canvas in device pixels is `device_wh` of the driver (half-blocks: cols x
    2 rows).
    """

    col: int
    row: int
    cols: int
    rows: int
    cell: tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """An upright RGB uint8 [H, W, 3] image. Two scenes show the same photo when `token` is the same."""

    token: str
    rgb: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class View:
    """Image point (`x`, `y`) at the canvas' top-left; `scale` device pixels per image pixel."""

    x: float
    y: float
    scale: float


@dataclass(frozen=True, slots=True)
class MaskMark:
    """A candidate's mask. Compare by `mask` identity. `fill`: how strongly its inside is tinted, 0 to 3."""

    mask: LogitMask
    colour: Rgb
    fill: int = 2


@dataclass(frozen=True, slots=True)
class ShapeMark:
    """The outline of a box or polygon: closed ring of (x, y) image points.

    `style`: "solid" for instances, "selected" for the selected one (thicker, or with handles), "open" for
    a box whose second corner follows the cursor, "offered" (dashed) for a proposal. `cue` is the printable
    ASCII character that outlines are made of where there are no colours.
    """

    points: tuple[tuple[float, float], ...]
    colour: Rgb
    style: Style = "solid"
    box: bool = True
    cue: str = NO_CUE


@dataclass(frozen=True, slots=True)
class PointMark:
    """A prompt point: a plus for positive, a minus for negative, so that colour is not the only cue."""

    x: float
    y: float
    positive: bool


@dataclass(frozen=True, slots=True)
class TextMark:
    """A short text on a ground of `colour`, readable on any photo; printable ASCII only.

    `anchor`: "middle" puts the text's middle on image point (`x`, `y`), "above" its lower left corner.
    """

    text: str
    x: float
    y: float
    colour: Rgb = (0, 0, 0)
    anchor: Literal["middle", "above"] = "middle"


@dataclass(frozen=True, slots=True)
class GridMark:
    """Cells to choose from by key: `boxes` in image points, and the key of each."""

    boxes: tuple[Box, ...]
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LabelMark:
    """A hint: letters at an image point. `strong` ones stand for what is not labelled yet."""

    x: float
    y: float
    text: str
    strong: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Layers from below: photo, mask, shapes, points, grid, texts, cursor, labels, map."""

    canvas: Canvas
    photo: Photo | None
    view: View
    mask: MaskMark | None = None
    shapes: tuple[ShapeMark, ...] = ()
    points: tuple[PointMark, ...] = ()
    grid: GridMark | None = None
    texts: tuple[TextMark, ...] = ()
    cursor: tuple[float, float] | None = None
    labels: tuple[LabelMark, ...] = ()
    minimap: bool = False


def box_points(box: Box) -> tuple[tuple[float, float], ...]:
    """The four corners of a box, clockwise from the top left."""
    return (box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1)
