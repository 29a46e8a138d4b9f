"""Detections become shapes of the task, each object once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from fakes import FakeSegmenter
from pipelines.boxfiller import BoxFiller, scene
from tui.pipelines.everything import EverythingOptions, everything
from tui.pipelines.propose import own_shape, propose, propose_found
from tui.pipelines.refine import encoder
from tui.types.detections import Detection, Proposal
from tui.types.instance import Task
from tui.types.shapes import Box, LogitMask, Polygon

WH = (200, 100)
BOX = Box(20, 30, 60, 70)


def proposals(
    detections: list[Detection], targets: list[int | None], task: Task = "detect", iou: float = 0.5
) -> list[Proposal]:
    return list(propose(detections, targets, WH, task, origin=lambda _: "m", iou=iou))


def test_classes_are_mapped_and_the_unknown_dropped() -> None:
    found = [Detection(BOX, 0.9, 0), Detection(Box(100, 10, 180, 90), 0.8, 1)]
    (one,) = proposals(found, [None, 4])
    assert (one.instance.class_id, one.instance.shape, one.score, one.origin) == (
        4,
        Box(100, 10, 180, 90),
        0.8,
        "m",
    )


def test_two_model_classes_that_mean_one_give_one_proposal() -> None:
    found = [Detection(BOX, 0.6, 0), Detection(Box(21, 30, 60, 70), 0.9, 1)]
    assert [p.score for p in proposals(found, [2, 2])] == [0.9]
    assert [p.score for p in proposals(found, [2, 3])] == [0.9, 0.6]
    assert [p.score for p in proposals(found, [2, 2], iou=1.0)] == [0.9, 0.6]


def test_nothing_gives_nothing() -> None:
    assert proposals([], []) == []


def test_a_mask_counts_inside_its_box_only() -> None:
    everywhere = LogitMask(np.ones((10, 20), np.float32), Box(0, 0, 200, 100))
    shape, notes = own_shape(Detection(BOX, 0.9, 0, everywhere), WH, "segment")
    assert isinstance(shape, Polygon)
    assert shape.bounds == BOX
    assert notes == ()
    half = own_shape(Detection(Box(20.4, 30.6, 59.6, 70.4), 0.9, 0, everywhere), WH, "segment")[0]
    assert isinstance(half, Polygon)
    assert half.bounds == Box(20, 31, 60, 70)


def test_a_box_is_what_is_left() -> None:
    empty = LogitMask(-np.ones((10, 20), np.float32), Box(0, 0, 200, 100))
    for mask in (empty, None):
        shape, notes = own_shape(Detection(BOX, 0.9, 0, mask), WH, "segment")
        assert isinstance(shape, Polygon)
        assert len(shape.points) == 4
        assert "no outline" in notes[0]
    outline = Polygon(((20, 50), (40, 30), (60, 50), (40, 70)))
    assert own_shape(Detection(BOX, 0.9, 0, outline=outline), WH, "segment") == (outline, ())
    assert own_shape(Detection(BOX, 0.9, 0, empty, outline), WH, "detect") == (BOX, ())


def test_a_refiner_gives_the_shape_and_signs_for_it() -> None:
    filler = BoxFiller(name="filler")
    found = [Detection(BOX, 0.9, 0), Detection(Box(100, 10, 180, 90), 0.8, 0)]
    given = propose(
        found, [0], WH, "segment", origin=lambda _: "m", iou=0.5, refiner=encoder(filler, scene())
    )
    first = next(given)
    assert len(filler.decoded) == 1, "the second is not decoded before it is asked for"
    assert (first.origin, first.score) == ("m + filler", 0.9)
    assert isinstance(first.instance.shape, Polygon)
    assert len(first.instance.shape.points) > 4
    assert len(list(given)) == 1
    assert len(filler.encoded) == 1


def test_what_a_search_found_is_proposed_with_its_click_and_its_stability() -> None:
    segmenter = FakeSegmenter()
    image = np.zeros((100, 200, 3), np.uint8)
    options = EverythingOptions(side=2, min_stability=0.5, min_score=0.5)
    found = everything(segmenter, segmenter.encode(image), options)
    empty = replace(found[0], candidate=replace(found[0].candidate, mask=_empty(found[0].candidate.mask)))
    proposals = list(propose_found((*found, empty), 3, (200, 100), "segment", origin="fake"))
    assert len(proposals) == len(found) > 0
    for one, proposal in zip(found, proposals, strict=True):
        assert proposal.instance.class_id == 3
        assert isinstance(proposal.instance.shape, Polygon)
        assert (proposal.score, proposal.stability) == (one.candidate.score, one.candidate.stability)
        assert proposal.points == (one.point,)
        assert proposal.origin == "fake"


def _empty(mask: LogitMask) -> LogitMask:
    return replace(mask, logits=np.full_like(mask.logits, -1.0))
