"""The journal hears of every change, and what it gives back is a session's work again."""

from __future__ import annotations

from dataclasses import replace

from session.world import World, boxes
from tui.session.effects import Record, Save
from tui.session.events import Loaded, Restored
from tui.session.state import Options
from tui.types.instance import Instance
from tui.types.shapes import Box

BOXES = boxes((10, 10, 50, 50), (60, 60, 90, 90))
MANUAL = Options(autosave=False)


def records(world: World) -> list[Record]:
    return [effect for effect in world.asked(Record) if isinstance(effect, Record)]


def test_every_edit_undo_and_redo_is_recorded_before_it_is_saved() -> None:
    w = World(labels={0: BOXES}).forget()
    w.patient = True
    w.press("n x")
    kinds = [type(effect) for effect in w.effects if isinstance(effect, Record | Save)]
    assert kinds == [Record, Save]
    assert records(w)[-1] == Record(0, BOXES[1:], (BOXES,), ())
    w.press("u")
    assert records(w)[-1] == Record(0, BOXES, (), (BOXES[1:],))
    w.press("U")
    assert records(w)[-1] == Record(0, BOXES[1:], (BOXES,), ())


def test_looking_moving_and_prompting_are_not_recorded() -> None:
    w = World(labels={0: BOXES}).forget()
    w.press("l l z q tab b d a n N escape s")
    assert records(w) == []


def test_lines_that_a_save_gave_are_recorded() -> None:
    w = World().forget()
    w.press("q f")
    assert records(w)[-1].instances == w.session.image.instances
    assert all(instance.source for instance in records(w)[-1].instances)


def test_an_edit_that_waited_with_the_key_that_leaves_is_recorded() -> None:
    w = World(options=MANUAL)
    w.patient = True
    w.press("q f d")
    assert records(w) == []
    w.settle()
    assert w.session.image.index == 1
    first = next(record for record in records(w) if record.index == 0)
    assert len(first.instances) == 1
    assert first.past == ((),)


def test_an_image_that_keeps_unsaved_work_is_recorded_when_it_learns_its_lines() -> None:
    w = World()
    w.patient = True
    w.press("q")
    w.settle()
    w.press("f d")
    w.forget()
    w.answer(Save)
    assert [record.index for record in records(w)] == [0]
    assert all(instance.source for instance in records(w)[-1].instances)


def test_undo_of_an_earlier_session_goes_on() -> None:
    w = World(sizes=((640, 480),))
    w.patient = True
    w.invoke("files.reload")
    loaded = Loaded(0, "a.jpg", (640, 480), BOXES, True, past=((), BOXES[:1]), future=(BOXES[1:],))
    w.waiting.clear()
    w.give(loaded)
    w.patient = False
    assert w.press("u").image.instances == BOXES[:1]
    assert w.press("U U").image.instances == BOXES[1:]
    assert w.press("u u u").image.instances == ()


def test_restored_in_front_is_an_edit_with_its_history_and_saved_at_once() -> None:
    w = World(labels={0: BOXES[:1]}).forget()
    new = Instance(2, BOXES[1].shape)
    w.give(Restored(0, (640, 480), (*BOXES[:1], new), (BOXES[:1],), (), BOXES[:1]))
    assert [i.shape for i in w.labels[0]] == [i.shape for i in BOXES]
    assert not w.session.dirty
    assert w.press("u").image.instances == BOXES[:1]


def test_restored_over_newer_edits_is_one_step_of_undo() -> None:
    w = World(labels={0: BOXES}, options=MANUAL)
    w.press("n x")
    w.give(Restored(0, (640, 480), (), (BOXES,), (), BOXES))
    assert w.session.image.instances == ()
    assert w.press("u").image.instances == BOXES[1:]
    assert w.press("u").image.instances == BOXES


def test_restored_behind_waits_for_its_turn() -> None:
    w = World(labels={1: BOXES}, options=MANUAL).forget()
    w.give(Restored(1, (640, 480), BOXES[:1], (BOXES,), (), BOXES))
    assert w.asked(Save) == []
    assert records(w) == [Record(1, BOXES[:1], (BOXES,), ())]
    w.press("d")
    assert w.session.dirty
    assert w.session.image.instances == BOXES[:1]
    assert w.press("u").image.instances == BOXES


def test_restored_behind_is_saved_where_that_is_wanted() -> None:
    w = World(labels={1: BOXES})
    w.give(Restored(1, (640, 480), BOXES[:1], (BOXES,), (), BOXES))
    assert w.labels[1] == BOXES[:1]
    assert not w.session.unsaved


def test_b7_restored_over_a_changed_file_waits_for_a_choice() -> None:
    theirs = boxes((1, 1, 9, 9), class_id=2)
    for index in (0, 1):
        w = World(labels={index: theirs}).forget()
        w.give(Restored(index, (640, 480), BOXES, ((),), (), theirs, theirs))
        assert w.asked(Save) == []
        assert w.labels[index] == theirs
        assert w.session.theirs == {index: theirs}
        w.press("d" if index else "")
        assert w.session.image.instances == BOXES


def test_sources_that_changed_meanwhile_do_not_make_it_dirty() -> None:
    w = World(labels={0: BOXES})
    w.give(Restored(0, (640, 480), tuple(replace(i, source=None) for i in BOXES), (), (), BOXES))
    assert not w.session.dirty


def test_labels_of_a_picture_that_has_another_size_now_come_back_in_its_pixels() -> None:
    w = World(labels={0: ()})
    w.give(Restored(0, (320, 240), boxes((10, 10, 50, 50)), past=(boxes((1, 1, 9, 9)),)))
    assert [one.shape for one in w.session.image.instances] == [Box(20, 20, 100, 100)]
    assert w.session.image.history.past == ((),)  # nothing in pixels of the other picture
