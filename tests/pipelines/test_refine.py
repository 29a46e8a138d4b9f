"""Boxes become masks that fit them, or stay what they were."""

from __future__ import annotations

import numpy as np
import pytest

from fakes import FakeSegmenter
from pipelines.boxfiller import BoxFiller, scene
from tui.inference.segmenters.base import Limits
from tui.inference.segmenters.registry import open_segmenter
from tui.pipelines.refine import Refiner, box_prompt, encoder, is_rectangle, refine, tighten
from tui.types.instance import Instance
from tui.types.prompt import Point, Prompt
from tui.types.shapes import Box, Polygon

BOX = Box(20, 30, 60, 70)
RECTANGLE = Polygon(((20, 30), (60, 30), (60, 70), (20, 70)))
TRIANGLE = Polygon(((20, 30), (60, 30), (60, 70)))


def test_a_mask_that_fits_its_box() -> None:
    filler = BoxFiller()
    refined = refine(filler, filler.encode(scene()), BOX, "segment")
    assert refined is not None
    assert isinstance(refined.traced.shape, Polygon)
    assert refined.agreement > 0.8
    assert filler.decoded[0].box == BOX


def test_a_mask_that_means_something_else_is_not_taken() -> None:
    small = FakeSegmenter()  # its best candidate covers six tenths of the box each way
    embedding = small.encode(scene())
    assert refine(small, embedding, BOX, "detect") is None
    assert refine(small, embedding, BOX, "detect", least=0.2) is not None


def test_a_box_outside_the_image_has_no_mask() -> None:
    filler = BoxFiller()
    assert refine(filler, filler.encode(scene()), Box(300, 300, 400, 400), "detect") is None
    assert not filler.decoded


def test_a_segmenter_without_boxes_gets_a_click_on_the_centre() -> None:
    prompt = box_prompt(BOX, Limits(boxes=False))
    assert (prompt.points, prompt.box) == ((Point(40, 50),), None)
    whole: Prompt = box_prompt(BOX, Limits())
    assert (whole.points, whole.box) == ((), BOX)


def test_a_loose_box_is_drawn_tight_by_a_real_segmenter() -> None:
    segmenter = open_segmenter("grabcut")
    loose = Instance(3, Box(12, 22, 68, 78), source="3 0.2 0.5 0.28 0.56")
    (better,) = tighten([loose], encoder(segmenter, scene()), "detect")
    assert (better.index, better.instance.class_id, better.instance.source) == (0, 3, None)
    assert isinstance(better.instance.shape, Box)
    np.testing.assert_allclose(better.instance.shape.xyxy, BOX.xyxy, atol=2)
    segmenter.close()


def test_outlines_are_prompts_where_they_are_wanted() -> None:
    filler = BoxFiller()
    (better,) = tighten([Instance(3, TRIANGLE)], encoder(filler, scene()), "segment", outlines=True)
    assert (better.index, better.instance.class_id) == (0, 3)
    assert filler.decoded[-1].box == TRIANGLE.bounds


def test_only_rectangles_are_tightened() -> None:
    filler = BoxFiller()
    instances = [Instance(0, TRIANGLE), Instance(1, RECTANGLE)]
    (better,) = tighten(instances, encoder(filler, scene()), "segment")
    assert better.index == 1
    assert isinstance(better.instance.shape, Polygon)
    assert len(better.instance.shape.points) > 4
    assert is_rectangle(BOX)
    assert not is_rectangle(TRIANGLE)


def test_what_does_not_change_is_not_given() -> None:
    assert list(tighten([Instance(0, BOX)], encoder(BoxFiller(), scene()), "detect")) == []


def test_the_image_is_encoded_once_and_only_when_needed() -> None:
    filler = BoxFiller()
    list(tighten([Instance(0, TRIANGLE)], encoder(filler, scene()), "segment"))
    assert filler.encoded == []
    list(tighten([Instance(0, RECTANGLE)] * 3, encoder(filler, scene()), "segment"))
    assert len(filler.encoded) == 1


def test_work_stops_when_nobody_takes_the_answers() -> None:
    filler = BoxFiller()
    embedding = filler.encode(scene())
    answers = tighten([Instance(0, RECTANGLE)] * 5, Refiner(filler, lambda: embedding), "segment")
    next(answers)
    assert len(filler.decoded) == 1


@pytest.mark.parametrize("task", ["detect", "segment"])
def test_an_empty_list_needs_no_model(task: str) -> None:
    assert list(tighten([], encoder(BoxFiller(), scene()), task)) == []
