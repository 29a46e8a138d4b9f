"""What the user gives a segmenter's decoder."""

from __future__ import annotations

from dataclasses import dataclass

from tui.types.shapes import Box, LogitMask


@dataclass(frozen=True, slots=True)
class Point:
    """A prompt point in image pixels; a negative point says "not here"."""

    x: float
    y: float
    positive: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Prompt:
    """Points in the order they were entered, at most one box, and the mask of the previous answer.

    `previous` is the chosen candidate's low-resolution logits, unchanged, or None on the first decode.
    """

    points: tuple[Point, ...] = ()
    box: Box | None = None
    previous: LogitMask | None = None

    @property
    def empty(self) -> bool:
        return not self.points and self.box is None
