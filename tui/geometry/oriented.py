"""Oriented boxes: corners, overlap and suppression.

An oriented box is (centre x, centre y, width, height, angle); the angle is in radians and turns the x axis
towards the y axis, clockwise on screen.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_TINY = 1e-7


def corners(boxes: NDArray[np.floating]) -> NDArray[np.float64]:
    """The four corners of each oriented box, [n, 5] to [n, 4, 2], clockwise on screen."""
    centre, half = boxes[:, None, :2], boxes[:, 2:4] / 2
    cos, sin = np.cos(boxes[:, 4]), np.sin(boxes[:, 4])
    along = (half[:, 0] * np.stack((cos, sin))).T[:, None]
    across = (half[:, 1] * np.stack((-sin, cos))).T[:, None]
    signs = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)], np.float64)
    return np.asarray(centre + signs[None, :, :1] * along + signs[None, :, 1:] * across, np.float64)


def overlap(a: NDArray[np.floating], b: NDArray[np.floating]) -> NDArray[np.float64]:
    """Probabilistic IoU in 0..1 of every oriented box of `a` [n, 5] with every one of `b` [m, 5]: [n, m].

    Each box stands for the Gaussian with its mean and covariance; the overlap is one minus the Hellinger
    distance of the two (Llerena et al., "Gaussian Bounding Boxes and Probabilistic Intersection-over-Union",
    2021, equations 4 to 7). Models with oriented heads are trained and suppressed with this measure.
    """
    first, second = (np.asarray(v, np.float64) for v in (a, b))
    xx1, yy1, xy1 = (v[:, None] for v in _covariance(first))
    xx2, yy2, xy2 = (v[None, :] for v in _covariance(second))
    dx, dy = (first[:, None, i] - second[None, :, i] for i in (0, 1))
    xx, yy, xy = xx1 + xx2, yy1 + yy2, xy1 + xy2
    together = xx * yy - xy**2
    distance = (xx * dy**2 + yy * dx**2 - 2 * xy * dx * dy) / (4 * (together + _TINY))
    apart = np.sqrt(np.maximum(xx1 * yy1 - xy1**2, 0) * np.maximum(xx2 * yy2 - xy2**2, 0))
    distance += np.log(together / (4 * apart + _TINY) + _TINY) / 2
    return np.asarray(1 - np.sqrt(1 - np.exp(-np.clip(distance, _TINY, 100.0)) + _TINY), np.float64)


def oriented_nms(
    boxes: NDArray[np.floating], scores: NDArray[np.floating], classes: NDArray[np.integer], iou: float
) -> NDArray[np.intp]:
    """Indices of the oriented boxes [n, 5] that stay, best score first.

    As the models' own evaluation does it: a box goes when its overlap with *any* better box of its class is
    at or above `iou`, also with one that goes itself (Bolya et al., "YOLACT", Fast NMS).
    """
    order = np.argsort(-scores, kind="stable")
    kept = []
    for rank, index in enumerate(order):
        better = order[:rank][classes[order[:rank]] == classes[index]]
        if not len(better) or overlap(boxes[index][None], boxes[better]).max() < iou:
            kept.append(int(index))
    return np.array(kept, np.intp)


def _covariance(
    boxes: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Covariances (xx, yy, xy) of the uniform distributions over oriented boxes [n, 5], each [n]."""
    along, across = (boxes[:, 2:4].T ** 2) / 12
    cos, sin = np.cos(boxes[:, 4]), np.sin(boxes[:, 4])
    return (
        along * cos**2 + across * sin**2,
        along * sin**2 + across * cos**2,
        (along - across) * cos * sin,
    )
