"""Which candidate is chosen, and what the next prompt takes along."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import FakeSegmenter
from tui.errors import ModelError
from tui.geometry.masks import full_mask
from tui.pipelines.segment import choose, logit_at, satisfied, segment, trace_candidate
from tui.types.instance import Candidate
from tui.types.prompt import Point, Prompt
from tui.types.shapes import Box, LogitMask

SQUARE = Box(0, 0, 8, 8)


def mask(rows: slice, columns: slice, region: Box = SQUARE) -> LogitMask:
    logits = np.full((8, 8), -4, np.float32)
    logits[rows, columns] = 4
    return LogitMask(logits, region)


def candidate(rows: slice, score: float) -> Candidate:
    return Candidate(mask(rows, slice(None)), score, 1.0)


TOP, WHOLE, NOTHING = slice(0, 4), slice(0, 8), slice(0, 0)


def test_the_points_decide_before_the_score() -> None:
    offered = (candidate(WHOLE, 0.9), candidate(TOP, 0.2))
    assert choose(offered, (Point(4, 2), Point(4, 7, False))) == 1


def test_among_equals_the_score_decides_and_then_the_order() -> None:
    offered = (candidate(WHOLE, 0.5), candidate(TOP, 0.8), candidate(TOP, 0.8))
    assert choose(offered, (Point(4, 2),)) == 1
    assert choose(offered, ()) == 1


def test_a_score_that_is_no_number_is_the_worst() -> None:
    assert choose((candidate(WHOLE, float("nan")), candidate(WHOLE, 0.1)), ()) == 1


def test_a_negative_point_is_satisfied_outside() -> None:
    assert (
        satisfied(mask(TOP, WHOLE), (Point(1, 1), Point(1, 6, False), Point(1, 6), Point(1, 1, False))) == 2
    )


@given(
    seed=st.integers(0, 99),
    wh=st.tuples(st.integers(1, 40), st.integers(1, 40)),
    at=st.tuples(st.floats(0, 0.999), st.floats(0, 0.999)),
)
def test_a_point_is_judged_by_the_pixel_it_lies_in(
    seed: int, wh: tuple[int, int], at: tuple[float, float]
) -> None:
    logits = np.random.default_rng(seed).normal(size=(6, 9)).astype(np.float32)
    region = Box(-2.0, 1.0, wh[0] + 3.0, wh[1] * 1.5)
    x, y = at[0] * wh[0], at[1] * wh[1]
    drawn = full_mask(LogitMask(logits, region), wh)
    value = logit_at(LogitMask(logits, region), x, y)
    if abs(value) > 1e-4:
        assert drawn[int(y), int(x)] == (value > 0)


def test_a_place_beyond_the_region_is_outside() -> None:
    assert logit_at(mask(WHOLE, WHOLE, Box(2, 2, 6, 6)), 0, 0) == -np.inf


def test_the_answer_carries_its_choice_and_its_time() -> None:
    fake = FakeSegmenter()
    embedding = fake.encode(np.zeros((50, 80, 3), np.uint8))
    answer = segment(fake, embedding, Prompt((Point(40, 25),)))
    assert answer.chosen is answer.candidates[answer.selected]
    assert answer.ms >= 0


def test_the_choice_is_the_first_and_the_others_follow_by_score() -> None:
    fake = FakeSegmenter()
    embedding = fake.encode(np.zeros((50, 80, 3), np.uint8))
    prompt = Prompt((Point(40, 25),))
    given_order = fake.decode(embedding, prompt)
    answer = segment(fake, embedding, prompt)
    assert answer.selected == 0
    best = given_order[choose(given_order, prompt.points)]
    assert answer.chosen.score == best.score
    rest = [one.score for one in answer.candidates[1:]]
    assert rest == sorted(rest, reverse=True)
    assert len(answer.candidates) == len(given_order)


def test_a_failing_model_reaches_the_caller() -> None:
    def fail(call: str) -> None:
        if call == "decode":
            raise ModelError("m.onnx failed")

    fake = FakeSegmenter(delay=fail)
    embedding = fake.encode(np.zeros((5, 5, 3), np.uint8))
    with pytest.raises(ModelError, match="failed"):
        segment(fake, embedding, Prompt((Point(1, 1),)))


A, B, C = Point(1, 1), Point(2, 2), Point(3, 3, False)
BOX = Box(0, 0, 5, 5)


def test_a_candidate_is_traced_in_the_datasets_shape() -> None:
    traced = trace_candidate(candidate(TOP, 0.5), (8, 8), "detect")
    assert traced is not None
    assert traced.shape == traced.box == Box(0, 0, 8, 4)
    assert trace_candidate(candidate(NOTHING, 0.5), (8, 8), "segment") is None
