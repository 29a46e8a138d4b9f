from __future__ import annotations

import pytest

from session.world import World, boxes
from tui.session.effects import Load, Save
from tui.session.events import Key, Saved, SaveFailed, ViewOnly
from tui.session.state import Options


def slow(**kwargs: object) -> World:
    w = World(**kwargs)
    w.press("q")
    w.patient = True
    return w.forget()


def test_saved_instances_take_their_lines_and_the_image_is_clean() -> None:
    w = slow()
    w.press("f")
    assert w.session.dirty
    assert w.session.saving == {0: 1}
    w.answer(Save)
    assert not w.session.dirty
    assert not w.session.saving
    assert w.session.image.has_file
    assert w.session.image.instances[0].source is not None


def test_undo_goes_on_working_across_a_save() -> None:
    w = World(labels={0: boxes((10, 10, 50, 50))})
    w.press("q f L q f u u")
    assert w.session.image.instances == boxes((10, 10, 50, 50))
    assert not w.session.dirty
    w.press("U U")
    assert not w.session.dirty
    assert len(w.session.image.instances) == 3
    assert all(i.source for i in w.session.image.instances)


def test_a_change_made_meanwhile_stays_dirty() -> None:
    w = slow(options=Options(autosave=False))
    w.press("f s")
    w.press("n x")
    w.answer(Save)
    assert w.session.dirty
    assert w.session.image.instances == ()
    assert len(w.session.image.saved) == 1


def test_an_answer_overtaken_by_a_newer_save_says_nothing() -> None:
    w = slow()
    w.press("f u")
    first, second = [e for e in w.asked(Save) if isinstance(e, Save)]
    w.give(Saved(0, first.instances, first.revision))
    assert w.session.saving == {0: second.revision}
    w.give(SaveFailed(0, "old", first.revision))
    assert not w.session.save_errors
    w.give(Saved(0, second.instances, second.revision))
    assert not w.session.saving
    assert not w.session.dirty


def test_a_save_that_lands_after_leaving_ends_the_unsaved_entry() -> None:
    w = slow()
    w.press("f d")
    assert set(w.session.unsaved) == {0}
    w.answer(Save)
    assert not w.session.unsaved
    w.settle()
    w.press("a")
    w.settle()
    assert w.press("u").image.instances == ()


def test_a_save_of_an_older_state_does_not_end_the_unsaved_entry() -> None:
    w = slow(options=Options(autosave=False))
    w.press("f s n x d")
    w.answer(Save)
    assert w.session.unsaved == {0: ()}
    assert not w.session.saving


def test_a_save_that_fails_is_said_and_kept() -> None:
    w = slow(no_saves="the disk is full\x07")
    w.press("f")
    w.settle()
    assert w.session.dirty
    assert w.session.save_errors == {0: "the disk is full\x07"}
    assert w.said() == (
        "img_0.jpg was not saved: the disk is full\\x07. "
        "The labels are kept here: s on that image tries again"
    )
    w.no_saves = ""
    w.press("s")
    w.settle()
    assert not w.session.dirty
    assert not w.session.save_errors


def test_a_save_that_fails_after_leaving_names_the_image_and_loses_nothing() -> None:
    w = slow(no_saves="the disk is full")
    w.press("f d")
    w.settle()
    assert "Image 1 was not saved" in w.said()
    assert len(w.session.unsaved[0]) == 1
    w.press("a")
    w.settle()
    assert len(w.session.image.instances) == 1
    assert w.session.dirty
    assert w.session.save_errors == {0: "the disk is full"}


def test_a_failure_without_a_revision_is_taken_by_its_index() -> None:
    w = slow()
    w.press("f")
    w.give(SaveFailed(0, "no"))
    assert not w.session.saving
    assert w.session.save_errors == {0: "no"}


def test_an_answer_to_no_question_is_dropped() -> None:
    w = World()
    before = w.session
    w.give(Saved(0, boxes((1, 1, 2, 2)), 77))
    w.give(SaveFailed(0, "x", 77))
    assert w.session is before


@pytest.mark.parametrize("leave", ["w", "space", "f", "d", "w q", "w d a"])
def test_moves_that_waited_for_a_save_are_saved_whatever_came_next(leave: str) -> None:
    w = World(labels={0: boxes((100, 100, 200, 200))})
    w.press("n w")
    w.patient = True
    w.press("l")
    w.give(Key("l", 1))
    w.give(Key("l", 2))
    assert len(w.asked(Save)) == 1
    moved = w.session.image.instances[0].shape
    w.press(leave)
    w.settle()
    assert w.labels[0][0].shape == moved
    assert not w.session.unsaved
    assert not w.session.saving


def test_coming_back_to_an_image_that_is_being_saved_never_takes_it_for_empty() -> None:
    """Until an image is read again nothing is known of it but what was kept when it was left."""
    w = slow()
    w.press("f")
    (kept,) = w.session.image.instances
    w.press("d")
    w.answer(Load)
    w.press("a")
    assert w.session.image.status == "loading"
    w.invoke("app.quit", "save")
    w.answer(Save)
    assert [one.shape for one in w.labels[0]] == [kept.shape]
    w.settle()
    assert [one.shape for one in w.labels[0]] == [kept.shape]
    assert all(len(effect.instances) == 1 for effect in w.asked(Save) if isinstance(effect, Save))


def test_nothing_is_saved_again_once_the_dataset_is_for_viewing() -> None:
    w = World(labels={0: boxes((100, 100, 200, 200))})
    w.press("n w")
    w.patient = True
    w.press("l")
    w.give(Key("l", 1))
    w.give(ViewOnly("another session took this dataset over"))
    w.settle()
    assert len(w.asked(Save)) == 1
    assert w.session.dirty
