"""Shapes changed through pixels, through a new mask, or of kind."""

from __future__ import annotations

import pytest

from session.world import World, boxes
from tui.session.effects import Decode, Reshape
from tui.session.state import Mode, Options
from tui.types.instance import Instance
from tui.types.shapes import Box, Polygon

SEGMENT = Options(task="segment")
PARTS = Polygon(
    ((20, 20), (60, 20), (60, 60), (100, 60), (140, 60), (140, 90), (100, 90), (100, 60), (60, 60), (20, 60))
)
HOLE = Polygon(
    ((10, 10), (90, 10), (90, 90), (10, 90), (10, 10), (30, 30), (30, 60), (60, 60), (60, 30), (30, 30))
)
SQUARE = Polygon(((100, 100), (200, 100), (200, 200), (100, 200)))


def world(shape: Polygon, *, patient: bool = False) -> World:
    w = World(labels={0: (Instance(1, shape, "line"),)}, options=SEGMENT)
    w.press("n")
    w.patient = patient
    return w


def test_the_mask_is_joined_with_the_instance_that_was_selected() -> None:
    w = World(labels={0: boxes((100, 100, 200, 200), (400, 400, 420, 420))})
    w.press("n")
    w.at(219, 150).press("q")
    w.invoke("mask.join")
    assert w.session.image.instances[0].shape == Box(100, 100, 239, 200)
    assert w.session.mode is Mode.NAVIGATE
    assert w.session.selection == 0
    assert "undoes" in w.said()
    w.press("u")
    assert w.session.image.instances[0].shape == Box(100, 100, 200, 200)


def test_without_a_selection_the_mask_means_what_it_overlaps_most() -> None:
    w = World(labels={0: boxes((10, 10, 20, 20), (100, 100, 200, 200))})
    w.at(209, 150).press("q p")
    assert w.session.image.instances[1].shape == Box(100, 100, 229, 200)
    w.at(500, 400).press("escape q p")
    assert "touches no instance" in w.said()


def test_the_mask_is_cut_out() -> None:
    w = World(labels={0: boxes((100, 100, 200, 200))})
    w.at(200, 150).press("q")
    w.invoke("mask.cut")
    assert w.session.image.instances[0].shape == Box(100, 100, 200, 200)
    w.press("escape")
    w = world(SQUARE)
    w.press("escape")
    w.at(200, 150).press("q /")
    assert w.session.image.instances[0].shape != SQUARE


def test_a_mask_that_leaves_nothing_is_refused_in_words() -> None:
    w = World(labels={0: boxes((100, 100, 110, 110))})
    w.at(105, 105).press("q /")
    assert "covers the whole object" in w.said()
    assert w.session.mode is Mode.POINTS
    w.press("b")
    w.invoke("mask.join")
    assert w.session.image.instances[0].shape == Box(100, 100, 110, 110)


def test_keys_wait_for_the_change_and_then_go_on() -> None:
    w = world(PARTS, patient=True)
    w.invoke("instance.split")
    w.press("d")
    assert w.session.image.index == 0
    assert w.session.held
    w.answer(Reshape)
    assert w.session.image.index == 1
    w.settle()
    assert len(w.labels[0]) == 2
    assert {i.class_id for i in w.labels[0]} == {1}


def test_escape_drops_the_keys_that_wait_not_the_change() -> None:
    w = world(PARTS, patient=True)
    w.press("w / x x escape")
    assert not w.session.held
    w.settle()
    assert len(w.session.image.instances) == 2


def test_holes_are_filled_and_vertices_spared() -> None:
    w = world(HOLE)
    w.invoke("instance.fill")
    shape = w.session.image.instances[0].shape
    assert isinstance(shape, Polygon)
    assert len(shape.points) == 4
    w.invoke("instance.fill")
    assert "no holes" in w.said()
    w.invoke("instance.simplify")
    assert "lose the shape" in w.said()


def test_an_answer_to_another_change_is_dropped() -> None:
    from tui.session.events import Reshaped, ReshapeFailed

    w = world(PARTS)
    before = w.session.image.instances
    w.give(Reshaped(99, (Box(1, 1, 2, 2),)))
    w.give(ReshapeFailed(99, "late"))
    assert w.session.image.instances == before
    assert "late" not in w.said()


@pytest.mark.parametrize("command", ["instance.split", "instance.fill", "instance.simplify"])
def test_boxes_have_no_parts(command: str) -> None:
    w = World(labels={0: boxes((1, 1, 9, 9))})
    w.invoke(command)
    assert "No instance is selected" in w.said()
    w.press("n")
    w.invoke(command)
    assert "A box has no parts" in w.said()


def test_kinds_are_converted_as_far_as_the_task_can_hold_them() -> None:
    w = world(PARTS)
    w.invoke("instance.convert")
    box = Polygon(((20, 20), (140, 20), (140, 90), (20, 90)))
    assert w.session.image.instances[0].shape == box
    w.press("B")
    assert "its box already" in w.said()
    w = World(labels={0: (Instance(0, PARTS, "line"), *boxes((1, 1, 9, 9)))})
    w.press("n B")
    assert w.session.image.instances[0].shape == Box(20, 20, 140, 90)
    w.press("n B")
    assert "one task per dataset" in w.said()
    w.options = SEGMENT


def test_a_box_in_a_polygon_dataset_becomes_a_polygon() -> None:
    w = World(labels={0: boxes((1, 1, 9, 9))}, options=SEGMENT)
    w.press("n B")
    assert w.session.image.instances[0].shape == Polygon(((1, 1), (9, 1), (9, 9), (1, 9)))


def test_an_instance_is_segmented_anew_and_replaced() -> None:
    w = World(labels={0: boxes((1, 1, 9, 9), (100, 100, 201, 201), class_id=2)})
    w.press("n n")
    w.invoke("instance.anew")
    decode = w.last(Decode)
    assert isinstance(decode, Decode)
    assert decode.prompt.box == Box(100, 100, 201, 201)
    w.at(150, 150).press("e 2 f")
    assert len(w.session.image.instances) == 2
    assert w.session.image.instances[1].class_id == 1
    assert w.session.selection == 1
    w.press("u")
    assert w.session.image.instances[1].class_id == 2


def test_anew_is_refused_without_boxes_and_outside_the_image() -> None:
    w = World(labels={0: boxes((700, 1, 800, 9))}, options=Options(segmenter_limits=frozenset({"boxes"})))
    w.press("n C")
    assert "cannot take a box" in w.said()
    w = World(labels={0: boxes((700, 1, 800, 9))})
    w.press("n C")
    assert "outside the image" in w.said()
    w.press("escape C")
    assert "No instance is selected" in w.said()
