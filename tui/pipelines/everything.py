"""Everything in an image: a grid of clicks, and of the masks they give those worth keeping.

After Kirillov et al., "Segment Anything", appendix B, with the numbers of the reference's automatic mask
generator: one click per grid point, masks with a good predicted IoU and a sharp edge, and of those that cover
the same thing the best. What is measured is measured on the coarse grid: the sharpness of an edge does not
depend on the resolution, and a full-size mask per candidate would cost more than the model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from tui.geometry.nms import box_nms
from tui.inference.embedding import Embedding
from tui.inference.segmenters.base import Interruptible, Segmenter
from tui.inference.segmenters.refined import Refined
from tui.types.instance import Candidate
from tui.types.prompt import Point, Prompt
from tui.types.shapes import Box, LogitMask


@dataclass(frozen=True, slots=True)
class EverythingOptions:
    """Meta's defaults.

    `side`: grid points along each side; `min_score`: least predicted IoU; `min_stability`: least IoU between
    the masks at logits +1 and -1; `max_iou`: boxes that overlap more are one object; `min_area` in image
    pixels; `max_share`: a mask of a larger share of the image is its background; `batch`: clicks per run
    where the model takes several.
    """

    side: int = 32
    min_score: float = 0.88
    min_stability: float = 0.95
    max_iou: float = 0.7
    min_area: float = 100.0
    max_share: float = 0.9
    batch: int = 64


WITHOUT_NETWORK = EverythingOptions(side=12, min_score=0.5, min_stability=0.85)
"""For a segmenter that has no network: it takes longer for a click, and its scores are lower."""

SMALL_NETWORK = EverythingOptions(side=16, min_score=0.6, min_stability=0.5)
"""For the bundled network, less sure of its scores and with softer edges. On six labelled photos of the
development set (45 objects, 10 x 10 clicks) 12 of the 25 masks that it keeps fit an object with an IoU over
0.6; with the reference's numbers it kept none."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person says of `EverythingOptions`; None leaves it to what suits the segmenter."""

    side: int | None = None
    min_score: float | None = None
    min_stability: float | None = None
    max_iou: float | None = None


def suited(segmenter: Segmenter, wish: Wish | None = None) -> EverythingOptions:
    """What suits a segmenter where nobody says otherwise: scores mean something within one model only."""
    own = _own(segmenter)
    said = {name: value for name, value in asdict(wish or Wish()).items() if value is not None}
    return replace(own, **said)


def _own(segmenter: Segmenter) -> EverythingOptions:
    if isinstance(segmenter, Refined):
        return SMALL_NETWORK
    return EverythingOptions() if isinstance(segmenter, Interruptible) else WITHOUT_NETWORK


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A mask that was kept, the click that gave it, and its box on the image (to a grid cell).

    `answers` are all masks of that click, `candidate` among them.
    """

    candidate: Candidate
    point: Point
    box: Box
    answers: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Progress:
    """`done` of `total` clicks are answered; `found` is what stands so far, best first."""

    done: int
    total: int
    found: tuple[Found, ...]


@runtime_checkable
class Batched(Protocol):
    """A segmenter that answers several prompts in one run."""

    @property
    def batched(self) -> bool: ...

    def decode_many(
        self, embedding: Embedding, prompts: Sequence[Prompt]
    ) -> tuple[tuple[Candidate, ...], ...]: ...


def everything(
    segmenter: Segmenter,
    embedding: Embedding,
    options: EverythingOptions | None = None,
    *,
    area: Box | None = None,
    progress: Callable[[Progress], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> tuple[Found, ...]:
    """All objects of the image, or of an `area` of it, best first.

    `progress` is called after every row of the grid; it sees the objects found so far, so that they can be
    shown as they come. `cancelled` is asked before every run of the model: once true, what
    stands is the answer.

    Raises ModelError when the model fails.
    """
    options = options or EverythingOptions()
    total = options.side**2
    found: tuple[Found, ...] = ()
    done = 0
    for row in _rows(area or Box(0, 0, *embedding.image_wh), options.side):
        fresh: list[Found] = []
        for batch in _batches(segmenter, row, options.batch):
            if cancelled():
                return _distinct((*found, *fresh), options.max_iou)
            for point, candidates in zip(batch, _answers(segmenter, embedding, batch), strict=True):
                fresh += _worthy(candidates, point, embedding.image_wh, options)
        found = _distinct((*found, *fresh), options.max_iou)
        done += len(row)
        progress(Progress(done, total, found))
    return found


def grid(image_wh: tuple[int, int], side: int) -> tuple[Point, ...]:
    """`side` x `side` points at the centres of equal cells, (i + 0.5) / side of the image, row by row."""
    return tuple(point for row in _rows(Box(0, 0, *image_wh), side) for point in row)


def coarse_box(mask: LogitMask, image_wh: tuple[int, int]) -> Box | None:
    """The extent of a mask's positive cells on the image, or None when there are none inside it."""
    height, width = mask.logits.shape
    across, down = mask.region.width / width, mask.region.height / height
    positive = mask.logits > 0
    columns, rows = np.flatnonzero(positive.any(axis=0)), np.flatnonzero(positive.any(axis=1))
    if not len(columns):
        return None
    box = Box(
        max(0.0, mask.region.x0 + columns[0] * across),
        max(0.0, mask.region.y0 + rows[0] * down),
        min(float(image_wh[0]), mask.region.x0 + (columns[-1] + 1) * across),
        min(float(image_wh[1]), mask.region.y0 + (rows[-1] + 1) * down),
    )
    return box if box.x1 > box.x0 and box.y1 > box.y0 else None


def _rows(area: Box, side: int) -> Iterator[tuple[Point, ...]]:
    steps = [(i + 0.5) / side for i in range(side)]
    for y in steps:
        yield tuple(Point(area.x0 + x * area.width, area.y0 + y * area.height) for x in steps)


def _batches(segmenter: Segmenter, row: tuple[Point, ...], size: int) -> Iterator[tuple[Point, ...]]:
    if not (isinstance(segmenter, Batched) and segmenter.batched):
        size = 1
    for start in range(0, len(row), size):
        yield row[start : start + size]


def _answers(
    segmenter: Segmenter, embedding: Embedding, points: Sequence[Point]
) -> tuple[tuple[Candidate, ...], ...]:
    prompts = [Prompt((point,)) for point in points]
    if isinstance(segmenter, Batched):
        return segmenter.decode_many(embedding, prompts)
    return tuple(segmenter.decode(embedding, prompt) for prompt in prompts)


def _worthy(
    candidates: tuple[Candidate, ...], point: Point, image_wh: tuple[int, int], options: EverythingOptions
) -> Iterator[Found]:
    width, height = image_wh
    for candidate in candidates:
        if candidate.score < options.min_score or candidate.stability < options.min_stability:
            continue
        box = coarse_box(candidate.mask, image_wh)
        area = _area_inside(candidate.mask, image_wh)
        if box and options.min_area <= area <= options.max_share * width * height:
            yield Found(candidate, point, box, candidates)


def _area_inside(mask: LogitMask, image_wh: tuple[int, int]) -> float:
    """Area in image pixels of the cells whose centres lie in the image: a model may fill its padding."""
    height, width = mask.logits.shape
    across, down = mask.region.width / width, mask.region.height / height
    x = mask.region.x0 + (np.arange(width) + 0.5) * across
    y = mask.region.y0 + (np.arange(height) + 0.5) * down
    inside = mask.logits[(y >= 0) & (y < image_wh[1])][:, (x >= 0) & (x < image_wh[0])]
    return float(np.count_nonzero(inside > 0) * across * down)


def _distinct(found: tuple[Found, ...], max_iou: float) -> tuple[Found, ...]:
    """Of those whose boxes overlap the one with the best score, best first."""
    if not found:
        return ()
    boxes: NDArray[np.float64] = np.array([one.box.xyxy for one in found], np.float64)
    scores = np.array([one.candidate.score for one in found], np.float64)
    return tuple(found[i] for i in box_nms(boxes, scores, max_iou))
