"""Keeping what is labelled already: said first, kept by the same key again, never a key more otherwise."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from session.world import World, boxes
from tui.session.commands.repeats import repeated
from tui.session.effects import Save
from tui.session.state import Mode, Options
from tui.types.instance import Instance
from tui.types.shapes import Box, Polygon


def at_hundred(labels: tuple[Instance, ...], **options: Any) -> World:
    return World(labels={0: labels}, **options).at(100, 100)


def kept_shape() -> Box:
    w = World().at(100, 100)
    w.press("q f")
    shape = w.session.image.instances[0].shape
    assert isinstance(shape, Box)
    return shape


def labelled_there(class_id: int = 0, grow: float = 0.0) -> tuple[Instance, ...]:
    box = kept_shape()
    far = boxes((300, 300, 400, 400))
    return (*far, Instance(class_id, Box(box.x0 - grow, box.y0, box.x1, box.y1)))


def test_a_mask_that_repeats_an_instance_is_said_and_kept_by_the_same_key_again() -> None:
    w = at_hundred(labelled_there())
    w.press("q f")
    assert w.said() == (
        "This repeats instance 2, cat (IoU 1.00): f again keeps both, p joins the two, b drops the new one"
    )
    assert w.session.mode is Mode.POINTS
    assert not w.asked(Save)
    w.press("f")
    assert len(w.session.image.instances) == 3
    assert w.session.draft.told is None


def test_another_class_is_no_reason_to_label_it_twice() -> None:
    w = at_hundred(labelled_there(class_id=1))
    w.press("q f")
    assert "instance 2, dog" in w.said()
    w.press("b")
    assert (len(w.session.image.instances), w.session.draft.empty) == (2, True)


def test_it_can_be_joined() -> None:
    w = at_hundred(labelled_there(grow=1))
    w.press("q f p")
    assert len(w.session.image.instances) == 2
    assert w.session.draft.empty


def test_where_another_instance_was_selected_joining_is_not_offered() -> None:
    w = at_hundred(labelled_there())
    w.press("n")
    assert w.session.selection == 0
    w.at(100, 100).press("q f")
    assert "joins" not in w.said()


def test_another_mask_is_judged_anew() -> None:
    w = at_hundred(labelled_there())
    w.press("q f tab tab tab f")
    assert len(w.session.image.instances) == 3  # the same shape again: it was said of it
    w = at_hundred(labelled_there())
    w.press("q f tab f")
    assert len(w.session.image.instances) == 3  # another candidate repeats nothing
    w = at_hundred(labelled_there())
    w.press("q f b q f")
    assert len(w.session.image.instances) == 2  # dropped and made again: said again


def test_what_is_near_or_inside_costs_no_key() -> None:
    box = kept_shape()
    w = at_hundred(labelled_there(grow=0.2 * box.width))
    w.press("q f")
    assert len(w.session.image.instances) == 3


def test_the_shape_that_is_replaced_is_no_repeat() -> None:
    w = at_hundred(labelled_there())
    w.press("n n")
    w.invoke("instance.anew")
    w.press("f")
    assert len(w.session.image.instances) == 2
    assert not w.said()


def test_a_plain_box_and_a_drawn_polygon() -> None:
    w = World(labels={0: boxes((100, 100, 201, 201))}).at(100, 100)
    w.press("R")
    w.at(200, 200).press("R")
    assert "again keeps both, escape drops the new one" in w.said().lower().replace("esc ", "escape ")
    assert w.session.mode is Mode.BOX
    w.press("R")
    assert len(w.session.image.instances) == 2
    corners = ((10.5, 10.5), (60.5, 10.5), (60.5, 60.5))
    w = World(labels={0: (Instance(0, Polygon(corners)),)}, options=Options(task="segment"))
    w.at(10, 10).press("p")
    w.at(60, 10).press("q")
    w.at(60, 60).press("q f")
    assert "This repeats instance 1" in w.said()
    assert (w.session.mode, len(w.session.drawn)) == (Mode.DRAW, 3)
    w.press("f")
    assert len(w.session.image.instances) == 2
    assert w.session.drawn == ()


def test_the_one_it_repeats_most_is_named() -> None:
    box = kept_shape()
    near = Instance(0, Box(box.x0, box.y0, box.x1 + 2, box.y1))
    w = at_hundred((near, Instance(1, box)))
    assert repeated(w.session, box) == (1, 1.0)
    assert repeated(replace(w.session, draft=replace(w.session.draft, replaces=1)), box) is not None
    assert repeated(w.session, Box(0, 0, 5, 5)) is None
