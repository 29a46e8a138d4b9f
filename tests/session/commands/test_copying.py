"""Copies, and batches of marked instances."""

from __future__ import annotations

from typing import Any

import pytest

from session.invariants import check
from session.world import World, boxes
from tui.session.state import Options
from tui.types.shapes import Box

THREE = ((10, 10, 60, 60), (100, 100, 200, 200), (300, 300, 400, 400))


def world(**more: Any) -> World:
    return World(labels={0: boxes(*THREE)}, **more)


def shapes(w: World) -> list[object]:
    return [i.shape for i in w.session.image.instances]


def test_what_is_copied_is_pasted_onto_the_next_image() -> None:
    w = world()
    w.press("n")
    w.invoke("instance.copy")
    w.press("d")
    w.invoke("instance.paste")
    assert shapes(w) == [Box(10, 10, 60, 60)]
    assert w.labels[1][0].source is not None
    assert w.session.selection == 0
    w.press("ctrl+v")
    assert "already" in w.said()
    w.press("u")
    assert not w.session.image.instances


def test_pasting_onto_a_smaller_image_cuts_and_leaves_out() -> None:
    w = world(sizes=((640, 480), (150, 150)))
    w.invoke("instance.mark_all")
    w.press("ctrl+k d ctrl+v")
    assert shapes(w) == [Box(10, 10, 60, 60), Box(100, 100, 150, 150)]
    assert "1 left out" in w.said()
    assert w.session.marked == {0, 1}


def test_a_duplicate_lies_beside_its_original_and_is_selected() -> None:
    w = world()
    w.press("n")
    w.invoke("instance.duplicate")
    assert len(shapes(w)) == 4
    assert shapes(w)[3] != shapes(w)[0]
    assert w.session.selection == 3


def test_the_image_before_is_repeated_without_its_twins() -> None:
    w = world()
    w.invoke("instance.repeat")
    assert "came from" in w.said()
    w.press("d")
    w.invoke("instance.repeat")
    assert shapes(w) == [Box(*b) for b in THREE]
    assert w.session.marked == {0, 1, 2}
    w.press("P")
    assert "Nothing was added" in w.said()
    w.press("x")
    assert not w.session.image.instances
    assert "Deleted 3" in w.said()
    w.press("u")
    assert len(shapes(w)) == 3


def test_marked_instances_are_reclassed_deleted_hidden_and_copied_together() -> None:
    w = world()
    w.press("n , n ,")
    assert w.session.marked == {0, 1}
    w.press("escape 3")
    assert [i.class_id for i in w.session.image.instances] == [2, 2, 0]
    w.press(".")
    assert w.session.hidden == {0, 1}
    w.press(".")
    assert not w.session.hidden
    w.press("ctrl+k x")
    assert shapes(w) == [Box(300, 300, 400, 400)]
    assert not w.session.marked
    w.press("ctrl+v")
    assert len(shapes(w)) == 3


def test_marks_come_off_again() -> None:
    w = world()
    w.at(30, 30)
    w.invoke("instance.mark")
    assert w.session.marked == {0}
    w.press(",")
    assert not w.session.marked
    w.press("ctrl+l ctrl+l")
    assert not w.session.marked
    w.press(", escape")
    assert not w.session.marked
    w.at(600, 5).press(",")
    assert "No instance is at the cursor" in w.said()


def test_marks_end_with_the_image() -> None:
    w = world()
    w.press("ctrl+l d")
    assert not w.session.marked


def test_nothing_chosen_and_nothing_copied_say_what_to_do() -> None:
    w = world()
    w.press("ctrl+k")
    assert "selected or marked: n selects one, , marks several" in w.said()
    w.press("ctrl+v")
    assert "ctrl" in w.said().lower()
    w = World(options=Options(read_only="held by another session"), labels={0: boxes(*THREE)})
    w.press("n ctrl+k ctrl+v")
    assert "held by another session" in w.said()


@pytest.mark.parametrize(
    "box", [(600, 440, 640, 480), (0, 440, 40, 480), (600, 0, 640, 40), (0, 0, 640, 40), (0, 0, 40, 480)]
)
def test_a_duplicate_is_made_wherever_its_original_lies(box: tuple[float, float, float, float]) -> None:
    w = World(labels={0: boxes(box)})
    w.press("n ctrl+d")
    assert len(w.session.image.instances) == 2
    check(w.session)


def test_what_fills_the_image_has_no_place_for_a_duplicate() -> None:
    w = World(labels={0: boxes((0, 0, 640, 480))})
    w.press("n ctrl+d")
    assert len(w.session.image.instances) == 1
    assert w.said() == "There is no room beside it: it fills the image"
