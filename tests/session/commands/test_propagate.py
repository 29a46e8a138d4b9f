"""Instances onto the images that follow, by the usual way to each of them."""

from __future__ import annotations

from typing import Any

import pytest

from session.world import World, boxes
from tui.session.effects import Load, Notify
from tui.session.events import Sought
from tui.session.state import Options
from tui.types.shapes import Box

TWO = ((10, 10, 60, 60), (500, 400, 620, 470))
SHAPES = [Box(*xyxy) for xyxy in TWO]


def world(**options: Any) -> World:
    return World(sizes=((640, 480),) * 5, labels={0: boxes(*TWO)}, **options)


def on_disk(w: World, index: int) -> list[object]:
    return [instance.shape for instance in w.labels.get(index, ())]


def test_all_instances_go_onto_the_next_image_and_the_session_comes_back() -> None:
    w = world()
    w.invoke("instance.propagate")
    assert on_disk(w, 1) == SHAPES
    assert 2 not in w.labels
    assert w.session.image.index == 0
    assert w.session.spread is None
    assert "2 instances onto 1 image" in w.said()
    w.press("d u")
    assert not w.session.image.instances
    assert on_disk(w, 1) == []


def test_a_count_says_how_many_and_the_end_of_the_folder_is_the_end() -> None:
    w = world()
    w.press("' 3 \"")
    assert [on_disk(w, index) for index in (1, 2, 3, 4)] == [SHAPES, SHAPES, SHAPES, []]
    w.press("' 9 9 \"")
    assert on_disk(w, 4) == SHAPES
    assert "onto 1 image" in w.said()
    assert "3 left as they were" in w.said()


def test_only_what_is_selected_or_marked_goes() -> None:
    w = world()
    w.press('n "')
    assert on_disk(w, 1) == SHAPES[:1]


def test_images_that_cannot_take_them_are_passed_over() -> None:
    w = world(blocked={1: "line 3 is no label"}, unreadable={2: "it is no image"})
    w.press("' 3 \"")
    assert 1 not in w.labels
    assert on_disk(w, 3) == SHAPES
    assert "2 left as they were" in w.said()


def test_a_smaller_image_gets_what_lies_in_it() -> None:
    w = World(sizes=((640, 480), (100, 50)), labels={0: boxes(*TWO)})
    w.press('"')
    assert on_disk(w, 1) == [Box(10, 10, 60, 50)]


def test_keys_typed_meanwhile_wait_for_the_image_they_were_typed_on() -> None:
    w = world(patient=True)
    w.settle()
    w.press("' 3 \" n x")
    w.settle()
    assert w.session.image.index == 0
    assert [instance.shape for instance in w.session.image.instances] == SHAPES[1:]
    assert on_disk(w, 3) == SHAPES


def test_escape_stops_it() -> None:
    w = world(patient=True)
    w.settle()
    w.press("' 4 \"")
    w.answer(Load)
    w.press("escape")
    w.settle()
    assert on_disk(w, 1) == SHAPES
    assert 3 not in w.labels
    assert w.session.image.index == 2
    assert w.session.spread is None
    assert any("Stopped" in notice.text for notice in w.asked(Notify))


def test_why_not() -> None:
    w = World(sizes=((640, 480),) * 2)
    w.press('"')
    assert "no instance" in w.said()
    w = World(labels={2: boxes(*TWO)})
    w.press('> "')
    assert "No image follows" in w.said()
    w = world(options=Options(read_only="opened to look"))
    w.press('"')
    assert "opened to look" in w.said()


def test_cvat_has_it_on_its_own_key() -> None:
    w = world(keymap="cvat")
    w.press("ctrl+b")
    assert on_disk(w, 1) == SHAPES


@pytest.mark.parametrize("key", ["d", "a", "G", "ctrl+g", "ctrl+n", "ctrl+e"])
def test_keys_that_leave_wait_until_the_copies_are_where_they_belong(key: str) -> None:
    w = World(labels={0: boxes((10, 10, 60, 60))})
    w.press("n")
    w.patient = True
    w.press(f"' 2 \" {key}")
    assert w.session.image.index == 1
    w.settle()
    assert w.session.spread is None
    assert [len(w.labels[index]) for index in range(3)] == [1, 1, 1]


def test_an_image_found_while_copies_are_on_their_way_does_not_lead_them_astray() -> None:
    w = World(labels={0: boxes((10, 10, 60, 60))})
    w.press("n")
    w.patient = True
    w.press("' 2 \"")
    w.give(Sought(1, "unlabeled", 1, 2))
    w.settle()
    assert [len(w.labels[index]) for index in range(3)] == [1, 1, 1]
