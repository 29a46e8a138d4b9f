"""Labels that a review changed are remembered as judged, by the line they have once they are on disk."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from session.world import World, boxes
from tui.session import effects as fx
from tui.session.state import Mode, Options
from tui.types.shapes import Box, bounds


def world(**options: Any) -> World:
    found = boxes((10, 10, 60, 60), (100, 100, 200, 180), (300, 300, 350, 350), class_id=1)
    labels = {0: tuple(replace(one, source=f"0{letter}") for one, letter in zip(found, "abc", strict=True))}
    return World(labels=labels, **options)


def accepted(w: World) -> set[str]:
    """The lines that are on record as a person's, in the order of what was recorded."""
    lines: set[str] = set()
    for judge in w.asked(fx.Judge):
        assert isinstance(judge, fx.Judge)
        lines = (lines - set(judge.reopened)) | set(judge.accepted)
    return lines


def front(w: World) -> str:
    item = w.session.review.item
    return item.line if item else ""


def test_a_reclassed_object_is_remembered_also_after_something_was_taken_back() -> None:
    w = world()
    w.press("ctrl+e n u n 3")
    assert [one.class_id for one in w.labels[0]] == [2, 1]
    assert accepted(w) == {w.labels[0][0].source}
    w.press("u")
    assert accepted(w) == set()
    assert front(w) == "0b"


@pytest.mark.parametrize("late", [False, True])
def test_a_class_added_in_a_review_is_given_remembered_and_taken_back(late: bool) -> None:
    w = world()
    w.press("ctrl+e")
    w.patient = late
    w.press("c")
    w.invoke("class.add", "wolf")
    w.settle()
    assert w.labels[0][0].class_id == 3
    assert front(w) == "0b"
    assert w.session.mode is Mode.REVIEW
    assert w.said() == "Done: now wolf. u takes it back"
    assert accepted(w) == {w.labels[0][0].source}
    w.press("u")
    w.settle()
    assert front(w) == "0a"
    assert w.labels[0][0].source == "0a"
    w.press("2 y y")
    w.settle()
    assert w.session.review.phase == "off"
    assert w.said() == "Review ended: 3 accepted; 0 left"


def test_a_class_that_comes_late_is_not_given_to_the_next_object() -> None:
    w = world()
    w.press("ctrl+e")
    w.patient = True
    w.press("c")
    w.invoke("class.add", "wolf")
    w.press("y")
    w.settle()
    assert w.session.classes[3] == "wolf"
    assert [one.class_id for one in w.session.image.instances] == [1, 1, 1]
    assert front(w) == "0b"


def test_a_class_from_the_palette_judges_too() -> None:
    w = world()
    w.press("ctrl+e")
    w.invoke("class.set", "2")
    assert front(w) == "0b"
    w.invoke("class.add")
    w.invoke("class.add", "wolf")
    assert front(w) == "0c"
    assert [one.class_id for one in w.labels[0]] == [2, 3, 1]


def test_what_the_last_decision_changed_is_recorded_after_the_review() -> None:
    w = world()
    w.press("ctrl+e y y")
    w.patient = True
    w.press("3")
    assert w.session.review.phase == "off"
    w.settle()
    assert accepted(w) == {"0a", "0b", w.labels[0][2].source}
    assert w.session.review.owed == ()


def test_labels_that_are_saved_by_hand_are_recorded_then() -> None:
    w = world(options=Options(autosave=False))
    w.press("ctrl+e 3")
    assert accepted(w) == set()
    w.invoke("files.save")
    assert accepted(w) == {w.labels[0][0].source}


def test_a_changed_object_is_found_again_when_its_label_file_was_read_anew() -> None:
    """The file holds other decimals than the shape that was drawn."""
    w = world()
    w.press("ctrl+e e right w")
    moved = w.labels[0][0]
    box = bounds(moved.shape)
    read = replace(moved, shape=Box(box.x0 + 1e-4, box.y0, box.x1 + 1e-4, box.y1))
    w.labels[0] = (read, *w.labels[0][1:])
    w.invoke("files.next")
    w.press("a")
    assert (w.session.image.index, w.session.selection) == (0, 0)
    w.press("3")
    assert w.labels[0][0].class_id == 2
    assert list(w.session.review.verdicts.values()) == ["reclassed"]
    w.press("u u")
    assert front(w) == "0a"
    assert w.labels[0][0].source == "0a"
