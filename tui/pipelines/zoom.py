"""A segmenter that looks at a part of the image: small objects get the pixels that the whole would not.

A model sees 1024 pixels of the longest side. Of a 12-megapixel photo that is one in four, and an object of 20
pixels is five. `Zoomed` is the same segmenter for one region: prompts and masks are in image pixels as ever,
the encoder is given the region alone, and its embedding has a key of its own.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tui.inference.embedding import Embedding
from tui.inference.segmenters.base import Interruptible, Limits, Segmenter
from tui.pipelines.everything import Batched
from tui.types.instance import Candidate
from tui.types.prompt import Point, Prompt
from tui.types.shapes import Box, LogitMask

MARGIN = 0.1
"""What is added around a view, as a share of its longest side: an object at its border needs surroundings."""

LEAST = 64
"""Pixels; less than this is no picture to a model."""


def zoom_region(view: Box, image_wh: tuple[int, int], *, margin: float = MARGIN) -> Box:
    """The region to encode for a view of the image: whole pixels, a square that holds the view.

    Where the image is narrower than the square, all of its width is taken (and its height likewise): then a
    model's padding lies outside the image, where no mask reaches.
    """
    wanted = max(view.width, view.height) * (1 + 2 * margin)
    side = max(LEAST, math.ceil(wanted))
    x0, x1 = _span(view.center[0], side, image_wh[0])
    y0, y1 = _span(view.center[1], side, image_wh[1])
    return Box(float(x0), float(y0), float(x1), float(y1))


class Zoomed:
    """`segmenter` for `region` of an image of `image_wh`; a `Segmenter` itself.

    `region` is one of `zoom_region`, or any square of whole pixels inside the image. `encode` takes the whole
    image; its embedding answers for this region only. Prompts must lie in the region (`covers`). Closing it
    leaves `segmenter` open.
    """

    def __init__(self, segmenter: Segmenter, region: Box, image_wh: tuple[int, int]) -> None:
        if not _encodable(region, image_wh):
            raise ValueError(f"{region} is no region of a {image_wh} image that can be encoded")
        self._segmenter, self._image_wh = segmenter, image_wh
        self.region = region
        x0, y0, x1, y1 = (int(v) for v in region.xyxy)
        self._rows, self._columns = slice(y0, y1), slice(x0, x1)
        self.fingerprint = f"{segmenter.fingerprint} {x1 - x0}x{y1 - y0}+{x0}+{y0}"

    @property
    def name(self) -> str:
        return self._segmenter.name

    @property
    def provider(self) -> str:
        return self._segmenter.provider

    @property
    def limits(self) -> Limits:
        return self._segmenter.limits

    @property
    def batched(self) -> bool:
        """Whether several prompts are answered in one run."""
        return isinstance(self._segmenter, Batched) and self._segmenter.batched

    def covers(self, prompt: Prompt) -> bool:
        """Whether all points, and the box, lie in the region."""
        corners = [(p.x, p.y) for p in prompt.points]
        if prompt.box:
            corners += [(prompt.box.x0, prompt.box.y0), (prompt.box.x1, prompt.box.y1)]
        region = self.region
        return all(region.x0 <= x <= region.x1 and region.y0 <= y <= region.y1 for x, y in corners)

    def encode(self, image: NDArray[np.uint8]) -> Embedding:
        """Raises ValueError for an image of another size, and what the segmenter's `encode` raises."""
        if (image.shape[1], image.shape[0]) != self._image_wh:
            raise ValueError("the region is one of another image")
        inner = self._segmenter.encode(np.ascontiguousarray(image[self._rows, self._columns]))
        return Embedding(inner.arrays, self._image_wh, self.fingerprint)

    def decode(self, embedding: Embedding, prompt: Prompt) -> tuple[Candidate, ...]:
        """As the segmenter's `decode`; also ValueError for a prompt that leaves the region."""
        return self.decode_many(embedding, (prompt,))[0]

    def decode_many(
        self, embedding: Embedding, prompts: Sequence[Prompt]
    ) -> tuple[tuple[Candidate, ...], ...]:
        """`decode` of each prompt, in one run where the segmenter can."""
        if embedding.encoder != self.fingerprint:
            raise ValueError("the embedding is one of another region or segmenter")
        if not all(self.covers(prompt) for prompt in prompts):
            raise ValueError("the prompt leaves the region")
        wh = (self._columns.stop - self._columns.start, self._rows.stop - self._rows.start)
        inner = Embedding(embedding.arrays, wh, self._segmenter.fingerprint)
        asked = [_moved_prompt(prompt, -self.region.x0, -self.region.y0) for prompt in prompts]
        if isinstance(self._segmenter, Batched):
            answers = self._segmenter.decode_many(inner, asked)
        else:
            answers = tuple(self._segmenter.decode(inner, prompt) for prompt in asked)
        return tuple(
            tuple(moved(candidate, self.region.x0, self.region.y0) for candidate in candidates)
            for candidates in answers
        )

    def interrupt(self) -> None:
        """Stop the encode in progress, where the segmenter can."""
        if isinstance(self._segmenter, Interruptible):
            self._segmenter.interrupt()

    def close(self) -> None:
        """Nothing: the segmenter belongs to whoever opened it."""


def moved(candidate: Candidate, dx: float, dy: float) -> Candidate:
    """A candidate whose mask lies elsewhere."""
    return replace(candidate, mask=_moved_mask(candidate.mask, dx, dy))


def _span(center: float, side: int, length: int) -> tuple[int, int]:
    """`side` pixels around a centre, pushed into 0..length; all of it where it is shorter."""
    if length <= side:
        return 0, length
    start = min(max(0, round(center - side / 2)), length - side)
    return start, start + side


def _encodable(region: Box, image_wh: tuple[int, int]) -> bool:
    whole = all(v == int(v) for v in region.xyxy)
    inside = region.x0 >= 0 and region.y0 >= 0 and region.x1 <= image_wh[0] and region.y1 <= image_wh[1]
    # The longer side decides the scale; the shorter may be shorter only because the image ends there.
    narrow = region.width < region.height and region.width < image_wh[0]
    low = region.height < region.width and region.height < image_wh[1]
    return whole and inside and region.area > 0 and not narrow and not low


def _moved_prompt(prompt: Prompt, dx: float, dy: float) -> Prompt:
    return Prompt(
        tuple(Point(p.x + dx, p.y + dy, p.positive) for p in prompt.points),
        _moved_box(prompt.box, dx, dy) if prompt.box else None,
        _moved_mask(prompt.previous, dx, dy) if prompt.previous else None,
    )


def _moved_mask(mask: LogitMask, dx: float, dy: float) -> LogitMask:
    return replace(mask, region=_moved_box(mask.region, dx, dy))


def _moved_box(box: Box, dx: float, dy: float) -> Box:
    return Box(box.x0 + dx, box.y0 + dy, box.x1 + dx, box.y1 + dy)
