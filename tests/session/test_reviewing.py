"""Judging object after object: what changes, what is recorded, and that all of it can be taken back."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

from session.world import World, boxes
from tui.session import effects as fx
from tui.session import events as ev
from tui.session.help import hints
from tui.session.presets import PRESETS
from tui.session.state import Mode, Options

SCORES = {"0a": 0.9, "0b": 0.2, "2a": 0.5}


def world(**options: Any) -> World:
    (a, b), (c,) = boxes((10, 10, 60, 60), (100, 100, 200, 180), class_id=1), boxes((30, 40, 90, 90))
    labels = {
        0: (replace(a, source="0a"), replace(b, source="0b")),
        2: (replace(c, source="2a"),),
    }
    return World(labels=labels, scores=SCORES, **options)


def front(w: World) -> str:
    item = w.session.review.item
    return item.line if item else ""


def test_the_worst_is_shown_first_selected_and_framed() -> None:
    w = world()
    w.press("ctrl+e")
    assert w.session.mode is Mode.REVIEW
    assert front(w) == "0b"
    assert w.session.selection == 1
    view = w.session.view
    assert not view.fitted
    assert view.x < 100
    assert view.x + view.canvas[0] / view.scale > 200
    welcome = "3 objects, least certain first: y accepts, n deletes, u takes back"
    assert welcome in [n.text for n in w.asked(fx.Notify)]


def test_accepting_walks_over_images_and_records_their_state() -> None:
    w = world()
    w.press("ctrl+e y")
    assert w.states == {0: "todo"}
    assert w.session.image.index == 2
    assert front(w) == "2a"
    w.press("y")
    assert w.states[2] == "accepted"
    assert w.session.image.index == 0
    assert front(w) == "0a"
    w.press("enter")
    assert w.states[0] == "accepted"
    assert w.session.review.phase == "off"
    assert w.session.mode is Mode.NAVIGATE
    assert w.said() == "Review ended: 3 accepted; 0 left"
    assert [judge.accepted for judge in w.asked(fx.Judge)] == [("0b",), ("2a",), ("0a",)]


def test_rejecting_deletes_and_undo_brings_back_also_on_another_image() -> None:
    w = world()
    before = w.labels[0]
    w.press("ctrl+e n")
    assert [i.source for i in w.labels[0]] == ["0a"]
    assert w.session.image.index == 2
    w.press("u")
    assert w.session.image.index == 0
    assert w.labels[0] == before
    assert front(w) == "0b"
    assert w.session.selection == 1
    assert w.session.mode is Mode.REVIEW
    assert not w.session.review.verdicts
    assert w.last(fx.Judge) == fx.Judge(0, state="todo", reopened=("0b",))


def test_a_digit_gives_another_class_and_the_same_class_accepts() -> None:
    w = world()
    w.press("ctrl+e 3")
    assert w.labels[0][1].class_id == 2
    assert w.session.image.index == 2
    w.press("1")
    assert w.labels[2][0].source == "2a"
    assert w.states[2] == "accepted"
    w.press("y")
    assert w.states[0] == "corrected"


def test_all_of_an_image_at_once() -> None:
    w = world()
    w.press("ctrl+e A")
    assert w.states[0] == "accepted"
    assert front(w) == "2a"
    w.press("u")
    assert front(w) == "0b"
    assert not w.session.review.verdicts


def test_skipping_leaves_open() -> None:
    w = world()
    w.press("ctrl+e d")
    assert front(w) == "2a"
    w.press("a")
    assert front(w) == "0b"
    w.press("a")
    assert "first object" in w.said()
    w.press("d d d")
    assert front(w) == "0a"
    assert "last open" in w.said()
    assert not w.session.review.past


def test_what_was_decided_can_be_looked_at_and_decided_anew() -> None:
    w = world()
    w.press("ctrl+e y n a")  # deletes 2a, and passes it by
    assert front(w) == "0b"
    w.press("y")
    assert front(w) == "0a"
    assert len(w.session.review.past) == 2
    w.press("a 3 u u")
    assert [one.class_id for one in w.labels[0]] == [1, 1]
    assert front(w) == "2a"
    assert w.session.review.verdicts == {w.session.review.queue[0]: "accepted"}
    w.press("a n")
    assert w.session.review.judged == 1
    assert [one.source for one in w.labels[0]] == ["0a"]
    w.press("u")
    assert w.session.review.judged == 1
    assert [one.source for one in w.labels[0]] == ["0a", "0b"]
    assert w.last(fx.Judge) == fx.Judge(0, "todo")


def test_other_keys_say_why_not() -> None:
    w = world()
    w.press("ctrl+e q")
    assert "A review is going on" in w.said()
    assert w.session.draft.empty


def test_nothing_to_review_is_said() -> None:
    w = World()
    w.press("ctrl+e")
    assert "nothing to review" in w.said()
    assert w.session.mode is Mode.NAVIGATE


def test_a_filter_narrows_and_a_wrong_one_is_explained() -> None:
    w = world()
    w.press("ctrl+f")
    assert w.last(fx.Ask) == fx.Ask("filter", "review.filter")
    w.invoke("review.filter", "score<0.6 class:dog")
    assert [item.line for item in w.session.review.queue] == ["0b"]
    w.invoke("review.filter", "scoer<0.6")
    assert "score<" in w.said()
    w.press("y ctrl+e")
    assert w.session.review.text == "score<0.6 class:dog"


def test_a_read_only_dataset_can_be_looked_through() -> None:
    w = world(options=Options(read_only="no permission"))
    w.press("ctrl+e n")
    assert "viewing only" in w.said()
    assert front(w) == "0b"
    w.press("d")
    assert front(w) == "2a"


def test_an_object_that_is_gone_is_skipped() -> None:
    w = world()
    w.press("ctrl+e")
    w.labels[2] = ()
    w.press("y")
    assert w.session.image.index == 2
    assert "no longer" in w.said()
    w.press("y")
    assert "no longer there" in w.said()
    w.press("d")
    assert front(w) == "0a"


def test_facts_of_an_older_gathering_are_dropped() -> None:
    w = world()
    w.patient = True
    w.press("ctrl+e")
    ticket = w.session.review.ticket
    w.give(ev.Facts(ticket - 1, (), 5, True))
    assert w.session.review.gathering
    w.press("y")
    assert "being read" in w.said()
    w.settle()
    assert front(w) == "0b"


def test_states_and_notes_reach_the_image_in_front() -> None:
    w = world()
    w.press("!")
    assert w.last(fx.Ask) == fx.Ask("note", "image.note")
    w.invoke("image.note", " wrong light ")
    assert w.session.image.note == "wrong light"
    w.give(ev.Judged(0, "accepted", "", "disk full"))
    assert w.session.image.state == "accepted"
    assert w.said() == "disk full"


def test_seeking() -> None:
    w = world()
    w.press("ctrl+n")
    assert w.session.image.index == 1
    w.press("ctrl+n")
    assert w.said() == "There is no unlabeled image but this one"
    w.give(ev.Sought(0, "unlabeled", 1, 2))
    assert w.session.image.index == 1


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("seed", range(4))
def test_random_walks_end_where_undo_began(preset: str, seed: int) -> None:
    """Whatever is decided, taking all of it back restores every label file's content."""
    chance = random.Random(f"{preset}{seed}")
    w = world(keymap=preset)
    before = {index: [(i.class_id, i.shape) for i in found] for index, found in w.labels.items()}
    w.invoke("review.toggle")
    commands = ("review.accept", "review.reject", "review.next", "review.previous", "review.undo")
    for _ in range(12):
        if w.session.review.phase == "off":
            break
        name = chance.choice((*commands, "review.reclass"))
        w.invoke(name, str(chance.randrange(3)) if name == "review.reclass" else None)
        assert w.session.mode is (Mode.REVIEW if w.session.review.phase == "on" else Mode.NAVIGATE)
    if w.session.review.phase == "on":
        while w.session.review.past:
            w.invoke("review.undo")
        after = {index: [(i.class_id, i.shape) for i in found] for index, found in w.labels.items()}
        assert after == before


@pytest.mark.parametrize(
    ("making", "words"), [("q", "unconfirmed mask"), ("r", "box is open"), ("p l", "polygon")]
)
def test_a_review_begins_over_something_unfinished_only_when_asked_twice(making: str, words: str) -> None:
    w = world(options=Options(task="segment"))
    w.patient = True
    w.press(f"{making} ctrl+e")
    assert words in w.said()
    assert w.session.review.phase == "off"
    w.press("ctrl+e")
    assert w.session.mode is Mode.REVIEW
    w.settle()
    assert front(w) == "0b"
    assert w.session.draft.empty
    assert not w.session.drawn
    w.press("y")
    assert front(w) == "2a"


def test_a_review_that_begins_while_an_instance_is_edited_ends_the_editing() -> None:
    w = world()
    w.press("n w ctrl+e")
    assert w.session.mode is Mode.REVIEW
    assert front(w) == "0b"


def test_a_review_goes_past_an_image_that_cannot_be_shown() -> None:
    w = world(unreadable={0: "it is damaged"})
    w.press("ctrl+e")
    assert w.session.image.status == "failed"
    assert front(w) == "0b"
    w.press("y")
    assert w.said() == "img_0.jpg cannot be shown: it is damaged. d goes to the next object"
    assert [hint.key for hint in hints(w.session)][:2] == ["d", "a"]
    w.press("d")
    assert front(w) == "2a"
    assert w.session.image.status == "ready"
    w.press("a")
    assert front(w) == "0b"


def test_objects_are_skipped_without_waiting_for_their_image() -> None:
    w = world()
    w.press("ctrl+e")
    w.patient = True
    w.press("d d")
    assert front(w) == "0a"
    assert w.session.image.status == "loading"
    w.settle()
    assert (w.session.image.index, w.session.selection) == (0, 0)


def test_taking_back_a_rejection_never_undoes_what_was_changed_after_it() -> None:
    w = world()
    w.press("ctrl+e n")  # deletes 0b and shows 2a
    w.press("d")
    (there,) = w.labels[0]
    w.give(ev.LabelsChanged(0, (replace(there, class_id=2, source="theirs"),), True))
    w.press("u")
    assert front(w) == "0b"
    assert [one.class_id for one in w.session.image.instances] == [2]
    assert "labels were changed since and stay: e and u take that back" in w.said()


def test_a_class_that_goes_while_labels_are_read_ends_the_review_with_a_word() -> None:
    w = world()
    w.patient = True
    w.invoke("review.filter", "class:bird")
    w.give(ev.ClassesChanged(("cat", "dog")))
    w.settle()
    assert w.session.review.phase == "off"
    assert "There is no class 'bird'" in w.said()


def test_an_image_that_is_found_late_does_not_take_what_was_begun_meanwhile() -> None:
    w = World(labels={0: ()})
    w.patient = True
    w.press("ctrl+n q")
    w.settle()
    assert w.session.image.index == 0
    assert w.session.mode is Mode.POINTS
    assert w.said() == "Image 2 is the unlabeled one: end what you began, then ask again"
    w.press("b ctrl+n")
    w.settle()
    assert w.session.image.index == 1
