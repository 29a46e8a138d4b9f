"""Where a person stopped in a dataset, so that the next session can begin there."""

from __future__ import annotations

from dataclasses import dataclass

from tui.types.shapes import Box


@dataclass(frozen=True, slots=True)
class Place:
    """`image` is a path below the dataset's folder, `image_wh` the size it had.

    `class_name` is the current class. `view` is the part of the image that was in sight, in image pixels;
    None for all of it. `cursor` is an image point (x, y).
    """

    image: str
    image_wh: tuple[int, int]
    class_name: str = ""
    view: Box | None = None
    cursor: tuple[float, float] = (0.0, 0.0)
