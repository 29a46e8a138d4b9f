"""What others change: followed where nothing was edited, otherwise nobody's labels are lost."""

from __future__ import annotations

import pytest

from session.invariants import check
from session.world import World, boxes
from tui.session import events as ev
from tui.session.effects import Accept, Ask, Load, Notify, Save
from tui.session.state import Mode, Options
from tui.types.instance import Instance
from tui.types.shapes import Box, Polygon

OURS = boxes((10, 10, 50, 50), (60, 60, 90, 90))
THEIRS = boxes((1, 1, 9, 9), class_id=2)
MANUAL = Options(autosave=False)
RING = Polygon(
    ((0, 0), (40, 0), (40, 40), (60, 40), (90, 40), (90, 90), (60, 90), (60, 40), (40, 40), (0, 40))
)
TWO_PARTS = (Instance(0, RING, "line"),)


def clash() -> World:
    """A save that met somebody else's labels."""
    w = World(labels={0: OURS}, theirs=THEIRS)
    w.press("n x")
    return w.forget()


def test_c1_a_save_that_meets_others_labels_keeps_both_and_chooses_nothing() -> None:
    w = World(labels={0: OURS}, theirs=THEIRS).forget()
    w.press("n x")
    assert w.session.theirs == {0: THEIRS}
    assert w.session.image.instances == OURS[1:]
    assert "both versions are kept" in w.said()
    assert not w.asked(Ask)
    w.forget().press("n x")
    assert not w.asked(Save)


def test_the_save_key_asks_and_saving_all_leaves_it_alone() -> None:
    w = clash()
    w.press("s")
    assert w.last(Ask) == Ask("conflict", "conflict.take")
    w.forget().invoke("files.save_all")
    assert not w.asked(Save)


def test_leaving_asks_and_saying_save_does_not_overwrite() -> None:
    w = clash()
    w.press("Q")
    assert w.last(Ask) == Ask("quit", "app.quit")
    w.forget().invoke("app.quit", "save")
    assert not w.asked(Save)
    assert "image 1" in w.said()


def test_a_label_file_that_cannot_be_read_any_more_is_said() -> None:
    w = World(labels={0: OURS})
    w.patient = True
    w.press("n x")
    w.give(ev.Conflicted(0, (), w.session.revision, "it is UTF-16 text"))
    assert not w.session.theirs
    assert "UTF-16" in w.said()
    assert w.session.save_errors


def test_a_conflict_of_a_save_nobody_waits_for_says_nothing() -> None:
    w = World(labels={0: OURS}).forget()
    w.give(ev.Conflicted(0, THEIRS, 99))
    assert not w.session.theirs
    assert w.said() == ""


def test_a_conflict_of_an_image_left_behind_is_met_again_there() -> None:
    w = World(labels={0: OURS}, theirs=THEIRS)
    w.patient = True
    w.press("n x d")
    w.answer(Save)
    assert "Image 1 was changed by another program" in w.said()
    w.settle()
    w.press("a")
    w.waiting.clear()
    w.give(ev.Loaded(0, "a.jpg", (640, 480), THEIRS, True, changed=True))
    assert w.session.image.instances == OURS[1:]
    assert w.session.theirs == {0: THEIRS}
    assert w.session.dirty


def test_coming_back_to_a_changed_file_with_nothing_unsaved_takes_it() -> None:
    w = World(labels={0: OURS}).forget()
    w.patient = True
    w.invoke("files.reload")
    w.give(ev.Loaded(0, "a.jpg", (640, 480), THEIRS, True, changed=True))
    assert w.session.image.instances == THEIRS
    assert w.asked(Accept) == [Accept(0)]
    assert not w.session.theirs


def test_c2_others_labels_are_taken_where_nothing_was_edited_and_undo_goes_back() -> None:
    w = World(labels={0: OURS}).forget()
    w.give(ev.LabelsChanged(0, THEIRS, True))
    assert w.session.image.instances == THEIRS
    assert not w.session.dirty
    assert w.asked(Accept) == [Accept(0)]
    assert "read again" in w.said()
    assert not w.asked(Save)
    w.press("u")
    assert w.labels[0] == OURS


def test_c3_a_deleted_label_file_is_said() -> None:
    w = World(labels={0: OURS}).forget()
    w.give(ev.LabelsChanged(0, (), False))
    assert "was deleted" in w.said()
    assert not w.session.image.has_file
    assert w.press("u").image.instances == OURS


def test_c2_edited_labels_wait_for_a_choice() -> None:
    w = World(labels={0: OURS}, options=MANUAL)
    w.press("n x")
    w.forget().give(ev.LabelsChanged(0, THEIRS, True))
    assert w.session.theirs == {0: THEIRS}
    assert w.session.image.instances == OURS[1:]
    assert not w.asked(Accept)


def test_news_of_an_image_left_or_being_saved_is_dropped() -> None:
    w = World(labels={0: OURS, 1: OURS}).forget()
    w.give(ev.LabelsChanged(1, THEIRS, True))
    w.patient = True
    w.press("n x")
    w.give(ev.LabelsChanged(0, THEIRS, True))
    assert w.session.image.instances == OURS[1:]
    assert not w.session.theirs


def test_labels_that_became_unreadable_block_editing() -> None:
    w = World(labels={0: OURS})
    w.give(ev.LabelsChanged(0, (), True, "it is a folder"))
    assert w.session.image.instances == OURS
    assert w.press("n x").image.blocked == "it is a folder"
    assert "cannot be edited: it is a folder" in w.said()
    assert w.session.image.instances == OURS


def test_i7_a_replaced_picture_is_read_again_and_undo_in_other_pixels_is_dropped() -> None:
    w = World(labels={0: OURS})
    w.press("n x")
    w.forget()
    w.sizes = ((320, 240), *w.sizes[1:])
    w.give(ev.ImageReplaced(0))
    assert w.asked(Load) == [Load(0)]
    assert w.session.image.wh == (320, 240)
    assert not w.session.image.history.past


def test_i7_a_replaced_picture_with_unsaved_labels_waits() -> None:
    w = World(labels={0: OURS}, options=MANUAL)
    w.press("n x")
    w.forget().give(ev.ImageReplaced(0))
    assert not w.asked(Load)
    assert "once its labels are saved" in w.said()


def test_i7_unsaved_labels_keep_their_place_in_a_picture_of_another_size() -> None:
    polygon = Instance(1, Polygon(((0.0, 0.0), (640.0, 0.0), (640.0, 480.0))))
    box = Instance(0, OURS[1].shape)
    w = World(options=MANUAL)
    w.give(ev.Restored(0, (640, 480), (box, polygon), ((),)))
    w.press("d")
    w.sizes = ((320, 480), *w.sizes[1:])
    w.press("a")
    assert w.session.image.instances[0].shape == Box(30, 60, 45, 90)
    assert w.session.image.instances[1].shape == Polygon(((0.0, 0.0), (320.0, 0.0), (320.0, 480.0)))
    assert w.session.dirty


def test_c9_a_reordered_class_list_stops_editing_until_it_is_read() -> None:
    w = World(labels={0: OURS}).forget()
    w.classes = ("dog", "cat")
    w.give(ev.ClassesReordered(w.classes))
    moved = ("0: cat -> dog", "1: dog -> cat", "2: bird -> (gone)")
    assert w.last(Ask) == Ask("classes", "class.reload", moved)
    assert w.press("n x").image.instances == OURS
    assert "class list was changed" in w.said()
    w.invoke("class.reload")
    assert w.session.classes == ("dog", "cat")
    assert w.press("x").image.instances == OURS[1:]


def test_reading_classes_does_not_lift_another_reason_for_viewing_only() -> None:
    w = World(options=Options(read_only="the disk is read-only"))
    w.invoke("class.reload")
    assert w.session.options.read_only == "the disk is read-only"


def test_c4_a_session_that_was_taken_over_only_views() -> None:
    w = World(labels={0: OURS}).forget()
    w.give(ev.ViewOnly("another session took over"))
    w.press("n x")
    assert w.session.image.instances == OURS
    assert not w.asked(Save)
    w.give(ev.ViewOnly(""))
    assert w.press("x").image.instances == OURS[1:]
    assert Notify("Labels can be edited now") in w.effects


@pytest.mark.parametrize("keys", ["space 5", "q space", "p L", "f", "n w", "i n", "n ,"])
def test_a_replaced_image_leaves_nothing_in_hand_that_the_old_one_was_about(keys: str) -> None:
    w = World(labels={0: OURS}, options=Options(task="segment", detector="yolo"))
    w.press(keys)
    w.give(ev.ImageReplaced(0))
    check(w.session)
    assert w.session.mode is Mode.NAVIGATE
    assert not w.session.proposals.offered
    w.press("escape d a")
    assert w.session.image.instances == OURS


def test_a_shape_that_is_changed_when_its_image_is_replaced_changes_nothing() -> None:
    w = World(labels={0: TWO_PARTS}, options=Options(task="segment"))
    w.press("n w")
    w.patient = True
    w.press("/")
    w.give(ev.ImageReplaced(0))
    w.settle()
    assert w.session.image.instances == TWO_PARTS
    assert w.session.reshaping is None


def test_reading_classes_anew_never_opens_a_dataset_that_is_for_viewing() -> None:
    w = World(options=Options(read_only="opened with --read-only"))
    w.give(ev.ClassesReordered(("dog", "cat")))
    w.invoke("class.reload")
    assert w.session.options.read_only == "opened with --read-only"


def test_a_claim_that_is_had_again_does_not_settle_a_changed_class_list() -> None:
    w = World()
    w.give(ev.ClassesReordered(("dog", "cat")))
    w.give(ev.ViewOnly(""))
    assert "class list" in w.session.options.read_only
    w.invoke("class.reload")
    assert not w.session.options.read_only
