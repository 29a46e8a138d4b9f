"""Yours, theirs or both: what is written, what undo brings back, what the journal keeps."""

from __future__ import annotations

import pytest

from session.world import World, boxes
from tui.session.commands.conflict import both
from tui.session.effects import Accept, Ask, Save
from tui.session.events import ViewOnly
from tui.types.instance import Instance

OURS = boxes((10, 10, 50, 50), (60, 60, 90, 90))
SHARED, THEIRS = OURS[1], (OURS[1], *boxes((1, 1, 9, 9), class_id=2))


def clash() -> World:
    w = World(labels={0: OURS}, theirs=THEIRS)
    w.press("n x")
    w.press("u")
    return w.forget()


@pytest.mark.parametrize(
    ("choice", "on_disk", "lost"),
    [
        ("yours", OURS, THEIRS),
        ("theirs", THEIRS, OURS),
        ("both", (*THEIRS, OURS[0]), ()),
    ],
)
def test_the_choice_is_written_and_the_rest_is_kept(
    choice: str, on_disk: tuple[Instance, ...], lost: tuple[Instance, ...]
) -> None:
    w = clash()
    w.invoke("conflict.take", choice)
    assert w.asked(Accept) == [Accept(0, lost)]
    assert bool(w.asked(Save)) is (choice != "theirs")
    assert w.labels[0] == on_disk
    assert not w.session.dirty
    assert not w.session.theirs
    assert not w.session.save_errors
    w.press("u")
    assert w.labels[0] == OURS


@pytest.mark.parametrize("argument", [None, "", "mine"])
def test_without_a_choice_it_asks(argument: str | None) -> None:
    w = clash()
    w.invoke("conflict.take", argument)
    assert w.last(Ask) == Ask("conflict", "conflict.take")
    assert w.session.theirs


def test_without_a_conflict_there_is_nothing_to_choose() -> None:
    w = World(labels={0: OURS}).forget()
    w.invoke("conflict.take", "theirs")
    assert "Nobody else" in w.said()
    assert w.session.image.instances == OURS


def test_both_has_each_object_once() -> None:
    twin = Instance(SHARED.class_id, SHARED.shape)
    assert both((twin, OURS[0]), THEIRS) == (*THEIRS, OURS[0])
    assert both((), THEIRS) == THEIRS
    assert both(OURS, ()) == OURS
    assert len(both((twin, twin), THEIRS)) == 3


def test_reading_the_class_list_again() -> None:
    w = World()
    w.classes = ("owl",)
    w.invoke("class.reload")
    assert w.session.classes == ("owl",)


def test_a_dataset_for_viewing_only_is_not_written_by_choosing() -> None:
    w = World(labels={0: OURS}, theirs=THEIRS)
    w.press("n x")
    w.give(ViewOnly("another session took this dataset over"))
    w.forget().invoke("conflict.take", "yours")
    assert w.said().startswith("This is for viewing only")
    assert not w.asked(Save)
