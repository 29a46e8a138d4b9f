"""Previews, edges and changed shapes, by a real lane."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import cv2
import numpy as np
import pytest

from tui.app.handwork import Handwork
from tui.app.lanes import Lane
from tui.app.library import Library
from tui.config import Config
from tui.data.dataset import open_dataset
from tui.inference.segmenters.registry import open_segmenter
from tui.session import effects as fx
from tui.session import events as ev
from tui.types.shapes import Box, LogitMask, Polygon

WAIT = 20.0


class Bench:
    """A picture of a light square on dark ground, and a `Handwork` on it."""

    def __init__(self, folder: Path, *, embedded: bool = True) -> None:
        rgb = np.full((120, 160, 3), 20, np.uint8)
        rgb[40:80, 60:110] = 220
        ok, data = cv2.imencode(".png", rgb)
        assert ok
        (folder / "a.png").write_bytes(data.tobytes())
        self.library = Library(open_dataset(folder), Config())
        self.segmenter = open_segmenter("grabcut")
        self.posted: queue.Queue[ev.Event | fx.Notify] = queue.Queue()
        self.errors: list[BaseException] = []
        self.lane = Lane("decode", ("prompt", "trace", *Handwork.SLOTS), self.errors.append)
        embedding = self.segmenter.encode(rgb) if embedded else None
        self.work = Handwork(
            self.library,
            self.segmenter,
            self.lane,
            task="segment",
            embedding=lambda _path: embedding,
            turn=nullcontext,
            post=self.posted.put,
            on_error=self.errors.append,
        )

    def answer(self, effect: fx.Preview | fx.Reshape | fx.Snap) -> ev.Event | fx.Notify:
        self.work.run(effect)
        return self.posted.get(timeout=WAIT)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.lane.close()
    bench.segmenter.close()


def test_a_preview_is_the_mask_of_one_point(bench: Bench) -> None:
    answer = bench.answer(fx.Preview(0, 85, 60))
    assert isinstance(answer, ev.Previewed)
    assert (answer.index, answer.x, answer.y) == (0, 85, 60)
    assert (answer.candidate.mask.logits > 0).any()


def test_the_edge_of_the_square_is_found_and_even_ground_said(bench: Bench) -> None:
    answer = bench.answer(fx.Snap(0, 55.5, 60.5, 10))
    assert isinstance(answer, ev.Snapped)
    assert answer.to is not None
    assert answer.to[0] in (59.5, 60.5)
    assert bench.answer(fx.Snap(0, 20.5, 20.5, 8)) == ev.Snapped(0, 20.5, 20.5, None)


def test_a_shape_is_changed_or_the_reason_said(bench: Bench) -> None:
    square = Polygon(((10, 10), (30, 10), (30, 30), (10, 30)))
    mask = LogitMask(np.ones((2, 2), np.float32), Box(20, 10, 50, 30))
    answer = bench.answer(fx.Reshape(3, 0, "join", square, mask))
    assert isinstance(answer, ev.Reshaped)
    assert answer.ticket == 3
    assert isinstance(answer.shapes[0], Polygon)
    assert answer.shapes[0].bounds == Box(10, 10, 50, 30)
    failed = bench.answer(fx.Reshape(4, 0, "split", square))
    assert isinstance(failed, ev.ReshapeFailed)
    assert failed.ticket == 4
    assert "one part" in failed.reason
    assert not bench.errors


def test_an_error_of_the_programs_own_is_answered_too(bench: Bench) -> None:
    answer = bench.answer(fx.Reshape(5, 0, "no such operation", Box(0, 0, 1, 1)))
    assert isinstance(answer, ev.ReshapeFailed)
    assert bench.errors


def test_without_an_embedding_there_is_no_preview(tmp_path: Path) -> None:
    bench = Bench(tmp_path, embedded=False)
    bench.work.run(fx.Preview(0, 85, 60))
    assert not bench.lane.busy
    bench.lane.close()
    bench.segmenter.close()
