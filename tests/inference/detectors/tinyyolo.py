"""Hand-made detectors in every head's layout, which answer the same whatever the picture.

The canvas is 64 x 64. `ROWS` are boxes on it: two cars, one over the other, a person, and a weak dog.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inference.onnxmini import Graph, Shape, message, text
from tui.inference.detectors.base import DetectorOptions
from tui.inference.detectors.yolo import Yolo
from tui.inference.runtime import SessionOptions, open_session

SIDE, GRID = 64, 16
NAMES = ("person", "car", "dog")

ROWS = (
    (16.0, 20.0, 40.0, 44.0, 0.75, 1),
    (17.0, 21.0, 41.0, 44.0, 0.5, 1),
    (42.0, 10.0, 60.0, 50.0, 0.875, 0),
    (4.0, 18.0, 12.0, 30.0, 0.125, 2),
)
"""(x0, y0, x1, y1, score, class) of what every head answers."""

ANGLE = 0.5


def raw(
    rows: tuple[tuple[float, ...], ...] = ROWS, *, extra: NDArray[np.float32] | None = None
) -> NDArray[np.float32]:
    """The transposed head: [4 + classes + extra, boxes], padded with empty boxes so that it is wide."""
    wide = np.zeros((4 + len(NAMES), 84), np.float32)
    for i, (x0, y0, x1, y1, score, class_id) in enumerate(rows):
        wide[:4, i] = (x0 + x1) / 2, (y0 + y1) / 2, x1 - x0, y1 - y0
        wide[4 + int(class_id), i] = score
    return wide if extra is None else np.concatenate([wide, extra])


def anchors() -> NDArray[np.float32]:
    """The head with objectness: [boxes, 5 + classes]; score = objectness * class."""
    table = np.zeros((3 * 84, 5 + len(NAMES)), np.float32)
    for i, (x0, y0, x1, y1, score, class_id) in enumerate(ROWS):
        table[i, :5] = (x0 + x1) / 2, (y0 + y1) / 2, x1 - x0, y1 - y0, 0.9
        table[i, 5 + int(class_id)] = score / 0.9
    return table


def final() -> NDArray[np.float32]:
    """Final boxes: [300, 6], the suppressed car left out."""
    table = np.zeros((300, 6), np.float32)
    table[:3] = [ROWS[i] for i in (2, 0, 3)]
    return table


def final_oriented() -> NDArray[np.float32]:
    table = np.zeros((300, 7), np.float32)
    table[0] = (32, 32, 20, 10, 0.875, 2, ANGLE)
    return table


def angles() -> NDArray[np.float32]:
    """The extra row of an oriented raw head."""
    return np.full((1, 84), ANGLE, np.float32)


def coefficients() -> NDArray[np.float32]:
    """Extra rows of a segment head: the car's mask is prototype 0, the person's is its opposite."""
    table = np.zeros((32, 84), np.float32)
    table[0, :2], table[0, 2] = 1, -1
    return table


def prototypes() -> NDArray[np.float32]:
    """Prototype 0 is positive left of canvas x = 32; the others are zero."""
    table = np.zeros((32, GRID, GRID), np.float32)
    table[0] = np.where(np.arange(GRID) < GRID // 2, 1, -1)
    return table


def model(
    answer: NDArray[np.float32],
    *,
    masks: NDArray[np.float32] | None = None,
    metadata: dict[str, str] | None = None,
    shape: Shape = (1, 3, SIDE, SIDE),
    symbolic: bool = False,
) -> bytes:
    """A graph that gives `answer` [rows, columns] (and `masks`); `symbolic` leaves their sizes undeclared."""
    outputs: dict[str, Shape] = {"output0": ("b", "r", "c") if symbolic else (1, *answer.shape)}
    if masks is not None:
        outputs["output1"] = ("b", "m", "h", "w") if symbolic else (1, *masks.shape)
    graph = Graph({"images": ("float32", shape)}, outputs)
    nothing = graph.op("Mul", graph.op("ReduceMean", "images", keepdims=0), graph.const(0.0))
    for name, array in zip(outputs, (answer, masks), strict=False):
        graph.op("Add", graph.const(array[None]), nothing, into=name)
    properties = {"names": repr(dict(enumerate(NAMES)))} if metadata is None else metadata
    return graph.serialize() + b"".join(message(14, text(1, k) + text(2, v)) for k, v in properties.items())


def opened(content: bytes, options: DetectorOptions | None = None) -> Yolo:
    """The model as a detector."""
    return Yolo(open_session(content, SessionOptions(threads=1)), name="tiny", digest="0", options=options)
