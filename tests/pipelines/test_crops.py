"""Everything in parts: where they lie, and that they find what the whole is too coarse for."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import FakeSegmenter
from tui.geometry.boxes import iou
from tui.inference.embedding import Embedding
from tui.pipelines.crops import OVERLAP, everything_in_parts, parts
from tui.pipelines.everything import EverythingOptions, Progress, everything
from tui.types.instance import Candidate
from tui.types.prompt import Prompt
from tui.types.shapes import Box, LogitMask

WH = (400, 200)
OPTIONS = EverythingOptions(side=24, min_area=20)
LARGE, SMALL = Box(40, 20, 180, 180), Box(304, 84, 316, 96)


class CoarseEye(FakeSegmenter):
    """Sees 20 cells on the longest side; a click gives the connected cells of the colour under it."""

    def encode(self, image: np.ndarray) -> Embedding:
        super().encode(image)
        height, width = image.shape[:2]
        scale = 20 / max(width, height)
        cells = (max(1, round(width * scale)), max(1, round(height * scale)))
        seen = cv2.resize(image[..., 0], cells, interpolation=cv2.INTER_AREA)
        return Embedding({"seen": seen}, (width, height), self.fingerprint)

    def decode(self, embedding: Embedding, prompt: Prompt) -> tuple[Candidate, ...]:
        seen, (width, height), (point,) = embedding.arrays["seen"], embedding.image_wh, prompt.points
        _, labels = cv2.connectedComponents((seen > 128).astype(np.uint8))
        mark = labels[int(point.y * seen.shape[0] / height), int(point.x * seen.shape[1] / width)]
        logits = np.where((labels == mark) & (mark > 0), 9.0, -9.0).astype(np.float32)
        return (Candidate(LogitMask(logits, Box(0, 0, width, height)), 0.9 if mark else 0.1, 0.99),)


def picture(*boxes: Box) -> np.ndarray:
    image = np.zeros((WH[1], WH[0], 3), np.uint8)
    for box in boxes:
        image[int(box.y0) : int(box.y1), int(box.x0) : int(box.x1)] = 255
    return image


def search(image: np.ndarray, layers: int, **more: object) -> list[Box]:
    segmenter = CoarseEye()
    whole = everything(segmenter, segmenter.encode(image), OPTIONS)
    return [f.box for f in everything_in_parts(segmenter, image, whole, layers, OPTIONS, **more)]


@given(wh=st.tuples(st.integers(1, 6000), st.integers(1, 6000)), layer=st.integers(1, 3))
def test_parts_are_squares_that_cover_the_image_and_overlap(wh: tuple[int, int], layer: int) -> None:
    found = parts(wh, layer)
    if not found:
        assert min(wh) < 64 * 2**layer
        return
    side = found[0].width
    assert all(p.width == p.height == side for p in found)
    for axis, length in ((0, wh[0]), (1, wh[1])):
        starts = sorted({p.xyxy[axis] for p in found})
        assert starts[0] == 0
        assert starts[-1] + side == length
        assert all(b - a <= side * (1 - OVERLAP) + 1 for a, b in pairwise(starts))


def test_the_first_layer_halves_the_shorter_side() -> None:
    assert len(parts((1000, 1000), 1)) == 4
    assert len(parts((1000, 1000), 2)) == 16


def test_a_small_object_is_found_in_a_part_only() -> None:
    image = picture(LARGE, SMALL)
    assert not any(iou(box, SMALL) > 0.3 for box in search(image, 0))
    assert any(iou(box, SMALL) > 0.5 for box in search(image, 1))


def test_what_a_parts_border_cuts_through_is_left_to_the_whole() -> None:
    assert [iou(box, LARGE) > 0.8 for box in search(picture(LARGE), 2)] == [True]


def test_an_object_found_twice_keeps_the_finer_outline() -> None:
    middle = Box(243, 37, 297, 83)
    coarse, fine = search(picture(middle), 0), search(picture(middle), 1)
    assert len(coarse) == len(fine) == 1
    assert iou(fine[0], middle) > iou(coarse[0], middle)


def test_everything_lies_in_the_image_where_it_was_clicked() -> None:
    segmenter, image = CoarseEye(), picture(SMALL)
    for found in everything_in_parts(segmenter, image, (), 1, OPTIONS):
        assert found.box.x0 <= found.point.x <= found.box.x1
        assert found.box.y0 <= found.point.y <= found.box.y1


def test_progress_counts_parts_and_a_cancel_keeps_what_stands() -> None:
    seen: list[Progress] = []
    search(picture(LARGE, SMALL), 1, progress=seen.append)
    assert [p.done for p in seen] == list(range(1, len(parts(WH, 1)) + 1))
    assert len(search(picture(LARGE), 1, cancelled=lambda: True)) == 1


@pytest.mark.parametrize("layers", [1, 2])
def test_a_tiny_image_is_not_cut(layers: int) -> None:
    segmenter = CoarseEye()
    assert everything_in_parts(segmenter, np.zeros((60, 60, 3), np.uint8), (), layers, OPTIONS) == ()
    assert segmenter.encoded == []
