"""The log of a run as a picture: losses and IoU of the training crops, figures on the validation photos."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

_WIDTH, _HEIGHT, _MARGIN = 900, 360, 50
_COLOURS = ((40, 90, 200), (210, 70, 40), (40, 150, 60), (150, 60, 170), (60, 60, 60))


def draw(log: Path, out: Path) -> None:
    """Write the curves of a run's log as a PNG."""
    rows = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    train = [row for row in rows if row["kind"] == "train"]
    val = [row for row in rows if row["kind"] == "val"]
    panels = [
        _panel("training crops", train, ("mask", "iou"), smooth=5),
        _panel("validation photos", val, ("box", "click1", "click3", "click5", "score_r"), smooth=1),
    ]
    cv2.imwrite(str(out), np.vstack(panels))


def _panel(
    title: str, rows: Sequence[dict[str, Any]], names: Sequence[str], *, smooth: int
) -> NDArray[np.uint8]:
    image = np.full((_HEIGHT, _WIDTH, 3), 255, np.uint8)
    _text(image, title, (_MARGIN, 22), (0, 0, 0))
    if not rows:
        return image
    top = max(1.0, *(row[name] for row in rows for name in names))
    last = rows[-1]["minutes"]
    for level in np.linspace(0, top, 6):
        y = _place(level / top)
        cv2.line(image, (_MARGIN, y), (_WIDTH - 20, y), (225, 225, 225), 1)
        _text(image, f"{level:.2f}", (5, y + 4), (90, 90, 90))
    _text(image, f"{last:.0f} minutes", (_WIDTH - 110, _HEIGHT - 8), (90, 90, 90))
    for name, colour in zip(names, _COLOURS, strict=False):
        values = np.array([row[name] for row in rows], float)
        kernel = np.ones(min(smooth, len(values)))
        values = np.convolve(values, kernel, "same") / np.convolve(np.ones_like(values), kernel, "same")
        xs = [_MARGIN + round((_WIDTH - 20 - _MARGIN) * row["minutes"] / last) for row in rows]
        line = np.array([xs, [_place(value / top) for value in values]], np.int32).T
        cv2.polylines(image, [line], False, colour, 2, cv2.LINE_AA)
        _text(image, f"{name} {values[-1]:.3f}", (170 + 140 * names.index(name), 22), colour)
    return image


def _place(share: float) -> int:
    return round(_HEIGHT - 25 - (_HEIGHT - 65) * share)


def _text(image: NDArray[np.uint8], text: str, at: tuple[int, int], colour: tuple[int, int, int]) -> None:
    cv2.putText(image, text, at, cv2.FONT_HERSHEY_SIMPLEX, 0.42, colour, 1, cv2.LINE_AA)
