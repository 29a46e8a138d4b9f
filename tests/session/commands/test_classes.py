from __future__ import annotations

import pytest

from session.world import World, boxes
from tui.session.effects import AddClass, Ask, Notify, Save
from tui.session.events import ClassesChanged
from tui.session.state import Mode, Options
from tui.types.shapes import Box


def labelled(**kwargs: object) -> World:
    return World(labels={0: boxes((10, 10, 50, 50), (100, 100, 150, 150))}, **kwargs)


def test_a_digit_sets_the_class_of_what_comes_next() -> None:
    w = World()
    w.press("3 q f")
    assert w.session.current_class == 2
    assert [i.class_id for i in w.session.image.instances] == [2]


def test_a_digit_gives_the_selected_instance_a_class_and_nothing_else() -> None:
    w = labelled()
    w.press("n 2")
    assert [i.class_id for i in w.session.image.instances] == [1, 0]
    assert w.session.current_class == 0
    assert w.session.selection == 0
    assert w.labels[0][0].source != "line 0"
    assert w.labels[0][1].source == "line 1"


def test_the_class_it_has_already_is_no_change() -> None:
    w = labelled()
    w.press("n 1")
    assert not w.asked(Save)
    assert "is cat already" in w.said()


@pytest.mark.parametrize("argument", ["9", "-1", "x", "", "²", "99999999999"])
def test_a_class_that_does_not_exist_is_refused(argument: str) -> None:
    w = World()
    w.invoke("class.set", argument)
    assert w.session.current_class == 0
    assert "3 classes, and c adds another" in w.said()


def test_a_digit_beyond_the_list_counts_as_people_do() -> None:
    w = World()
    w.press("7")
    assert "There is no class 7: there are 3 classes" in w.said()


def test_a_digit_without_classes_points_to_the_palette() -> None:
    w = World(classes=())
    w.press("1")
    assert "no classes yet: c adds one" in w.said()


def test_the_palette_answers_to_class_set() -> None:
    w = labelled()
    w.press("n")
    w.invoke("class.choose")
    assert w.last(Ask) == Ask("class", "class.set")
    w.invoke("class.set", "2")
    assert w.session.image.instances[0].class_id == 2


def test_the_command_without_a_class_asks_for_one() -> None:
    w = World()
    w.invoke("class.set")
    assert w.last(Ask) == Ask("class", "class.set")


def test_a_class_added_in_the_palette_is_used_at_once() -> None:
    w = World()
    w.press("c")
    w.invoke("class.add", " horse ")
    assert w.last(AddClass) == AddClass("horse")
    assert w.session.classes == ("cat", "dog", "bird", "horse")
    assert w.session.current_class == 3


def test_a_class_added_for_a_selected_instance_goes_to_it() -> None:
    w = labelled()
    w.press("n c")
    w.invoke("class.add", "horse")
    assert w.session.image.instances[0].class_id == 3


def test_confirming_without_classes_asks_and_goes_on() -> None:
    w = World(classes=())
    w.press("q f")
    assert w.last(Ask) == Ask("class", "instance.confirm")
    assert not w.session.image.instances
    w.invoke("class.add", "cat")
    assert len(w.session.image.instances) == 1
    assert w.session.draft.empty


def test_a_class_that_could_not_be_added_changes_nothing() -> None:
    w = World(classes=(), no_classes="read-only")
    w.press("q f")
    w.invoke("class.add", "cat")
    assert not w.session.image.instances
    assert w.session.draft.candidates


def test_an_empty_name_asks_again() -> None:
    w = World()
    w.press("c")
    w.forget().invoke("class.add", "  ")
    assert w.effects == [Ask("class", "class.set")]


def test_no_class_is_added_where_nothing_may_be_written() -> None:
    w = World(options=Options(read_only="another session holds it"))
    w.invoke("class.add", "horse")
    assert not w.asked(AddClass)
    assert "another session holds it" in w.said()


def test_a_selected_instance_is_not_reclassed_where_labels_are_blocked() -> None:
    w = labelled(blocked={0: "it is no text"})
    w.press("n 2")
    assert [i.class_id for i in w.session.image.instances] == [0, 0]
    assert "it is no text" in w.said()


def test_a_shorter_class_list_keeps_the_current_class_inside() -> None:
    w = World()
    w.press("3")
    assert w.give(ClassesChanged(("cat",))).current_class == 0
    assert w.give(ClassesChanged(())).current_class == 0


def test_a_hostile_class_name_is_shown_harmlessly() -> None:
    w = labelled(classes=("cat\x1b]0;x\x07", "dog"))
    w.press("n x")
    assert "\x1b" not in w.said()
    assert "\\x1b" in w.said()
    assert all("\x1b" not in n.text for n in w.asked(Notify) if isinstance(n, Notify))


def test_a_digit_without_a_class_never_keeps_what_was_found_ahead() -> None:
    w = World(sees=(Box(400, 50, 460, 110),))
    w.press("f f")
    assert w.session.draft.offered
    w.press("9")
    assert w.said().startswith("There is no class 9: there are 3 classes")
    assert w.session.image.instances == ()
    assert w.session.draft.offered
    w.press("2")
    assert [one.class_id for one in w.session.image.instances] == [1]


@pytest.mark.parametrize("command", ["instance.confirm", "box.manual", "polygon.close"])
def test_a_class_that_does_not_exist_is_asked_for_anew(command: str) -> None:
    w = World(options=Options(task="segment"))
    w.press({"instance.confirm": "q", "box.manual": "R L J", "polygon.close": "p L q J q"}[command])
    w.invoke(command, "7")
    assert w.last(Ask) == Ask("class", command)
    assert w.session.image.instances == ()
    w.invoke(command, "2")
    assert [one.class_id for one in w.session.image.instances] == [2]


@pytest.mark.parametrize("making", ["q", "r", "p"])
def test_a_digit_while_something_is_made_is_for_that_and_not_for_what_is_marked(making: str) -> None:
    w = World(labels={0: boxes((10, 10, 60, 60), (100, 100, 200, 180))}, options=Options(task="segment"))
    w.press(f"ctrl+l {making} 3")
    assert [one.class_id for one in w.session.image.instances] == [0, 0]
    assert w.session.current_class == 2


def test_a_digit_in_edit_mode_is_for_the_instance_in_hand() -> None:
    w = World(labels={0: boxes((10, 10, 60, 60), (100, 100, 200, 180))})
    w.press("n , n w 3")
    assert [one.class_id for one in w.session.image.instances] == [0, 2]
    assert w.session.mode is Mode.EDIT
