from __future__ import annotations

import pytest

from session.world import RADII, World, boxes
from tui.session.effects import Decode, Notify, Save
from tui.session.state import Mode, Options
from tui.types.instance import Traced
from tui.types.shapes import Box, Polygon

THREE = boxes((10, 10, 50, 50), (100, 100, 150, 150), (20, 20, 30, 30))


def labelled(**kwargs: object) -> World:
    return World(labels={0: THREE}, **kwargs)


def test_confirm_keeps_the_selected_candidate_as_the_current_class() -> None:
    w = World()
    w.press("2 q tab")
    w.invoke("instance.confirm")
    (kept,) = w.session.image.instances
    assert kept.class_id == 1
    assert isinstance(kept.shape, Box)
    assert kept.shape.width == 2 * RADII[2]
    assert w.session.draft.empty
    assert w.session.mode is Mode.NAVIGATE
    assert w.labels[0] == w.session.image.instances


@pytest.mark.parametrize("key", ["f", "enter"])
def test_confirm_has_two_keys(key: str) -> None:
    assert len(World().press(f"q {key}").image.instances) == 1


def test_class_and_confirm_are_two_keys_and_the_next_digit_is_for_the_next_object() -> None:
    w = World()
    w.press("q 3 f 2")
    assert [i.class_id for i in w.session.image.instances] == [2]
    assert w.session.current_class == 1
    w.press("L q f")
    assert [i.class_id for i in w.session.image.instances] == [2, 1]


def test_there_must_be_a_mask_to_keep() -> None:
    w = World()
    w.invoke("instance.confirm")
    assert "There is no mask to keep: q puts a point" in w.said()
    w.no_masks = "the decoder is broken"
    w.press("q f")
    assert "the decoder is broken" in w.said()


def test_an_empty_mask_is_refused_in_words() -> None:
    w = World(trace=lambda box: None)
    w.press("q f")
    assert "The mask is empty" in w.said()
    assert w.session.draft.points
    assert not w.asked(Save)


@pytest.mark.parametrize(
    "shape",
    [
        Box(5, 5, 5, 9),
        Polygon(((1.0, 1.0), (9.0, 9.0), (1.0, 1.0))),
        Polygon(((1.0, 1.0), (9.0, 1.0), (5.0, 1.0))),
    ],
)
def test_a_shape_without_area_is_refused(shape: Box | Polygon) -> None:
    w = World(trace=lambda box: Traced(shape, box, (), 1))
    w.press("q f")
    assert "no area" in w.said()
    assert not w.session.image.instances


def test_what_the_task_cannot_express_is_said_when_it_is_kept() -> None:
    w = World(trace=lambda box: Traced(box, box, (), 1, ("2 holes are bridged", "1 speck dropped")))
    w.press("q")
    assert not w.said()
    w.press("f")
    assert w.said() == "Kept as cat: 2 holes are bridged; 1 speck dropped"


@pytest.mark.parametrize(
    "world",
    [World(options=Options(read_only="no space left")), World(blocked={0: "no space left"})],
)
def test_nothing_is_kept_where_labels_cannot_be_written(world: World) -> None:
    world.press("q f")
    assert "no space left" in world.said()
    assert not world.session.image.instances
    assert world.session.draft.candidates


def test_instances_are_selected_in_turn_and_the_cursor_goes_along() -> None:
    w = labelled()
    assert w.invoke("instance.next").selection == 0
    assert w.session.cursor == (30.5, 30.5)
    assert w.press("n n").selection == 2
    assert w.press("n").selection == 0
    assert w.invoke("instance.previous").selection == 2
    assert w.press("' 2 N").selection == 0
    assert w.press("tab").selection == 1
    assert w.press("shift+tab").selection == 0


def test_previous_without_a_selection_is_the_newest() -> None:
    assert labelled().press("N").selection == 2


def test_the_instance_at_the_cursor_is_selected() -> None:
    w = labelled().at(25, 25)
    assert w.invoke("instance.at_cursor").selection == 2
    assert w.at(45, 45).press("enter").selection == 0
    w.press("escape")
    assert w.at(400, 400).press("enter").selection is None
    assert "no instance at the cursor" in w.said()


def test_an_image_without_instances_says_so() -> None:
    w = World()
    for key in ("n", "N", "enter"):
        w.forget().press(key)
        assert "no instance in this image" in w.said()


def test_delete_takes_the_selected_instance_and_can_be_undone() -> None:
    w = labelled()
    w.press("n n")
    w.invoke("instance.delete")
    assert [i.source for i in w.session.image.instances] == ["line 0", "line 2"]
    assert w.session.selection is None
    assert w.said() == "Deleted one cat: u brings it back"
    w.press("u")
    assert w.session.image.instances == THREE
    assert w.labels[0] == THREE


def test_delete_needs_a_selection() -> None:
    w = labelled()
    w.press("x")
    assert "No instance is selected: Enter takes the one at the cursor" in w.said()
    assert w.session.image.instances == THREE


def test_undo_and_redo_are_unlimited() -> None:
    w = World()
    states = [w.session.image.instances]
    for number in range(30):
        w.at(10 + 20 * number, 100).press("q f")
        states.append(w.session.image.instances)
    for wanted in reversed(states[:-1]):
        w.invoke("edit.undo")
        assert [i.shape for i in w.session.image.instances] == [i.shape for i in wanted]
    w.press("u")
    assert "nothing to undo" in w.said()
    for wanted in states[1:]:
        w.invoke("edit.redo")
        assert [i.shape for i in w.session.image.instances] == [i.shape for i in wanted]
    w.press("U")
    assert "nothing to redo" in w.said()
    w.press("' 3 0 u")
    assert w.session.image.instances == ()
    assert w.labels[0] == ()


def test_a_change_after_undo_ends_what_could_be_redone() -> None:
    w = World()
    w.press("q f u L q f ctrl+y")
    assert len(w.session.image.instances) == 1
    assert "nothing to redo" in w.said()


def test_undo_is_kept_when_the_image_is_left_and_opened_again() -> None:
    w = labelled()
    w.press("n x d d a a u")
    assert w.session.image.index == 0
    assert w.session.image.instances == THREE
    assert w.press("U").image.instances == THREE[1:]


def test_undo_is_forgotten_when_someone_else_changed_the_file() -> None:
    w = labelled()
    w.press("n x d")
    w.labels[0] = boxes((1, 1, 2, 2))
    w.press("a u")
    assert "nothing to undo" in w.said()
    assert w.session.image.instances == boxes((1, 1, 2, 2))


def test_selecting_waits_until_the_mask_is_settled() -> None:
    w = labelled()
    w.press("q n")
    assert w.session.selection is None
    assert w.session.image.instances == THREE
    assert "A mask is being made: f keeps it, b drops it" in w.said()


def test_starting_a_prompt_deselects() -> None:
    w = labelled()
    assert w.press("n q").selection is None
    assert w.asked(Decode)


def test_no_sentence_is_said_for_a_plain_confirm() -> None:
    w = World()
    w.press("q f")
    assert not w.asked(Notify)


def test_three_corners_are_enough() -> None:
    triangle = Polygon(((1.0, 1.0), (9.0, 1.0), (5.0, 7.0)))
    w = World(trace=lambda box: Traced(triangle, box, (), 1), options=Options(task="segment"))
    assert w.press("q f").image.instances[0].shape == triangle


@pytest.mark.parametrize("autosave", [True, False])
def test_undo_and_redo_while_editing_stay_with_the_instance_in_hand(autosave: bool) -> None:
    w = labelled(options=Options(autosave=autosave))
    w.press("n x n w")
    assert (w.session.selection, w.session.image.instances) == (0, THREE[1:])
    w.press("u")
    assert (w.session.mode, w.session.selection) == (Mode.EDIT, 1)
    w.press("U")
    assert (w.session.mode, w.session.selection) == (Mode.EDIT, 0)
    w.press("l u u")
    assert (w.session.mode, w.session.selection) == (Mode.EDIT, 1)
    assert w.session.image.instances == THREE


def test_undo_ends_editing_what_it_takes_away() -> None:
    w = World()
    w.press("q f n w u")
    assert (w.session.mode, w.session.selection) == (Mode.NAVIGATE, None)
