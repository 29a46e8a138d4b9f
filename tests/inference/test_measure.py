"""A step is measured beside its bare call."""

from __future__ import annotations

import numpy as np
import pytest

from fakes import FakeSegmenter
from fakes_detect import FakeDetector
from tui.inference import measure
from tui.inference.measure import Cost, costs, picture
from tui.inference.segmenters.registry import open_segmenter


def test_the_picture_is_the_same_each_time() -> None:
    assert picture((7, 5)).shape == (5, 7, 3)
    np.testing.assert_array_equal(picture((40, 30)), picture((40, 30)))


def test_each_step_is_run_as_often_as_asked_and_a_few_times_to_warm_up() -> None:
    model = FakeSegmenter()
    found = costs(model, picture((40, 30)), (), 3)
    assert list(found) == ["encode", "decode"]
    assert len(model.decoded) == 5
    assert found["decode"].bare_ms is None


def test_a_slow_step_is_not_run_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "_LONGEST_S", 0.0)
    model = FakeSegmenter()
    costs(model, picture((40, 30)), (), 1000)
    assert len(model.decoded) == 5


def test_the_ratio() -> None:
    assert Cost(6.0, 4.0).ratio == 1.5
    assert Cost(6.0).ratio is None


def test_a_model_without_known_steps_is_a_programming_error() -> None:
    with pytest.raises(TypeError, match="FakeDetector"):
        costs(FakeDetector(), picture((4, 3)), (), 1)


def test_the_bundled_networks_own_calls_are_measured_beside_its_steps() -> None:
    segmenter = open_segmenter("sprout")
    try:
        found = costs(segmenter, picture((40, 30)), (), 1)
    finally:
        segmenter.close()
    assert all(cost.bare_ms for cost in found.values())
