"""Non-maximum suppression: of boxes that cover the same thing, the one with the best score stays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def box_nms(
    xyxy: NDArray[np.floating], scores: NDArray[np.floating], iou: float, *, limit: int | None = None
) -> NDArray[np.intp]:
    """Indices of the boxes that stay, best score first; equal scores keep their order.

    `xyxy` [n, 4], `scores` [n]. A box goes when its IoU with a better one that stays is above `iou`. At most
    `limit` are kept.
    """
    order = np.argsort(-scores, kind="stable")
    areas = (xyxy[:, 2] - xyxy[:, 0]) * (xyxy[:, 3] - xyxy[:, 1])
    kept: list[int] = []
    while len(order) and (limit is None or len(kept) < limit):
        best, order = order[0], order[1:]
        kept.append(int(best))
        low = np.maximum(xyxy[best, :2], xyxy[order, :2])
        high = np.minimum(xyxy[best, 2:], xyxy[order, 2:])
        shared = np.prod(np.clip(high - low, 0, None), axis=1)
        # A union of zero (two boxes without area) would divide by zero: they do not overlap.
        union = np.maximum(areas[best] + areas[order] - shared, np.finfo(np.float32).tiny)
        order = order[shared <= iou * union]
    return np.array(kept, np.intp)


def class_nms(
    xyxy: NDArray[np.floating],
    scores: NDArray[np.floating],
    classes: NDArray[np.integer],
    iou: float,
    *,
    limit: int | None = None,
) -> NDArray[np.intp]:
    """`box_nms` within each class (`classes` [n]): boxes of different classes do not suppress each other."""
    kept = [np.empty(0, np.intp)]
    for class_id in np.unique(classes):
        members = np.flatnonzero(classes == class_id)
        kept.append(members[box_nms(xyxy[members], scores[members], iou, limit=limit)])
    together = np.sort(np.concatenate(kept))
    return together[np.argsort(-scores[together], kind="stable")][:limit]
