"""A recipe's models and what they are asked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from batch.world import DETECT
from fakes import FakeSegmenter
from fakes_detect import FakeDetector, FakeGrounder
from pipelines.boxfiller import BoxFiller, scene
from tui.batch.models import Models, open_models
from tui.batch.recipe import Recipe
from tui.errors import ModelError, UsageError
from tui.types.instance import Instance
from tui.types.shapes import Box, Polygon

RED, GREEN = Box(20, 30, 60, 70), Box(100, 10, 180, 90)


def test_a_detector_alone_gives_its_boxes_in_the_datasets_classes() -> None:
    models = Models(DETECT, detector=FakeDetector())
    found = models.propose(scene(), (5, None, 7))
    assert [(p.instance.class_id, p.instance.shape) for p in found] == [(5, RED)]
    assert models.about.classes == ("red", "green", "blue")
    assert models.about.fingerprints == ("fake-detector-1",)


def test_confidence_and_a_class_filter_are_obeyed() -> None:
    only = Models(replace(DETECT, only=("green",)), detector=FakeDetector())
    assert [p.instance.shape for p in only.propose(scene(), (0, 1, 2))] == [GREEN]
    sure = Models(replace(DETECT, confidence=1.0), detector=FakeDetector())
    assert sure.propose(scene(), (0, 1, 2)) == []
    with pytest.raises(UsageError, match="Did you mean 'green'"):
        Models(replace(DETECT, only=("gren",)), detector=FakeDetector())


def test_words_and_a_segmenter_give_outlines() -> None:
    recipe = Recipe(mode="text", task="segment", text="red car . green thing -> slab", segmenter="fake")
    models = Models(recipe, grounder=FakeGrounder(), segmenter=BoxFiller())
    assert models.about.classes == ("red car", "slab")
    assert models.about.name == "fake-grounder + fake"
    found = models.propose(scene(), (3, 4))
    assert {p.instance.class_id for p in found} == {3, 4}
    assert all(isinstance(p.instance.shape, Polygon) and p.stability is not None for p in found)


def test_everything_has_one_class_and_looks_at_parts_when_asked() -> None:
    recipe = Recipe(mode="everything", task="detect", segmenter="fake", side=4, confidence=0.5)
    recipe = replace(recipe, min_stability=0.5)
    segmenter = FakeSegmenter()
    found = Models(recipe, segmenter=segmenter).propose(scene(), (2,))
    assert found
    assert {p.instance.class_id for p in found} == {2}
    assert all(p.points for p in found)
    assert segmenter.encoded == [(200, 100)]
    larger = np.repeat(np.repeat(scene(), 2, axis=0), 2, axis=1)
    Models(replace(recipe, layers=1, side=2), segmenter=segmenter).propose(larger, (2,))
    assert len(segmenter.encoded) > 3


def test_tighten_needs_a_segmenter() -> None:
    recipe = Recipe(mode="tighten", task="detect", segmenter="fake")
    loose = Instance(0, Box(15, 25, 65, 75))
    assert Models(recipe, segmenter=BoxFiller()).tighten(scene(), [loose]) == []  # it fills every box
    with pytest.raises(UsageError, match="needs a segmenter"):
        Models(recipe).tighten(scene(), [loose])


def test_closing_closes_all() -> None:
    detector, segmenter = FakeDetector(), BoxFiller()
    Models(DETECT, detector=detector, segmenter=segmenter).close()
    assert detector.closed
    assert segmenter.closed


def test_opening_names_what_is_not_there() -> None:
    with pytest.raises(ModelError):
        open_models(replace(DETECT, model="no-such-model"))
    models = open_models(Recipe(mode="everything", task="detect", segmenter="grabcut"))
    assert models.about.name == "grabcut"
    assert models.tighten(np.zeros((8, 8, 3), np.uint8), []) == []
