"""A contact sheet of a quality run: the best, median and worst answers, to look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tui.types.prompt import Prompt

TILE, COLUMNS = 180, 7
_TRUE, _ANSWER, _POSITIVE, _NEGATIVE = (60, 255, 60), (255, 60, 200), (255, 255, 0), (0, 220, 255)


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A tile, uint8 [TILE, TILE, 3], with the kind of its prompt and its IoU."""

    tile: NDArray[np.uint8]
    kind: str
    iou: float


def look(
    rgb: NDArray[np.uint8],
    prompt: Prompt,
    answer: NDArray[np.bool_],
    true: NDArray[np.bool_],
    iou: float,
    name: str,
) -> View:
    """The instance's surroundings: true outline green, the answer's magenta, prompt yellow and blue."""
    ys, xs = np.flatnonzero(true.any(axis=1)), np.flatnonzero(true.any(axis=0))
    half = max(0.75 * max(xs[-1] - xs[0], ys[-1] - ys[0]), 12)
    scale = TILE / (2 * half)
    cx, cy = (xs[0] + xs[-1] + 1) / 2, (ys[0] + ys[-1] + 1) / 2
    matrix = np.array([[scale, 0, TILE / 2 - scale * cx], [0, scale, TILE / 2 - scale * cy]])
    tile = cv2.warpAffine(rgb, matrix, (TILE, TILE), flags=cv2.INTER_AREA)
    for mask, colour in ((true, _TRUE), (answer, _ANSWER)):
        small = cv2.warpAffine(mask.astype(np.uint8), matrix, (TILE, TILE), flags=cv2.INTER_NEAREST)
        outlines, _ = cv2.findContours(small, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
        cv2.drawContours(tile, outlines, -1, colour, 1)
    for point in prompt.points:
        x, y = matrix @ (point.x, point.y, 1.0)
        cv2.circle(tile, (round(x), round(y)), 3, _POSITIVE if point.positive else _NEGATIVE, -1)
    if prompt.box is not None:
        low, high = (matrix @ (*corner, 1.0) for corner in (prompt.box.xyxy[:2], prompt.box.xyxy[2:]))
        cv2.rectangle(tile, tuple(map(round, low)), tuple(map(round, high)), _POSITIVE, 1)
    cv2.putText(
        tile, f"{iou:.2f} {name}"[:28], (3, TILE - 5), cv2.FONT_HERSHEY_SIMPLEX, 0.32, (255, 255, 255), 1
    )
    kind = "box" if prompt.box is not None else f"{len(prompt.points)} clicks"
    return View(np.asarray(tile, dtype=np.uint8), kind, iou)


def sheet(views: Sequence[View]) -> NDArray[np.uint8]:
    """For each kind of prompt a row of the best, one around the median and one of the worst."""
    rows = []
    for kind in dict.fromkeys(view.kind for view in views):
        ranked = sorted((view for view in views if view.kind == kind), key=lambda view: -view.iou)
        middle = max(0, (len(ranked) - COLUMNS) // 2)
        rows += [ranked[:COLUMNS], ranked[middle : middle + COLUMNS], ranked[-COLUMNS:]]
    return np.vstack([_row([view.tile for view in row]) for row in rows])


def _row(tiles: Sequence[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    blank = np.zeros((TILE, TILE, 3), np.uint8)
    return np.hstack([*tiles, *[blank] * (COLUMNS - len(tiles))])
