"""Which of the masks of a search are worth a hint: what a model is sure of, and what is no background.

A mask that runs along the border of the image is more likely the ground that things stand on than a thing;
a large thing may do so too. So the border lowers a mask's place, and only what is far behind the best is left
out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tui.pipelines.everything import Found
from tui.types.shapes import LogitMask

_GROUND = 0.7
"""What a mask all around the image loses of its merit."""

_FAR_BEHIND = 0.35
"""Share of the best merit below which a mask gets no hint.

Both numbers: on 27 photos of the development set, of the bundled network's hints (8 x 8 clicks, at most 40)
those on no labelled object fell from 23.9 a photo to 17.7, the large ones among them from 0.78 to 0.44; 76 of
250 objects had a fitting one (IoU over 0.6) after 77 before, and 13 of 22 large objects both times.
"""


def most_salient(found: Sequence[Found], image_wh: tuple[int, int], most: int) -> tuple[Found, ...]:
    """At most `most` of what was found, the likeliest objects first."""
    merits = [_merit(one, image_wh) for one in found]
    order = sorted(range(len(found)), key=lambda index: -merits[index])[:most]
    return tuple(found[index] for index in order if merits[index] >= _FAR_BEHIND * merits[order[0]])


def border_share(mask: LogitMask, image_wh: tuple[int, int]) -> float:
    """How much of the image's border lies in a mask, 0 to 1: by the grid cells that the sides run through,
    each side counted alike.
    """
    height, width = mask.logits.shape
    across = (np.arange(width) + 0.5) * mask.region.width / width + mask.region.x0
    down = (np.arange(height) + 0.5) * mask.region.height / height + mask.region.y0
    columns, rows = (across >= 0) & (across < image_wh[0]), (down >= 0) & (down < image_wh[1])
    if not (columns.any() and rows.any()):
        return 0.0
    inside = mask.logits > 0
    half = mask.region.width / width, mask.region.height / height
    sides = [
        inside[row, columns].mean() if abs(down[row] - edge) <= half[1] else 0.0
        for row, edge in zip(_ends(rows), (0, image_wh[1]), strict=True)
    ]
    sides += [
        inside[rows, column].mean() if abs(across[column] - edge) <= half[0] else 0.0
        for column, edge in zip(_ends(columns), (0, image_wh[0]), strict=True)
    ]
    return float(np.mean(sides))


def _ends(seen: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> tuple[int, int]:
    at = np.flatnonzero(seen)
    return int(at[0]), int(at[-1])


def _merit(one: Found, image_wh: tuple[int, int]) -> float:
    border = border_share(one.candidate.mask, image_wh)
    return one.candidate.score * one.candidate.stability * (1 - _GROUND * border)
