"""Everything in an image: the grid, what is kept, and stopping."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import FakeSegmenter
from inference import refmodels
from tui.inference.embedding import Embedding
from tui.inference.segmenters.registry import open_segmenter
from tui.pipelines.everything import (
    SMALL_NETWORK,
    WITHOUT_NETWORK,
    EverythingOptions,
    Progress,
    Wish,
    coarse_box,
    everything,
    grid,
    suited,
)
from tui.types.instance import Candidate
from tui.types.prompt import Prompt
from tui.types.shapes import Box, LogitMask

WH = (200, 100)


class Objects(FakeSegmenter):
    """Boxes on a dark ground: a click gives the one it hits, sharp and sure; elsewhere something vague."""

    def __init__(self, *boxes: Box, score: float = 0.95, softness: float = 20.0) -> None:
        super().__init__()
        self.boxes, self.score, self.softness = boxes, score, softness

    def decode(self, embedding: Embedding, prompt: Prompt) -> tuple[Candidate, ...]:
        super().decode(embedding, prompt)
        (point,) = prompt.points
        hit = [b for b in self.boxes if b.x0 <= point.x < b.x1 and b.y0 <= point.y < b.y1]
        logits = np.full((100, 200), -self.softness, np.float32)
        for box in hit[:1]:
            logits[int(box.y0) : int(box.y1), int(box.x0) : int(box.x1)] = self.softness
        # Points nearer the middle give slightly better masks, as they do in life.
        score = self.score - abs(point.x - hit[0].center[0]) * 1e-4 if hit else 0.1
        return (Candidate(LogitMask(logits, Box(0, 0, *WH)), score, 0.99 if hit else 0.2),)


class Several(Objects):
    """The same, several clicks a run; `runs` counts the clicks of each."""

    batched = True

    def __init__(self, *boxes: Box) -> None:
        super().__init__(*boxes)
        self.runs: list[int] = []

    def decode_many(
        self, embedding: Embedding, prompts: tuple[Prompt, ...]
    ) -> tuple[tuple[Candidate, ...], ...]:
        self.runs.append(len(prompts))
        return tuple(self.decode(embedding, prompt) for prompt in prompts)


A, B = Box(10, 10, 60, 60), Box(100, 30, 180, 90)
FEW = EverythingOptions(side=8)


def image() -> np.ndarray:
    return np.zeros((WH[1], WH[0], 3), np.uint8)


def run(segmenter: FakeSegmenter, options: EverythingOptions = FEW, **more: object) -> list[Box]:
    found = everything(segmenter, segmenter.encode(image()), options, **more)
    return [one.box for one in found]


def test_the_default_grid_is_that_of_the_reference() -> None:
    points = grid((640, 320), EverythingOptions().side)
    assert len(points) == 1024
    assert (points[0].x, points[0].y) == (10.0, 5.0)
    assert (points[-1].x, points[-1].y) == (630.0, 315.0)


@given(wh=st.tuples(st.integers(1, 5000), st.integers(1, 5000)), side=st.integers(1, 40))
def test_every_grid_point_lies_in_the_image(wh: tuple[int, int], side: int) -> None:
    points = grid(wh, side)
    assert len(set(points)) == side * side
    assert all(0 < p.x < wh[0] and 0 < p.y < wh[1] and p.positive for p in points)


def test_each_object_is_found_once_by_its_best_click() -> None:
    segmenter = Objects(A, B)
    found = everything(segmenter, segmenter.encode(image()), FEW)
    assert {one.box for one in found} == {A, B}
    scores = [one.candidate.score for one in found]
    assert scores == sorted(scores, reverse=True)
    for one in found:
        column = [p for p in grid(WH, 8) if one.box.x0 <= p.x < one.box.x1]
        assert abs(one.point.x - one.box.center[0]) == min(abs(p.x - one.box.center[0]) for p in column)


@pytest.mark.parametrize(
    "options",
    [
        EverythingOptions(side=8, min_score=0.97),
        EverythingOptions(side=8, min_stability=0.995),
        EverythingOptions(side=8, min_area=10_000),
        EverythingOptions(side=8, max_share=0.05),
    ],
)
def test_a_mask_below_a_threshold_is_not_kept(options: EverythingOptions) -> None:
    assert run(Objects(A, B), options) == []


def test_objects_that_overlap_little_both_stay() -> None:
    beside = Box(45, 10, 95, 60)
    assert set(run(Objects(A, beside))) == {A, beside}
    assert len(run(Objects(A, beside), EverythingOptions(side=8, max_iou=0.1))) == 1


def test_progress_sees_the_objects_as_they_are_found() -> None:
    seen: list[Progress] = []
    run(Objects(A, B), progress=seen.append)
    assert [p.done for p in seen] == [8 * row for row in range(1, 9)]
    assert {p.total for p in seen} == {64}
    counts = [len(p.found) for p in seen]
    assert counts == sorted(counts)
    assert counts[0] < counts[-1] == 2


def test_it_stops_before_the_next_run_and_keeps_what_stands() -> None:
    segmenter = Objects(A, B)
    assert run(segmenter, cancelled=lambda: len(segmenter.decoded) >= 20) == [A]
    assert len(segmenter.decoded) == 20


def test_a_model_that_takes_several_clicks_is_given_several() -> None:
    segmenter = Several(A, B)
    assert set(run(segmenter, EverythingOptions(side=8, batch=5))) == {A, B}
    assert segmenter.runs == [5, 3] * 8


def test_a_model_without_an_answer_finds_nothing() -> None:
    assert run(Objects()) == []


def test_the_padding_of_a_square_is_no_part_of_a_mask() -> None:
    logits = np.full((64, 64), -1.0, np.float32)
    logits[20:60, 8:16] = 1.0
    mask = LogitMask(logits, Box(0, 0, 64, 64), via=1024)
    assert coarse_box(mask, (64, 32)) == Box(8, 20, 16, 32)
    assert (
        coarse_box(LogitMask(np.where(np.arange(64)[:, None] > 40, logits, -1), mask.region), (64, 32))
        is None
    )
    assert coarse_box(LogitMask(-np.abs(logits), mask.region), (64, 32)) is None


def test_an_area_is_looked_at_alone() -> None:
    segmenter = Objects(A, B)
    embedding = segmenter.encode(np.zeros((WH[1], WH[0], 3), np.uint8))
    found = everything(segmenter, embedding, EverythingOptions(side=4), area=A)
    assert [one.box for one in found] == [A]
    points = [prompt.points[0] for prompt in segmenter.decoded]
    assert len(points) == 16
    assert all(A.x0 < p.x < A.x1 and A.y0 < p.y < A.y1 for p in points)


def test_a_find_knows_all_answers_to_its_click() -> None:
    segmenter = FakeSegmenter()
    embedding = segmenter.encode(np.zeros((100, 200, 3), np.uint8))
    options = EverythingOptions(side=2, min_score=0.0, min_stability=0.0)
    found = everything(segmenter, embedding, options)
    assert found
    assert all(len(one.answers) == 3 and one.candidate in one.answers for one in found)


def test_what_suits_a_segmenter_depends_on_what_it_is() -> None:
    class Network(FakeSegmenter):
        def interrupt(self) -> None:
            pass

    assert suited(Network()) == EverythingOptions()
    assert suited(FakeSegmenter()) == WITHOUT_NETWORK


def test_what_a_person_says_lies_over_what_suits() -> None:
    assert suited(FakeSegmenter(), Wish(side=4, min_score=0.0)) == replace(
        WITHOUT_NETWORK, side=4, min_score=0.0
    )


def test_the_bundled_network_has_thresholds_of_its_own() -> None:
    model = open_segmenter("sprout")
    assert suited(model) == SMALL_NETWORK
    model.close()


@pytest.mark.parametrize("family", ["sam2", "edge-sam"])
def test_a_reference_model_runs_through(family: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    encoder, decoder, _ = refmodels.FAMILIES[family]
    folder = refmodels.bare_folder(tmp_path_factory.mktemp("m") / family, encoder, decoder)
    segmenter = open_segmenter(folder)
    try:
        embedding = segmenter.encode(refmodels.sample_image("land"))
        options = EverythingOptions(
            side=4, min_score=0.0, min_stability=0.0, min_area=1, max_share=1, batch=4
        )
        found = everything(segmenter, embedding, options)
        assert found
        assert all(one.box.area > 0 for one in found)
    finally:
        segmenter.close()
