"""One line of YOLO text: `class cx cy w h` or `class x1 y1 x2 y2 x3 y3 ...`, in parts of the image size."""

from __future__ import annotations

import math
import re

from tui.errors import SaveError
from tui.geometry.boxes import from_cxcywh, to_cxcywh
from tui.types.instance import Instance
from tui.types.shapes import Box, Polygon, Shape

MAX_LINE = 4_000_000
"""Characters; a longer line is kept without looking into it."""

_CLASS = re.compile(r"-?[0-9]{1,18}(?:\.0*)?")
# Exponents of two digits: Ultralytics writes predictions with %g. Python's float() would also take nan, inf,
# 1_000 and digits of other scripts, none of which the trainers' readers agree on.
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?")

# Labels may reach a little over the border. Far beyond it they are something else: pixels, keypoint flags.
_LOWEST, _HIGHEST = -0.5, 1.5


class NotUnderstoodError(ValueError):
    """The line is no box and no polygon; the message says why."""


def parse_line(text: str, image_wh: tuple[int, int]) -> Instance:
    """The instance a line says, with the line as its `source`. Raises NotUnderstoodError.

    Five columns are a box, an odd number from seven on a polygon. Six (a confidence or track id follows) and
    other even numbers are not taken: their extra column would be lost in an edit.
    """
    if len(text) > MAX_LINE:
        raise NotUnderstoodError(f"longer than {MAX_LINE / 1e6:.0f} MB")
    class_text, *rest = text.split()
    if not _CLASS.fullmatch(class_text):
        what = "a comment" if class_text.startswith("#") else f"'{_short(class_text)}' is not a class number"
        raise NotUnderstoodError(what)
    values = [_number(token) for token in rest]
    shape = _shape(values, image_wh)
    return Instance(int(class_text.split(".")[0]), shape, text)


def format_instance(instance: Instance, image_wh: tuple[int, int]) -> str:
    """A new line for an instance, six decimals, without line end.

    Corners are clipped to the image (clipping the centre would move the box). Raises SaveError for what
    would be no object in the image any more: nothing is dropped without a word.
    """
    shape = instance.shape
    numbers = _box(shape, image_wh) if isinstance(shape, Box) else _polygon(shape, image_wh)
    return " ".join((str(instance.class_id), *numbers))


def _shape(values: list[float], image_wh: tuple[int, int]) -> Shape:
    columns = len(values) + 1
    if columns == 6:
        raise NotUnderstoodError("6 columns: a box with a confidence or track id")
    if columns < 5 or columns % 2 == 0:
        raise NotUnderstoodError(f"{columns} columns are neither a box (5) nor a polygon (7, 9, ...)")
    outside = next((v for v in values if not _LOWEST <= v <= _HIGHEST), None)
    if outside is not None:
        raise NotUnderstoodError(f"{outside:g} is not between 0 and 1")
    w, h = image_wh
    if columns > 5:
        return Polygon(tuple((x * w, y * h) for x, y in zip(values[::2], values[1::2], strict=True)))
    cx, cy, width, height = values
    if width < 0 or height < 0:
        raise NotUnderstoodError("the box has a negative size")
    return from_cxcywh(cx * w, cy * h, width * w, height * h)


def _number(token: str) -> float:
    if not _NUMBER.fullmatch(token) or token == "-0":
        raise NotUnderstoodError(f"'{_short(token)}' is not a plain decimal number")
    return float(token)


def _short(token: str) -> str:
    return token if len(token) <= 40 else f"{token[:39]}…"


def _box(box: Box, image_wh: tuple[int, int]) -> list[str]:
    w, h = image_wh
    x0, x1 = _unit(box.x0 / w), _unit(box.x1 / w)
    y0, y1 = _unit(box.y0 / h), _unit(box.y1 / h)
    numbers = [f"{v:.6f}" for v in to_cxcywh(Box(x0, y0, x1, y1))]
    if "0.000000" in numbers[2:] or x1 < x0 or y1 < y0:
        raise _nothing_left("box")
    return numbers


def _polygon(polygon: Polygon, image_wh: tuple[int, int]) -> list[str]:
    w, h = image_wh
    points = [(f"{_unit(x / w):.6f}", f"{_unit(y / h):.6f}") for x, y in polygon.points]
    ring = [point for i, point in enumerate(points) if point != points[i - 1]]
    if len({x for x, _ in ring}) < 2 or len({y for _, y in ring}) < 2 or len(set(ring)) < 3:
        raise _nothing_left("polygon")
    return [number for point in ring for number in point]


def _unit(value: float) -> float:
    if not math.isfinite(value):
        raise _nothing_left("shape")
    return min(max(value, 0.0), 1.0)


def _nothing_left(kind: str) -> SaveError:
    return SaveError(f"Not saved: a {kind} has no area inside the image", "", "Move it or delete it")
