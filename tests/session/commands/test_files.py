from __future__ import annotations

import pytest

from session.world import World, boxes
from tui.session.effects import Ask, Encode, Load, Prefetch, Save, Suggest
from tui.session.events import Listed
from tui.session.state import Options


def five(**kwargs: object) -> World:
    return World(sizes=((640, 480),) * 5, **kwargs)


MANUAL = Options(autosave=False)


def test_next_and_previous() -> None:
    w = five()
    assert w.invoke("files.next").image.index == 1
    assert w.press("d ' 9 d").image.index == 4
    assert w.invoke("files.previous").image.index == 3
    assert w.press("' 2 a").image.index == 1


def test_first_and_last() -> None:
    w = five()
    assert w.invoke("files.last").image.index == 4
    assert w.invoke("files.first").image.index == 0
    assert w.press("G").image.index == 4
    assert w.press("<").image.index == 0
    assert w.press("' 3 G").image.index == 2


def test_a_preset_may_go_ten_at_once() -> None:
    w = World(sizes=((64, 48),) * 25, keymap="cvat")
    assert w.press("v v").image.index == 20
    assert w.press("v").image.index == 24
    assert w.press("c").image.index == 14


def test_the_ends_are_said() -> None:
    w = five()
    w.press("a")
    assert w.said() == "This is the first image: d goes on"
    w.press("G d")
    assert w.said() == "This is the last image: a goes back"
    w.forget().press("G")
    assert "last image" in w.said()
    assert not w.asked(Load)


def test_the_end_of_an_unfinished_listing_is_no_end() -> None:
    w = five()
    w.give(Listed(1, False, 0))
    w.press("d")
    assert "still being read" in w.said()
    w.invoke("files.goto", "7")
    assert "1 to 1 so far" in w.said()


def test_goto_asks_and_takes_the_answer() -> None:
    w = five()
    w.press("g")
    assert w.last(Ask) == Ask("goto", "files.goto")
    assert w.invoke("files.goto", "3").image.index == 3
    assert w.press("' 2 g").image.index == 1
    w.forget().invoke("files.goto", "1")
    assert w.said() == "This is image 2 already"


@pytest.mark.parametrize("argument", ["5", "-1", "x", "", "²", "9" * 30])
def test_goto_refuses_what_is_no_image(argument: str) -> None:
    w = five()
    assert w.invoke("files.goto", argument).image.index == 0
    assert "numbered 1 to 5" in w.said()


def test_going_loads_encodes_and_looks_ahead() -> None:
    w = five().forget()
    w.press("d")
    assert w.effects[:3] == [Load(1), Encode(1), Prefetch((2, 0, 3))]
    assert [type(effect) for effect in w.effects[3:]] == [Suggest]
    w.forget().press("G")
    assert w.effects[:3] == [Load(4), Encode(4), Prefetch((3,))]


def test_image_keys_work_at_once_while_an_image_loads_and_the_latest_wins() -> None:
    w = five(patient=True)
    w.settle()
    w.press("d d d")
    assert [e for e in w.asked(Load) if isinstance(e, Load)][-3:] == [Load(1), Load(2), Load(3)]
    assert w.settle().image.index == 3
    assert w.session.image.status == "ready"
    assert w.asked(Encode)[-1] == Encode(3)


def test_every_change_is_saved_at_once() -> None:
    w = five()
    w.press("q f L q f u")
    revisions = [e.revision for e in w.asked(Save) if isinstance(e, Save)]
    assert revisions == [1, 2, 3]
    assert len(w.labels[0]) == 1


def test_without_autosave_nothing_is_written_until_asked() -> None:
    w = five(options=MANUAL)
    w.press("q f")
    assert not w.asked(Save)
    assert w.session.dirty
    w.invoke("files.save")
    assert len(w.labels[0]) == 1
    assert not w.session.dirty


def test_saving_an_image_never_labelled_writes_an_empty_file_once() -> None:
    w = five()
    w.press("s")
    assert w.labels[0] == ()
    assert w.session.image.has_file
    w.forget().press("ctrl+s")
    assert "Nothing to save" in w.said()
    assert not w.asked(Save)


@pytest.mark.parametrize(
    "world", [five(options=Options(read_only="a reason")), five(blocked={0: "a reason"})]
)
def test_nothing_is_saved_where_nothing_may_be_written(world: World) -> None:
    world.press("s")
    assert "a reason" in world.said()
    assert not world.asked(Save)


def test_leaving_an_unsaved_image_keeps_its_instances() -> None:
    w = five(options=MANUAL, labels={0: boxes((1, 1, 5, 5))})
    w.press("q f")
    wanted = w.session.image.instances
    w.press("d")
    assert w.session.unsaved[0] == wanted
    w.press("a")
    assert w.session.image.instances == wanted
    assert w.session.dirty
    assert not w.session.unsaved


def test_save_all_writes_every_image() -> None:
    w = five(options=MANUAL)
    w.press("q f d q f d q f")
    w.invoke("files.save_all")
    assert {index: len(labels) for index, labels in w.labels.items()} == {0: 1, 1: 1, 2: 1}
    assert not w.session.unsaved
    assert not w.session.dirty
    w.invoke("files.save_all")
    assert "Nothing to save" in w.said()


def test_save_all_is_refused_in_a_read_only_session() -> None:
    w = five(options=Options(read_only="a reason"))
    w.invoke("files.save_all")
    assert "a reason" in w.said()


def test_a_failed_image_can_only_be_left() -> None:
    w = five(unreadable={1: "it is empty"})
    w.press("d")
    assert "img_1.jpg cannot be shown: it is empty" in w.said()
    w.forget().press("q")
    assert "it is empty" in w.said()
    assert "d goes to the next image" in w.said()
    assert w.press("d").image.index == 2


def test_an_unconfirmed_mask_is_not_lost_by_one_key() -> None:
    w = five()
    w.press("q d")
    assert w.session.image.index == 0
    assert "An unconfirmed mask is on screen: f keeps it, b drops it" in w.said()
    assert w.press("d").image.index == 1
    assert w.session.draft.empty


def test_the_warning_is_given_anew_after_another_key() -> None:
    w = five()
    assert w.press("q d l d").image.index == 0
    assert w.press("d").image.index == 1


def test_an_open_box_is_not_lost_by_one_key() -> None:
    w = five()
    w.press("r l d")
    assert "A box is open: Enter closes it" in w.said()
    assert w.press("d").image.index == 1


def test_the_warning_comes_before_the_goto_dialog_and_not_after_it() -> None:
    w = five()
    w.press("q g")
    assert not w.asked(Ask)
    w.press("g")
    assert w.asked(Ask)
    assert w.invoke("files.goto", "3").image.index == 3


def test_a_mask_that_was_kept_needs_no_warning() -> None:
    assert five().press("q f d").image.index == 1


@pytest.mark.parametrize("key", ["d", "a", "<", "G", ">", "g", "Q"])
def test_no_key_that_leaves_drops_a_mask_unasked(key: str) -> None:
    w = five()
    w.press("' 3 G q")
    w.forget().press(key)
    assert w.session.image.index == 2
    assert w.session.draft.points
    assert "unconfirmed mask" in w.said()
    assert not w.asked(Ask)


def test_reading_an_image_again_keeps_what_is_unsaved() -> None:
    w = World(options=Options(autosave=False))
    w.press("q f")
    instances = w.session.image.instances
    w.forget().invoke("files.reload")
    assert w.asked(Load) == [Load(0)]
    assert w.session.image.instances == instances
    assert w.session.dirty
    assert w.press("u").image.instances == ()
