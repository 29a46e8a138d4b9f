"""Editing the object in front of a review: begun with one key, judged by what became of it, taken back."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

from session.invariants import check
from session.world import World, boxes
from tui.session import effects as fx
from tui.session.help import hints
from tui.session.state import Mode
from tui.types.instance import Traced
from tui.types.shapes import Box


def world(**options: Any) -> World:
    a, b = boxes((10, 10, 60, 60), (100, 100, 200, 180), class_id=1)
    (c,) = boxes((30, 40, 90, 90))
    labels = {0: (replace(a, source="0a"), replace(b, source="0b")), 2: (replace(c, source="2a"),)}
    return World(labels=labels, scores={"0a": 0.9, "0b": 0.2, "2a": 0.5}, **options)


PLACES = tuple((20.0 * n, 10.0, 20.0 * n + 15, 90.0) for n in range(6))


def front(w: World) -> str:
    item = w.session.review.item
    return item.line if item else ""


def test_edit_begins_at_once_on_the_object_and_leaving_it_goes_on_with_the_review() -> None:
    for leave in ("w", "enter", "escape", "ctrl+e"):
        w = world()
        w.press("ctrl+e e")
        assert (w.session.mode, w.session.selection) == (Mode.EDIT, 1)
        assert (hints(w.session)[-1].key, hints(w.session)[-1].label) == ("w", "done, review goes on")
        w.press(f"right {leave}")
        assert w.session.mode is Mode.REVIEW
        assert front(w) == "2a"
        assert "Done: changed. u takes it back" in w.said()
        assert list(w.session.review.verdicts.values()) == ["edited"]


def test_what_was_edited_is_recorded_as_judged_and_taken_back_whole() -> None:
    w = world()
    w.press("ctrl+e e right right tab down w")
    moved = w.labels[0][1]
    assert moved.shape != Box(100, 100, 200, 180)
    assert moved.source in [line for judge in w.asked(fx.Judge) for line in judge.accepted]
    w.press("u")
    assert front(w) == "0b"
    assert [one.source for one in w.labels[0]] == ["0a", "0b"]
    assert not w.session.review.verdicts
    assert w.last(fx.Judge) == fx.Judge(0, "todo", reopened=("0b", moved.source or ""))


def test_nothing_changed_is_no_judgement() -> None:
    w = world()
    w.press("ctrl+e e w")
    assert front(w) == "0b"
    assert w.session.mode is Mode.REVIEW
    assert w.said() == "It is as it was: y accepts it"
    assert not w.session.review.verdicts


def test_another_class_given_while_editing_counts_as_that() -> None:
    w = world()
    w.press("ctrl+e e 3 w")
    assert list(w.session.review.verdicts.values()) == ["reclassed"]
    assert w.labels[0][1].class_id == 2


def test_a_new_mask_for_the_object_and_the_way_back_stands_on_the_hint_line() -> None:
    tight = Box(110, 105, 190, 170)
    w = world(trace=lambda box: Traced(tight, tight, (), int(tight.area)))
    w.press("ctrl+e e C")
    assert w.session.mode is Mode.POINTS
    w.press("ctrl+e")
    assert "unconfirmed mask" in w.said()
    w.press("q f")
    assert w.session.mode is Mode.NAVIGATE
    assert (hints(w.session)[0].key, hints(w.session)[0].label) == ("Ctrl-E", "done, review goes on")
    w.press("ctrl+e")
    assert w.session.mode is Mode.REVIEW
    assert front(w) == "2a"
    assert list(w.session.review.verdicts.values()) == ["edited"]
    w.press("u")
    assert [one.source for one in w.labels[0]] == ["0a", "0b"]


def test_an_edit_may_leave_the_image_and_come_back() -> None:
    w = world()
    w.press("ctrl+e e C b d")
    assert w.session.image.index == 1
    w.press("ctrl+e")
    assert (w.session.mode, front(w), w.session.image.index) == (Mode.REVIEW, "0b", 0)
    w.press("e 3 C b d ctrl+e")
    assert front(w) == "2a"
    assert list(w.session.review.verdicts.values()) == ["reclassed"]
    w.press("u")
    assert [one.source for one in w.labels[0]] == ["0a", "0b"]


def test_deleting_the_object_while_editing_is_a_rejection() -> None:
    w = world()
    w.press("ctrl+e e C b n n x")
    assert [one.source for one in w.labels[0]] == ["0a"]
    w.press("ctrl+e")
    assert list(w.session.review.verdicts.values()) == ["rejected"]
    w.press("u")
    assert [one.source for one in w.labels[0]] == ["0a", "0b"]


def test_what_is_drawn_meanwhile_is_a_persons() -> None:
    w = world()
    w.press("ctrl+e e C b")
    w.at(400, 300).press("q f ctrl+e")
    assert front(w) == "0b"
    new = w.labels[0][2]
    assert new.source in [line for judge in w.asked(fx.Judge) for line in judge.accepted]


@pytest.mark.parametrize("seed", range(12))
def test_random_reviews_with_edits_are_taken_back_whole(seed: int) -> None:
    """Whatever is judged, edited, added and looked at again: undo brings every label line back."""
    chance = random.Random(seed)
    labels = {
        index: tuple(replace(one, source=f"{index} {n}") for n, one in enumerate(boxes(*PLACES)))
        for index in range(3)
    }
    w = World(labels=labels)
    before = {index: [one.source for one in found] for index, found in w.labels.items()}
    w.press("ctrl+e")
    ways = ("y", "n", "3", "2", "d", "a", "u", "e right w", "e 3 left escape", "e w", "e C b x ctrl+e", "c")
    for _ in range(12):
        for key in chance.choice(ways).split():
            w.press(key)
            if key == "c":
                w.invoke("class.add", f"new {len(w.classes)}")
            check(w.session)
        assert w.session.mode is Mode.REVIEW
        assert len(w.session.review.verdicts) == w.session.review.judged
        assert len(w.session.review.verdicts) < len(w.session.review.queue)
    while w.session.review.past:
        w.press("u")
    assert {index: [one.source for one in found] for index, found in w.labels.items()} == before
    assert w.session.review.became == {}
    assert w.session.review.judged == 0
