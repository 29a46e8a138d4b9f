"""Where a detector and the labels disagree: keep the label, take the model's word, or neither."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from session.world import World, boxes
from tui.session.state import Mode, Options
from tui.types.review import Rival
from tui.types.shapes import Box

LABEL, THERE, ELSEWHERE = Box(10, 10, 60, 60), Box(12, 12, 62, 62), Box(30, 30, 90, 90)


def world(rival: Rival | None = None, extra: Rival | None = None, **options: Any) -> World:
    (one,) = boxes(LABEL.xyxy)
    labelled = (replace(one, source="a"),)
    w = World(
        labels={0: labelled if rival else ()},
        rivals={"a": rival} if rival else {},
        unlabelled={0: extra} if extra else {},
        **options,
    )
    w.invoke("review.filter", "disagree")
    return w


OTHER_CLASS = Rival(1, THERE, 0.9, 0.8)
NEARBY = Rival(0, ELSEWHERE, 0.7, 0.3)
NOTHING = Rival()
UNSEEN = Rival(2, THERE, 0.8)


@pytest.mark.parametrize(
    ("rival", "labels", "verdict"),
    [
        (OTHER_CLASS, [(1, LABEL)], "1 reclassed"),
        (NEARBY, [(0, ELSEWHERE)], "1 edited"),
        (NOTHING, [], "1 rejected"),
    ],
)
def test_the_models_word_is_taken_with_one_key(
    rival: Rival, labels: list[tuple[int, Box]], verdict: str
) -> None:
    w = world(rival)
    assert w.session.mode is Mode.REVIEW
    w.press("m")
    assert [(i.class_id, i.shape) for i in w.labels[0]] == labels
    assert verdict in w.said()


def test_the_label_is_kept_with_one_key() -> None:
    w = world(OTHER_CLASS)
    w.press("y")
    assert [(i.class_id, i.source) for i in w.labels[0]] == [(0, "a")]
    assert "1 accepted" in w.said()


@pytest.mark.parametrize(("key", "class_id"), [("y", 2), ("m", 2), ("1", 0)])
def test_an_object_that_only_the_model_sees_is_added(key: str, class_id: int) -> None:
    w = world(extra=UNSEEN)
    assert w.session.selection is None
    w.press(key)
    assert [(i.class_id, i.shape) for i in w.labels[0]] == [(class_id, THERE)]
    assert "1 added" in w.said()


def test_an_object_that_only_the_model_sees_is_turned_down() -> None:
    w = world(extra=UNSEEN)
    w.press("n")
    assert w.labels[0] == ()
    assert "1 rejected" in w.said()


def test_what_is_no_label_yet_cannot_be_edited_and_nobody_adds_in_a_read_only_dataset() -> None:
    w = world(extra=UNSEEN)
    w.press("e")
    assert "y labels it" in w.said()
    w = world(extra=UNSEEN, options=Options(read_only="looking"))
    w.press("y")
    assert "viewing only" in w.said()
    assert w.session.review.item is not None


def test_where_nobody_disagrees_there_is_nothing_to_take() -> None:
    (one,) = boxes(LABEL.xyxy)
    w = World(labels={0: (one,)})
    w.press("ctrl+e m")
    assert "No model disagrees here" in w.said()


def test_what_was_taken_is_given_back() -> None:
    (one, two) = boxes(LABEL.xyxy, ELSEWHERE.xyxy)
    labels = (replace(one, source="a"), replace(two, source="b"))
    w = World(labels={0: labels}, rivals={"a": OTHER_CLASS, "b": NOTHING})
    w.invoke("review.filter", "disagree")
    w.press("m u")
    assert [(i.class_id, i.shape) for i in w.labels[0]] == [(i.class_id, i.shape) for i in labels]


def test_what_the_filter_left_out_keeps_the_image_open() -> None:
    (one, two) = boxes(LABEL.xyxy, ELSEWHERE.xyxy)
    labels = (replace(one, source="a"), replace(two, source="b"))
    w = World(labels={0: labels}, rivals={"a": OTHER_CLASS})
    w.invoke("review.filter", "disagree")
    w.press("y")
    assert w.states[0] == "todo"
