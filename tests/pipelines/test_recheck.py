"""A fresh mask against a label, and a detector against all labels of an image."""

from __future__ import annotations

import numpy as np
import pytest

from fakes import FakeSegmenter
from tui.pipelines.recheck import disagreements, fresh_agreement, share_of
from tui.types.detections import Proposal
from tui.types.instance import Instance
from tui.types.shapes import Box, Polygon

A, NEAR_A, PART_OF_A, FAR = Box(0, 0, 10, 10), Box(1, 0, 11, 10), Box(5, 0, 15, 10), Box(50, 50, 60, 60)


def seen(class_id: int, box: Box, score: float = 0.9) -> Proposal:
    return Proposal(Instance(class_id, box), score, "fake")


def test_who_agrees_says_nothing() -> None:
    assert disagreements((Instance(0, A),), (seen(0, NEAR_A),), {0}) == ({}, ())


def test_another_class_in_the_same_place() -> None:
    rivals, extra = disagreements((Instance(0, A),), (seen(1, NEAR_A, 0.8),), {0, 1})
    assert extra == ()
    assert (rivals[0].class_id, rivals[0].shape, rivals[0].score) == (1, NEAR_A, 0.8)
    assert rivals[0].overlap == pytest.approx(9 / 11)


def test_the_same_class_nearby_overlaps_badly() -> None:
    rivals, extra = disagreements((Instance(0, A),), (seen(0, PART_OF_A),), {0})
    assert extra == ()
    assert rivals[0].overlap == pytest.approx(1 / 3)


def test_nothing_there_counts_only_for_classes_the_detector_knows() -> None:
    rivals, _ = disagreements((Instance(0, A), Instance(7, FAR)), (), {0, 1})
    assert {index: rival.class_id for index, rival in rivals.items()} == {0: None}


def test_what_nobody_labelled_and_no_second_opinion_on_what_agrees() -> None:
    found = (seen(0, A), seen(1, NEAR_A), seen(1, FAR))
    rivals, extra = disagreements((Instance(0, A),), found, {0, 1})
    assert rivals == {}
    assert [(one.class_id, one.shape) for one in extra] == [(1, FAR)]


def test_one_detection_speaks_for_one_label() -> None:
    rivals, _ = disagreements((Instance(0, A), Instance(0, NEAR_A)), (seen(0, A),), {0})
    assert {index: rival.class_id for index, rival in rivals.items()} == {1: None}


def test_a_fresh_mask_of_a_box_and_of_an_outline() -> None:
    image = np.zeros((120, 160, 3), np.uint8)
    segmenter = FakeSegmenter()
    embedding = segmenter.encode(image)
    box = Box(40, 30, 80, 70)
    rectangle = Polygon(((40, 30), (80, 30), (80, 70), (40, 70)))
    triangle = Polygon(((40, 30), (80, 30), (40, 70)))
    boxed = fresh_agreement(segmenter, embedding, box)
    assert 0 < boxed < 1
    assert fresh_agreement(segmenter, embedding, rectangle) == boxed
    assert 0 < fresh_agreement(segmenter, embedding, triangle) != boxed
    assert fresh_agreement(segmenter, embedding, Box(-20, -20, -5, -5)) == 0.0


def test_the_share_of_an_image() -> None:
    assert share_of(Box(0, 0, 50, 50), (100, 100)) == 0.25
    assert share_of(Box(50, 50, 150, 150), (100, 100)) == 0.25
