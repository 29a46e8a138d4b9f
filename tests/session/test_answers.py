from __future__ import annotations

from session.world import World
from tui.session.effects import Ask, Decode, Encode, Load, Notify, Prefetch, Save, Trace
from tui.session.events import (
    ClassesChanged,
    Decoded,
    DecodeFailed,
    Encoded,
    EncodeFailed,
    Listed,
    Loaded,
    LoadFailed,
    Resized,
    TraceDone,
)
from tui.session.state import Options
from tui.session.view import fit, to_device


def slow(**kwargs: object) -> World:
    """A world whose first image is there and whose answers wait from then on."""
    w = World(**kwargs)
    w.patient = True
    return w.forget()


def test_a_loaded_image_is_shown_encoded_and_its_neighbours_fetched() -> None:
    w = World(sizes=((4000, 3000), (10, 10), (10, 10)), patient=True)
    w.forget().answer(Load)
    assert w.effects == [Encode(0), Prefetch((1, 2))]
    assert w.session.image.status == "ready"
    assert w.session.view == fit((4000, 3000), w.canvas)
    assert w.session.cursor == (2000.5, 1500.5)


def test_what_is_wrong_with_an_image_is_said() -> None:
    w = World(patient=True)
    w.give(
        Loaded(0, "a\x1b[2J.jpg", (9, 9), (), True, blocked="it is UTF-16", warning="the picture is cut off")
    )
    texts = [n.text for n in w.asked(Notify) if isinstance(n, Notify)]
    assert texts == [
        "a\\x1b[2J.jpg: its labels cannot be edited: it is UTF-16",
        "a\\x1b[2J.jpg: the picture is cut off",
    ]


def test_an_image_that_is_no_longer_wanted_is_dropped() -> None:
    w = World(patient=True)
    w.give(Loaded(2, "other.jpg", (9, 9), (), False))
    assert w.session.image.status == "loading"
    w.give(LoadFailed(2, "other.jpg", "x"))
    assert w.session.image.status == "loading"


def test_a_second_answer_to_the_same_load_does_not_undo_work() -> None:
    w = World()
    w.press("q f")
    kept = w.session.image.instances
    w.give(Loaded(0, "img_0.jpg", (640, 480), (), False))
    w.give(LoadFailed(0, "img_0.jpg", "late"))
    assert w.session.image.instances == kept
    assert w.session.image.status == "ready"


def test_an_image_that_cannot_be_shown_drops_the_keys_meant_for_it() -> None:
    w = World(patient=True, unreadable={0: "it is empty"})
    w.press("q f")
    w.settle()
    assert not w.session.held
    assert w.session.image.reason == "it is empty"
    assert "2 waiting keys were dropped" in w.said()


def test_a_save_that_lands_during_the_reading_wins_over_what_was_read() -> None:
    w = World()
    w.press("q")
    w.patient = True
    w.press("f d a")
    old = w.labels.get(0)
    assert old is None
    w.answer(Save)
    # The reading began before the save had landed.
    w.give(Loaded(0, "img_0.jpg", (640, 480), (), False))
    assert w.session.image.instances == w.labels[0]
    assert not w.session.dirty
    assert w.session.image.has_file


def test_an_image_opened_again_before_its_save_landed_shows_the_newer_instances() -> None:
    w = World()
    w.press("q")
    w.patient = True
    w.press("f d a")
    w.answer(Load)
    assert len(w.session.image.instances) == 1
    assert w.session.dirty
    w.answer(Save)
    assert not w.session.dirty
    assert w.session.image.instances == w.labels[0]


def test_encoding_is_noted_for_the_image_in_front_only() -> None:
    w = slow()
    w.press("d")
    w.give(Encoded(0))
    assert not w.session.image.encoded
    w.give(Encoded(1))
    assert w.session.image.encoded
    w.give(EncodeFailed(0, "x"))
    assert not w.said()


def test_a_failed_encoding_fails_the_prompt_that_waits_for_it() -> None:
    w = slow()
    w.press("q f")
    w.give(EncodeFailed(0, "no memory"))
    assert not w.session.held
    assert not w.session.draft.waiting
    assert w.session.draft.error == "no memory"
    assert "1 waiting key was dropped" in w.said()
    assert w.session.draft.points
    w.give(DecodeFailed(w.session.draft.ticket, "again"))
    assert w.session.draft.error == "no memory"


def test_answers_to_an_older_prompt_are_dropped() -> None:
    w = slow()
    w.press("q")
    (first,) = w.asked(Decode)
    w.press("l q")
    w.run(first)
    assert not w.session.draft.candidates
    assert w.session.draft.waiting
    assert isinstance(first, Decode)
    w.give(DecodeFailed(first.ticket, "old"))
    w.give(TraceDone(first.ticket, 0, None))
    assert w.session.draft.waiting
    assert not w.session.draft.traced
    w.settle()
    assert w.session.draft.candidates
    w.give(DecodeFailed(w.session.draft.ticket, "late"))
    assert w.session.draft.candidates


def test_an_answer_after_clear_or_after_leaving_is_dropped() -> None:
    for keys in ("b", "d d"):
        w = slow()
        w.press(f"q {keys}")
        w.answer(Decode)
        assert w.session.draft.empty
        assert not w.session.draft.candidates


def test_a_failed_decode_keeps_the_prompt_and_drops_the_old_mask() -> None:
    w = World()
    w.press("q")
    w.no_masks = "out of range\x1b"
    w.press("l q")
    assert len(w.session.draft.points) == 2
    assert not w.session.draft.candidates
    assert w.said() == "No mask: out of range\\x1b. Change the prompt to try again"
    w.no_masks = ""
    assert w.press("l q").draft.candidates
    assert w.session.draft.error == ""


def test_an_answer_without_candidates_is_a_failure() -> None:
    w = slow()
    w.press("q")
    w.give(Decoded(w.session.draft.ticket, (), 0))
    assert "found nothing here" in w.said()


def test_a_choice_out_of_range_is_held_inside() -> None:
    w, full = slow(), World()
    full.press("q")
    w.press("q")
    w.give(Decoded(w.session.draft.ticket, full.session.draft.candidates, 99))
    assert w.session.draft.selected == 2
    w.give(TraceDone(w.session.draft.ticket, 7, None))
    assert not w.session.draft.traced


def test_a_shape_arrives_for_the_candidate_it_was_asked_for() -> None:
    w = World()
    w.press("q")
    w.patient = True
    w.press("tab")
    assert set(w.session.draft.traced) == {1}
    w.answer(Trace)
    assert set(w.session.draft.traced) == {1, 2}


def test_the_listing_grows_and_ends() -> None:
    w = World(patient=True)
    w.give(Listed(10, False, 0))
    assert (w.session.image_count, w.session.listing) == (10, True)
    w.give(Listed(25, True, 0))
    assert (w.session.image_count, w.session.listing) == (25, False)


def test_a_complete_listing_fetches_the_neighbours() -> None:
    w = World()
    w.forget().give(Listed(3, True, 0))
    assert w.effects == [Prefetch((1, 2))]


def test_sorting_may_move_the_image_in_front() -> None:
    w = slow()
    w.press("q")
    w.settle()
    w.patient = True
    w.press("f")
    w.forget().give(Listed(50, True, 20))
    assert w.session.image.index == 20
    assert w.session.saving == {20: 1}
    assert len(w.session.image.instances) == 1
    assert w.effects == [Prefetch((21, 19, 22))]
    w.answer(Save)  # its answer still names the old index
    assert not w.session.saving
    assert not w.session.dirty


def test_sorting_moves_a_failed_save_along() -> None:
    w = World(no_saves="disk full")
    w.press("q f")
    w.give(Listed(50, True, 20))
    assert w.session.save_errors == {20: "disk full"}


def test_an_image_still_loading_when_it_is_moved_is_asked_for_again() -> None:
    w = World(patient=True)
    w.forget().give(Listed(50, True, 20))
    assert w.effects == [Load(20)]


def test_an_image_not_encoded_when_it_is_moved_is_asked_for_again() -> None:
    w = World(patient=True)
    w.answer(Load)
    w.forget().give(Listed(50, True, 20))
    assert w.effects == [Encode(20), Prefetch((21, 19, 22))]


def test_a_failed_image_may_be_moved_too() -> None:
    w = World(unreadable={0: "x"})
    w.forget().give(Listed(50, True, 20))
    assert w.session.image.index == 20
    assert not w.effects


def test_new_classes_are_taken_over() -> None:
    w = World()
    assert w.give(ClassesChanged(("a", "b"))).classes == ("a", "b")
    assert not w.session.image.instances


def test_a_class_that_was_added_is_used_once() -> None:
    w = World()
    w.press("c")
    w.invoke("class.add", "horse")
    w.press("1")
    w.give(ClassesChanged((*w.session.classes, "cow")))
    assert w.session.current_class == 0
    assert w.session.class_adding == ""


def test_a_class_added_while_the_next_image_loads_does_not_label_that_one() -> None:
    w = World(classes=(), options=Options(autosave=False))
    w.press("q f")
    assert w.asked(Ask)
    w.patient = True
    w.invoke("class.add", "cat")
    w.press("d d")
    w.settle()
    assert not w.session.image.instances
    assert w.session.classes == ("cat",)


def test_a_resized_canvas_keeps_a_fitted_view_fitted_and_the_cursor_visible() -> None:
    w = World(sizes=((4000, 3000),))
    assert w.give(Resized(500, 900)).view == fit((4000, 3000), (500, 900))
    w.press("V L L")
    w.give(Resized(80, 60))
    assert w.session.view.scale == 1.0
    x, y = to_device(w.session.view, w.session.cursor)
    assert 0 <= x <= 80
    assert 0 <= y <= 60


def test_a_canvas_without_room_is_survived() -> None:
    w = World()
    w.give(Resized(0, 0))
    w.press("l z q f v V A")
    w.give(Resized(-5, 3))
    assert w.give(Resized(1040, 780)).view == fit((640, 480), (1040, 780))


def test_a_shape_of_an_older_prompt_is_dropped_although_nothing_waits() -> None:
    w = World()
    w.press("q")
    traced = dict(w.session.draft.traced)
    w.give(TraceDone(w.session.draft.ticket - 1, 0, None))
    assert w.session.draft.traced == traced
