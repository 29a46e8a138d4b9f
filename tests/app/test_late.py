"""Models that are opened when they are needed."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from fakes import FakeSegmenter
from tui.app.late import Late, LateSegmenter, is_ready, opened
from tui.errors import ModelError
from tui.inference.segmenters.base import Limits, Segmenter
from tui.types.prompt import Point, Prompt

WAIT = 5.0
IMAGE = np.zeros((40, 60, 3), np.uint8)


def test_it_is_opened_once_whoever_asks() -> None:
    count: list[int] = []
    late: Late[str] = Late("model", lambda: count.append(1) or "it")
    assert late.opened is None
    threads = [threading.Thread(target=late.get) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)
    assert (late.get(), late.opened, count) == ("it", "it", [1])


def test_a_failure_is_told_to_everybody_and_tried_once() -> None:
    count: list[int] = []

    def fail() -> str:
        count.append(1)
        raise ModelError("encoder.onnx is damaged")

    late = Late("model", fail)
    for _ in range(2):
        with pytest.raises(ModelError, match="damaged"):
            late.get()
    assert count == [1]
    done = threading.Event()
    late.start(done.set)
    assert done.wait(WAIT)


def test_a_segmenter_says_that_it_is_loading_and_waits_only_where_it_must() -> None:
    go = threading.Event()
    inner = FakeSegmenter(name="real", limits=Limits(boxes=False))

    def slow() -> Segmenter:
        assert go.wait(WAIT)
        return inner

    late = LateSegmenter(Late("real", slow))
    done = threading.Event()
    late.start(done.set)
    assert (late.name, late.provider, late.ready, is_ready(late)) == ("real", "loading…", False, False)
    assert late.limits == Limits()
    assert not late.batched
    late.close()
    assert not inner.closed
    go.set()
    assert done.wait(WAIT)
    assert (late.provider, late.ready, late.limits.boxes) == ("CPU", True, False)
    assert (late.fingerprint, late.note) == (inner.fingerprint, "")
    assert opened(late) is inner
    embedding = late.encode(IMAGE)
    assert late.encode_ahead(IMAGE).encoder == embedding.encoder
    prompt = Prompt((Point(20, 20),))
    assert len(late.decode(embedding, prompt)) == len(late.decode_many(embedding, (prompt,))[0]) == 3
    late.interrupt()
    late.close()
    assert inner.closed


def test_an_ordinary_segmenter_is_ready() -> None:
    plain = FakeSegmenter()
    assert is_ready(plain)
    assert opened(plain) is plain


def test_the_program_waits_for_what_is_being_opened_whoever_asked() -> None:
    by: list[bool] = []
    late: Late[str] = Late("model", lambda: by.append(threading.current_thread().daemon) or "it")
    lane = threading.Thread(target=late.get, daemon=True)
    lane.start()
    lane.join(WAIT)
    assert by == [False]
