"""Labelled objects, and the masks a model offers for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tui.types.shapes import Box, LogitMask, Shape

Task = Literal["detect", "segment"]
"""What the dataset holds: boxes ("detect") or polygons ("segment"). One task per dataset."""


@dataclass(frozen=True, slots=True)
class Instance:
    """One labelled object.

    `source` is the label line it was read from, without its line end: an instance whose line is still
    known and whose class and shape are untouched is written back byte for byte. Any edit drops it
    (`dataclasses.replace(instance, shape=..., source=None)`).
    """

    class_id: int
    shape: Shape
    source: str | None = None


def same_annotation(a: tuple[Instance, ...], b: tuple[Instance, ...]) -> bool:
    """Whether two annotations say the same: equal lines, or equal classes and shapes, in the same order."""
    return len(a) == len(b) and all(
        p.class_id == q.class_id and (p.shape == q.shape or (p.source is not None and p.source == q.source))
        for p, q in zip(a, b, strict=True)
    )


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A mask the segmenter offers for a prompt.

    `score` is the predicted IoU in 0..1; `stability` is IoU between the mask at logit +1 and at -1
    (Kirillov et al., "Segment Anything", appendix B), in 0..1.
    """

    mask: LogitMask
    score: float
    stability: float


@dataclass(frozen=True, slots=True)
class Traced:
    """A candidate at full image resolution.

    `box` is the tight half-open extent of the mask; `rings` are its outlines, outer rings counter to
    holes (`geometry.contours`), largest part first; `area` counts pixels. `notes` says in words what the
    task's shape cannot express ("2 holes are bridged"). `kept` is the IoU with the mask's pixels of a polygon
    that was simplified more or less than usual.
    """

    shape: Shape
    box: Box
    rings: tuple[tuple[tuple[float, float], ...], ...]
    area: int
    notes: tuple[str, ...] = ()
    kept: float | None = None
