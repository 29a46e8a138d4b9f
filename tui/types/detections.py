"""What a detector finds, and what a pipeline proposes to label."""

from __future__ import annotations

from dataclasses import dataclass

from tui.types.instance import Instance
from tui.types.prompt import Point
from tui.types.shapes import Box, LogitMask, Polygon


@dataclass(frozen=True, slots=True, eq=False)
class Detection:
    """One object that a model found by itself, in image pixels.

    `class_id` counts the model's own classes (for text grounding: the phrases), never the dataset's. `box`
    lies inside the image and has an area. `mask` is there when the model makes masks and counts inside
    `box` only: a reader rasterizes it with `box` as its window. `outline` is there when the model makes
    oriented boxes: its corners, cut to the image.
    """

    box: Box
    score: float
    class_id: int
    mask: LogitMask | None = None
    outline: Polygon | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """An instance that a pipeline offers for an image; nothing is labelled before it is accepted.

    `score` is the model's confidence in 0..1. `origin` names who made it ("yolo11n", "yolo11n + mobile-sam",
    "text: red car"). `notes` says in words what a person should know about the shape. `box` and `points` are
    the prompt that a segmenter would make it from again; `stability` is that of its mask, where it has one.
    """

    instance: Instance
    score: float
    origin: str
    notes: tuple[str, ...] = ()
    box: Box | None = None
    points: tuple[Point, ...] = ()
    stability: float | None = None
