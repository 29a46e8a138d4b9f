"""What a box says about a mask that was cut in it: nothing lies beyond it, and where its sides are counts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tui.inference.segmenters.grabcut_cut import Logits
from tui.inference.segmenters.grabcut_window import Window
from tui.types.prompt import Point
from tui.types.shapes import Box

_SLACK = 1.02


def beyond_box(window: Window, box: Box, points: Sequence[Point]) -> NDArray[np.bool_]:
    """Grid pixels outside the box, bool [h, w]; positive points stretch it."""
    inside = [p for p in points if p.positive]
    xs, ys = window.centres()
    low_x, high_x = min([box.x0, *(p.x for p in inside)]), max([box.x1, *(p.x for p in inside)])
    low_y, high_y = min([box.y0, *(p.y for p in inside)]), max([box.y1, *(p.y for p in inside)])
    half_x, half_y = max((high_x - low_x) / 2, 0.5) * _SLACK, max((high_y - low_y) / 2, 0.5) * _SLACK
    across = np.abs(xs - (low_x + high_x) / 2) > half_x
    return np.asarray(across | (np.abs(ys - (low_y + high_y) / 2) > half_y))


def meet(mixed: Logits, given: Logits) -> Logits:
    """`mixed`, ending on each side half-way between where it ends and where the network's own mask does.

    A cut that runs on along a line or drops a tip moves a whole side of the box around the mask: the two
    together err less there than either (box around the mask, validation photos: 0.911 against 0.900).
    """
    ours, theirs = _ends(mixed > 0), _ends(given > 0)
    if ours is None or theirs is None:
        return mixed
    x0, y0, x1, y1 = (round((a + b) / 2) for a, b in zip(ours, theirs, strict=True))
    out = np.minimum(mixed, -0.5)
    out[y0:y1, x0:x1] = np.maximum(mixed, given)[y0:y1, x0:x1]
    x0, y0, x1, y1 = max(x0, ours[0]), max(y0, ours[1]), min(x1, ours[2]), min(y1, ours[3])
    out[y0:y1, x0:x1] = mixed[y0:y1, x0:x1]
    return out


def _ends(mask: NDArray[np.bool_]) -> tuple[int, int, int, int] | None:
    """First and last column and row with something on them, half-open x0, y0, x1, y1; None without any."""
    xs, ys = np.flatnonzero(mask.any(axis=0)), np.flatnonzero(mask.any(axis=1))
    return (int(xs[0]), int(ys[0]), int(xs[-1]) + 1, int(ys[-1]) + 1) if len(xs) else None
