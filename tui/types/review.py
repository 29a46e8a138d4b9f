"""What is known of labelled objects before their images are opened: the stuff of a review queue."""

from __future__ import annotations

from dataclasses import dataclass

from tui.types.shapes import Shape


@dataclass(frozen=True, slots=True)
class Rival:
    """What a detector says where it does not agree with a label.

    `class_id` None: it sees nothing there. `shape` is what it sees, in image pixels; `overlap` the IoU of its
    extent with the label's; `score` its confidence. Both in 0..1.
    """

    class_id: int | None = None
    shape: Shape | None = None
    score: float = 0.0
    overlap: float = 0.0


@dataclass(frozen=True, slots=True)
class ObjectFacts:
    """One labelled object. `line` is its label line, empty for one that only a detector sees.

    `score` is the model's confidence, `stability` that of its mask, `share` the area of its extent as a share
    of the image, all in 0..1.
    `fault` says in words what a trainer would misread. `fresh_iou` is the IoU with a mask made anew from its
    box; None where nobody made one. `rival` is what a detector says instead, None where it agrees.
    """

    line: str
    class_id: int
    share: float
    score: float | None = None
    fault: str = ""
    fresh_iou: float | None = None
    rival: Rival | None = None
    stability: float | None = None


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """One labelled image: its state in the sidecar, whether it has a note, and its objects still to judge."""

    index: int
    state: str
    noted: bool
    objects: tuple[ObjectFacts, ...]
