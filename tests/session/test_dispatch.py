from __future__ import annotations

import pytest

from session.world import World
from tui.session.dispatch import HELD_KEYS
from tui.session.effects import Ask, Decode, Load, Notify
from tui.session.events import Key, Pointed
from tui.session.state import Mode


def slow(**kwargs: object) -> World:
    w = World(**kwargs)
    w.patient = True
    return w.forget()


def test_confirm_before_the_mask_is_there_is_held_and_then_done() -> None:
    w = slow()
    w.press("q f")
    assert [key.name for key in w.session.held] == ["f"]
    assert not w.session.image.instances
    w.settle()
    assert len(w.session.image.instances) == 1
    assert not w.session.held


def test_keys_after_a_held_one_wait_in_order_and_none_is_lost() -> None:
    w = slow()
    w.press("q f 2 L q f d q f")
    w.settle()
    w.press("a")
    w.settle()
    assert w.session.image.index == 0
    assert [i.class_id for i in w.labels[0]] == [0, 1]
    assert [i.class_id for i in w.labels[1]] == [1]


def test_the_same_keys_give_the_same_labels_however_slow_the_world_is() -> None:
    keys = "q tab f 2 L q l e f d q f a ' 2 L K r L J r tab tab f u U x d"
    fast, late = World(), slow()
    fast.press(keys)
    late.press(keys)
    late.settle()
    assert late.labels == fast.labels
    assert late.session.image.index == fast.session.image.index
    assert late.session.cursor == fast.session.cursor


def test_cycling_before_the_mask_is_there_waits_for_it() -> None:
    w = slow()
    w.press("q tab")
    assert w.session.held
    w.settle()
    assert w.session.draft.selected == 2


def test_held_keys_go_on_as_far_as_they_can() -> None:
    w = slow()
    w.press("q f l q f l")
    w.answer(Decode)
    assert len(w.session.image.instances) == 1
    assert [key.name for key in w.session.held] == ["f", "l"]
    w.settle()
    assert len(w.session.image.instances) == 2


def test_a_failed_decode_drops_held_keys_with_a_word() -> None:
    w = slow(no_masks="broken")
    w.press("q f d d")
    w.settle()
    assert w.session.image.index == 0
    assert not w.session.held
    texts = [n.text for n in w.asked(Notify) if isinstance(n, Notify)]
    assert texts[-2:] == [
        "No mask: broken. Change the prompt to try again",
        "There is no mask: 3 waiting keys were dropped, press them again",
    ]


def test_keys_for_an_image_that_loads_wait_for_it() -> None:
    w = slow()
    w.press("d l l q")
    assert len(w.session.held) == 3
    assert not w.asked(Decode)
    w.settle()
    assert w.session.image.index == 1
    assert len(w.session.draft.points) == 1


def test_image_keys_behind_held_ones_keep_their_order() -> None:
    w = slow(sizes=((640, 480),) * 5)
    w.press("d q d d")
    w.settle()
    assert w.session.image.index == 2
    assert [e.index for e in w.asked(Decode) if isinstance(e, Decode)] == [1]


def test_a_counted_key_is_held_with_its_count() -> None:
    w, fast = slow(), World()
    w.press("d ' 1 2 l")
    assert [key.name for key in w.session.held] == ["'", "1", "2", "l"]
    w.settle()
    assert w.session.cursor == fast.press("d ' 1 2 l").cursor


def test_how_long_a_held_key_was_pressed_is_kept() -> None:
    w, fast = slow(), World()
    for each in (w, fast):
        each.press("d")
        each.give(Key("l", repeat=30))
    w.settle()
    assert w.session.cursor == fast.session.cursor


def test_held_keys_have_a_bound() -> None:
    w = slow()
    w.press("d")
    w.press("l " * (HELD_KEYS + 5))
    assert len(w.session.held) == HELD_KEYS
    assert "this one was dropped: Esc drops the others" in w.said()


def test_a_dialog_ends_the_replay_because_it_was_typed_unseen() -> None:
    w = slow()
    w.press("q f c d o g")
    w.settle()
    assert w.asked(Ask) == [Ask("class", "class.set")]
    assert w.session.image.index == 0
    assert "A question is open: 3 waiting keys were dropped" in w.said()


def test_a_refused_confirm_is_not_held() -> None:
    w = slow(blocked={0: "broken"})
    w.press("q f")
    assert not w.session.held
    assert "broken" in w.said()


def test_an_unknown_key_points_to_help() -> None:
    w = World()
    w.press("#")
    assert w.said() == "# has no meaning here: ? shows the keys"
    w.press("ctrl+x")
    assert "Ctrl-X has no meaning here" in w.said()


def test_a_count_for_what_cannot_be_counted_does_nothing() -> None:
    w = World()
    w.press("' 3 q")
    assert "takes no count" in w.said()
    assert w.session.draft.empty
    assert w.session.pending.count == ""


def test_pending_keys_are_shown_and_taken_back() -> None:
    w = World()
    assert w.press("'").pending.keys == ("'",)
    assert w.press("1 2").pending.count == "12"
    assert w.press("escape").pending.count == ""
    assert w.press("l").cursor == World().press("l").cursor


def test_an_unknown_command_is_refused() -> None:
    w = World()
    w.invoke("no.such\x1b")
    assert w.said() == "There is no command 'no.such\\x1b'"


def test_a_command_from_the_palette_says_what_it_waits_for() -> None:
    w = slow()
    w.press("q")
    w.invoke("instance.confirm")
    assert "The mask is still on its way" in w.said()
    w.press("b d")
    w.invoke("point.positive")
    assert "The image is still on its way" in w.said()
    w.invoke("files.next")
    assert w.asked(Load)[-1] == Load(2)


def test_a_palette_command_does_not_overtake_held_keys() -> None:
    w = slow()
    w.press("q f")
    w.invoke("prompt.clear")
    assert w.session.draft.points


def test_an_unavailable_command_gives_its_reason() -> None:
    w = World()
    w.invoke("edit.undo")
    assert "nothing to undo" in w.said()


@pytest.mark.parametrize(("action", "positive"), [("positive", True), ("negative", False)])
def test_the_mouse_puts_points_where_it_is(action: str, positive: bool) -> None:
    w = World()
    w.press("q")
    w.give(Pointed(100.2, 50.9, action))
    assert w.session.cursor == (100.5, 50.5)
    assert w.session.draft.points[-1].positive is positive
    assert w.session.draft.points[-1].x == 100.5


def test_the_mouse_stays_inside_the_image_and_moves_no_view() -> None:
    w = World()
    w.press("z z z")
    view = w.session.view
    w.give(Pointed(-100, 9999, "move"))
    assert w.session.cursor == (0.5, 479.5)
    assert w.session.view == view


def test_the_mouse_does_not_overtake_held_keys_or_a_loading_image() -> None:
    w = slow()
    w.press("q f")
    w.give(Pointed(1, 1, "positive"))
    assert "on its way" in w.said()
    w.give(Pointed(1, 1, "move"))
    assert w.session.cursor == (320.5, 240.5)
    assert len(w.session.draft.points) == 1
    w = slow()
    w.press("d")
    w.give(Pointed(1, 1, "positive"))
    assert not w.asked(Decode)


def test_a_release_without_a_press_is_nothing() -> None:
    w = World()
    w.give(Pointed(5, 5, "release"))
    assert w.session.mode is Mode.NAVIGATE
    assert not w.asked(Decode)
