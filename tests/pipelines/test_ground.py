"""Text to proposals, alone and with a segmenter."""

from __future__ import annotations

import pytest

from fakes_detect import FakeGrounder
from pipelines.boxfiller import BoxFiller, scene
from tui.errors import UsageError
from tui.inference.grounding.prompt import parse_text_prompt
from tui.pipelines.ground import ground, phrase_classes
from tui.pipelines.refine import encoder
from tui.types.shapes import Box, Polygon

DATASET = ("cat", "Car")


def test_several_phrases_lead_to_one_class() -> None:
    prompt = parse_text_prompt("red thing -> car . green thing -> car . blue cat -> cat")
    classes = phrase_classes(prompt, DATASET)
    assert classes.targets == (1, 1, 0)
    grounder = FakeGrounder()
    found = list(ground(grounder, scene(), prompt, classes, "detect"))
    assert grounder.asked == [("red thing", "green thing", "blue cat")]
    assert {(p.instance.class_id, p.instance.shape, p.origin) for p in found} == {
        (1, Box(20, 30, 60, 70), "text: red thing"),
        (1, Box(100, 10, 180, 90), "text: green thing"),
    }


def test_boxes_become_polygons_through_a_segmenter() -> None:
    prompt = parse_text_prompt("red -> cat")
    image = scene()
    (one,) = ground(
        FakeGrounder(),
        image,
        prompt,
        phrase_classes(prompt, DATASET),
        "segment",
        refiner=encoder(BoxFiller(), image),
    )
    assert one.origin == "text: red + fake"
    assert isinstance(one.instance.shape, Polygon)


def test_a_class_that_does_not_exist_is_a_mistake() -> None:
    with pytest.raises(UsageError, match="no class 'dog', 'cow'"):
        phrase_classes(parse_text_prompt("dog . cat . puppy -> dog . cow"), DATASET)
