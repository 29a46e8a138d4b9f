"""What is known of labelled objects before their images are opened: the stuff of a review queue."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ObjectFacts:
    """One labelled object. `line` is its label line.

    `score` is the model's confidence, `share` the area of its extent as a share of the image, both in 0..1.
    `fault` says in words what a trainer would misread. `fresh_iou` is the IoU with a mask made anew from its
    box; None where nobody made one. `rival` says what a detector sees there instead, empty where it agrees.
    """

    line: str
    class_id: int
    share: float
    score: float | None = None
    fault: str = ""
    fresh_iou: float | None = None
    rival: str = ""


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """One labelled image: its state in the sidecar, whether it has a note, and its objects still to judge."""

    index: int
    state: str
    noted: bool
    objects: tuple[ObjectFacts, ...]
