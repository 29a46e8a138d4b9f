from __future__ import annotations

import pytest

from session.world import World
from tui.session.effects import Ask, Decode
from tui.session.events import Pointed
from tui.session.help import hints
from tui.session.state import Mode, Options
from tui.types.instance import Instance
from tui.types.shapes import Box, Polygon


def drawn(w: World, key: str) -> World:
    """Two corners by one key: a box that covers pixels 10 to 29 and 20 to 49."""
    w.at(10, 20).press(key)
    w.at(29, 49).press(key)
    return w


def test_two_corners_make_a_box_prompt_that_covers_both_pixels() -> None:
    w = World()
    w.at(10, 20).invoke("box.corner")
    assert w.session.mode is Mode.BOX
    w.at(29, 49).invoke("box.corner")
    decode = w.last(Decode)
    assert isinstance(decode, Decode)
    assert decode.prompt.box == Box(10, 20, 30, 50)
    assert w.session.mode is Mode.POINTS


def test_the_corners_may_come_in_any_order() -> None:
    w = World()
    w.at(29, 20).press("r")
    w.at(10, 49).press("r")
    assert w.session.draft.box == Box(10, 20, 30, 50)


def test_a_box_can_reach_every_border() -> None:
    w = World()
    w.at(-5, -5).press("r")
    w.at(9999, 9999).press("r")
    assert w.session.draft.box == Box(0, 0, 640, 480)


@pytest.mark.parametrize("key", ["enter", "f"])
def test_an_open_box_is_closed_by_the_kind_that_opened_it(key: str) -> None:
    w = World()
    w.at(10, 20).press("r")
    w.at(29, 49).press(key)
    assert w.session.draft.box == Box(10, 20, 30, 50)
    w.press("b")
    w.at(10, 20).press("R")
    w.at(29, 49).press(key)
    assert w.session.image.instances[0].shape == Box(10, 20, 30, 50)


def test_close_is_for_an_open_box_only() -> None:
    w = World()
    w.invoke("box.close")
    assert "no open box" in w.said()


def test_points_can_be_added_to_a_box() -> None:
    w = drawn(World(), "r")
    w.at(20, 30).press("e")
    decode = w.last(Decode)
    assert isinstance(decode, Decode)
    assert decode.prompt.box == Box(10, 20, 30, 50)
    assert len(decode.prompt.points) == 1


def test_a_second_box_replaces_the_first() -> None:
    w = drawn(World(), "r")
    w.at(100, 100).press("r")
    w.at(109, 109).press("r")
    assert w.session.draft.box == Box(100, 100, 110, 110)


@pytest.mark.parametrize("key", ["r", "R"])
def test_two_corners_on_one_pixel_are_refused(key: str) -> None:
    w = World()
    w.press(f"{key} {key}")
    assert "same pixel" in w.said()
    assert w.session.mode is Mode.BOX


def test_a_segmenter_without_boxes_points_to_the_plain_box() -> None:
    w = World(options=Options(segmenter="tiny", segmenter_limits=frozenset({"boxes"})))
    w.press("r")
    assert "tiny cannot take a box: R draws one" in w.said()
    assert drawn(w, "R").session.image.instances


def test_a_plain_box_is_an_instance_without_asking_the_segmenter() -> None:
    w = World()
    w.press("2")
    w.at(10, 20).invoke("box.manual")
    w.at(29, 49).invoke("box.manual")
    assert w.session.image.instances == w.labels[0]
    assert w.session.image.instances[0].shape == Box(10, 20, 30, 50)
    assert w.session.image.instances[0].class_id == 1
    assert not w.asked(Decode)
    assert w.session.mode is Mode.NAVIGATE


def test_a_plain_box_in_a_polygon_dataset_is_a_polygon() -> None:
    w = drawn(World(options=Options(task="segment")), "R")
    ring = ((10, 20), (30, 20), (30, 50), (10, 50))
    assert w.session.image.instances[0].shape == Polygon(ring)


def test_a_plain_box_asks_for_a_class_where_there_is_none() -> None:
    w = drawn(World(classes=()), "R")
    assert w.last(Ask) == Ask("class", "box.manual")
    assert not w.session.image.instances
    w.invoke("class.add", "cat")
    assert [i.class_id for i in w.session.image.instances] == [0]
    assert w.session.image.instances[0].shape == Box(10, 20, 30, 50)


def test_a_plain_box_does_not_lose_a_prompt_under_way() -> None:
    w = World()
    w.press("q R")
    assert "f keeps it, b drops it" in w.said()
    w.press("r l R")
    assert w.session.draft.points
    assert not w.session.image.instances


def test_a_plain_box_cannot_be_closed_where_labels_are_blocked() -> None:
    w = World(blocked={0: "line 3 is no text"})
    w.press("R")
    assert "line 3 is no text" in w.said()
    assert w.session.mode is Mode.NAVIGATE


def test_keys_of_other_modes_say_that_a_box_is_open() -> None:
    w = World()
    w.press("r l q")
    assert "A box is open: Enter sets its other corner, Esc drops it" in w.said()
    assert not w.asked(Decode)


def test_the_mouse_draws_a_box_by_dragging() -> None:
    w = World()
    w.give(Pointed(10, 20, "press"))
    w.give(Pointed(25, 30, "move"))
    assert w.session.mode is Mode.BOX
    w.give(Pointed(29, 49, "release"))
    assert w.session.draft.box == Box(10, 20, 30, 50)


def test_a_mouse_press_without_a_drag_leaves_no_open_box() -> None:
    w = World()
    w.give(Pointed(10, 20, "press"))
    w.give(Pointed(10, 20, "release"))
    assert w.session.draft.empty
    assert w.session.mode is Mode.NAVIGATE
    assert not w.asked(Decode)


def test_a_plain_box_started_by_key_is_ended_by_the_mouse() -> None:
    w = World()
    w.at(10, 20).press("R")
    w.give(Pointed(15, 20, "press"))
    w.give(Pointed(29, 49, "release"))
    assert w.session.image.instances == (Instance(0, Box(10, 20, 30, 50), w.labels[0][0].source),)


def test_the_box_is_kept_as_it_was_drawn_when_the_mask_is_poor() -> None:
    w = drawn(World(trace=lambda box: None), "r")
    assert w.session.draft.candidates
    assert [hint.key for hint in hints(w.session)][:2] == ["f", "B"]
    w.press("2 B")
    assert [(one.class_id, one.shape) for one in w.session.image.instances] == [(1, Box(10, 20, 30, 50))]
    assert w.session.mode is Mode.NAVIGATE
    w.press("u")
    assert w.session.image.instances == ()


def test_the_kept_box_is_a_polygon_where_the_dataset_holds_polygons() -> None:
    w = drawn(World(options=Options(task="segment")), "r")
    w.press("B")
    assert w.session.image.instances[0].shape == Polygon(((10, 20), (30, 20), (30, 50), (10, 50)))


def test_a_mask_that_failed_still_leaves_its_box() -> None:
    w = drawn(World(no_masks="the model broke"), "r")
    w.press("B")
    assert w.session.image.instances[0].shape == Box(10, 20, 30, 50)


def test_a_prompt_without_a_box_has_none_to_keep() -> None:
    w = World()
    w.at(10, 20).press("q B")
    assert "The prompt has no box: r sets the corners of one" in w.said()
    assert "B" not in [hint.key for hint in hints(w.session)]
    w = drawn(World(classes=()), "r")
    w.press("B")
    ask = w.last(Ask)
    assert isinstance(ask, Ask)
    assert ask.command == "box.keep"


def test_a_box_counts_its_two_corners_where_points_are_limited() -> None:
    w = World(options=Options(max_points=6, segmenter="small"))
    w.press("q L q L q L q L q")
    assert len(w.session.draft.points) == 5
    w.forget().press("r J")
    assert w.said().startswith("small takes at most 6 points, and the two corners of a box count")
    assert not w.asked(Decode)
    assert len(w.session.draft.points) == 5
    w.press("backspace r L K r")
    assert w.session.draft.box is not None
    w.forget().press("r H r")  # in place of the box that is there
    assert w.asked(Decode)
