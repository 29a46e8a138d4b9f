from __future__ import annotations

import pytest

from session.world import RADII, World
from tui.session.effects import Decode, Encode, Save, Trace
from tui.session.events import Decoded, DecodeFailed, TraceDone
from tui.session.state import Mode, Options
from tui.types.prompt import Point, Prompt


def prompts(w: World) -> list[Prompt]:
    return [effect.prompt for effect in w.asked(Decode) if isinstance(effect, Decode)]


def tickets(w: World) -> list[int]:
    return [effect.ticket for effect in w.asked(Decode) if isinstance(effect, Decode)]


def test_a_positive_point_asks_for_a_mask_at_the_cursor() -> None:
    w = World()
    w.invoke("point.positive")
    assert prompts(w)[0].points == (Point(320.5, 240.5, True),)
    assert prompts(w)[0].previous is None
    assert w.session.mode is Mode.POINTS
    assert w.session.selected_candidate is not None
    assert w.session.draft.selected == 1


def test_negative_points_follow_in_entry_order() -> None:
    w = World()
    w.press("q L")
    w.invoke("point.negative")
    w.press("L q")
    assert [p.positive for p in prompts(w)[-1].points] == [True, False, True]
    assert [p.x for p in prompts(w)[-1].points] == sorted(p.x for p in prompts(w)[-1].points)


def test_a_negative_point_needs_a_mask_to_take_away_from() -> None:
    w = World()
    w.press("e")
    assert not prompts(w)
    assert "start with q or a box (r)" in w.said()


def test_a_segmenter_without_negative_points_says_so() -> None:
    w = World(options=Options(segmenter="tiny", segmenter_limits=frozenset({"negative points"})))
    w.press("q e")
    assert len(prompts(w)) == 1
    assert "tiny cannot take negative points" in w.said()


def test_the_chosen_mask_is_fed_back_while_points_are_appended() -> None:
    w = World()
    w.press("q tab")
    chosen = w.session.selected_candidate
    w.press("l q")
    assert chosen is not None
    assert prompts(w)[-1].previous is chosen.mask


def test_taking_a_point_back_drops_the_mask_that_was_fed_back() -> None:
    w = World()
    w.press("q l q l e")
    w.invoke("point.remove")
    assert prompts(w)[-1].points == prompts(w)[1].points
    assert prompts(w)[-1].previous is None


def test_a_box_drops_the_mask_that_was_fed_back() -> None:
    w = World()
    w.press("q H K r L J r")
    assert prompts(w)[-1].previous is None
    w.press("q")
    assert prompts(w)[-1].previous is not None


def test_while_the_answer_is_on_its_way_the_older_mask_stands_in() -> None:
    w = World()
    w.press("q")
    chosen = w.session.selected_candidate
    w.patient = True
    w.press("l q l q")
    assert chosen is not None
    assert [p.previous for p in prompts(w)[1:]] == [chosen.mask, chosen.mask]


def test_the_first_points_without_an_answer_feed_nothing_back() -> None:
    w = World(patient=True)
    w.settle()
    w.press("q l q")
    assert [p.previous for p in prompts(w)] == [None, None]


def test_a_segmenter_without_mask_input_gets_none() -> None:
    w = World(options=Options(segmenter_limits=frozenset({"mask input"})))
    w.press("q l q")
    assert prompts(w)[-1].previous is None


def test_tickets_only_grow() -> None:
    w = World()
    w.press("q l q b q backspace q f q d d a q q")
    assert tickets(w) == sorted(set(tickets(w)))
    assert len(tickets(w)) == 7


@pytest.mark.parametrize("key", ["backspace", "u", "ctrl+z"])
def test_the_last_point_taken_back_ends_the_prompt(key: str) -> None:
    w = World()
    w.press(f"q {key}")
    assert w.session.draft.empty
    assert not w.session.draft.candidates
    assert w.session.mode is Mode.NAVIGATE


def test_several_points_are_taken_back_at_once() -> None:
    w = World()
    w.press("q l q l q ' 2 backspace")
    assert len(w.session.draft.points) == 1


def test_the_prompt_is_taken_back_in_the_order_it_was_given() -> None:
    w = World()
    w.press("q H K r L J r l e")
    assert (len(w.session.draft.points), w.session.draft.box is None) == (2, False)
    w.press("backspace")
    assert (len(w.session.draft.points), w.session.draft.box is None) == (1, False)
    w.press("backspace")
    assert (len(w.session.draft.points), w.session.draft.box is None) == (1, True)


def test_nothing_to_take_back_is_said() -> None:
    w = World()
    w.press("backspace")
    assert "There is no prompt: q puts a point" in w.said()


def test_clear_drops_prompt_mask_and_the_answer_on_its_way() -> None:
    w = World(patient=True)
    w.settle()
    w.press("q")
    w.invoke("prompt.clear")
    w.settle()
    assert w.session.draft.empty
    assert not w.session.draft.candidates
    w.press("b")
    assert "nothing to clear" in w.said()


def test_candidates_are_cycled_and_traced_when_seen() -> None:
    w = World()
    w.press("q")
    w.forget().invoke("candidate.next")
    assert w.session.draft.selected == 2
    assert isinstance(w.last(Trace), Trace)
    assert set(w.session.draft.traced) == {1, 2}
    w.forget().press("tab tab tab")
    assert w.session.draft.selected == 2
    assert len(w.asked(Trace)) == 1
    w.invoke("candidate.previous")
    assert w.session.draft.selected == 1
    w.press("shift+tab")
    assert w.session.draft.selected == 0


def test_a_trace_that_a_newer_one_replaced_is_asked_again() -> None:
    w = World()
    w.press("q")
    w.patient = True
    w.press("tab tab")
    w.waiting.clear()
    w.press("shift+tab f")
    assert w.session.held
    w.answer(Trace)
    assert not w.session.held
    assert len(w.session.image.instances) == 1
    box = w.session.image.instances[0].shape
    assert box.x1 - box.x0 == 2 * RADII[2]


def test_one_candidate_cannot_be_cycled() -> None:
    w = World(patient=True)
    w.settle()
    w.press("q")
    full = World()
    full.press("q")
    w.give(Decoded(w.session.draft.ticket, full.session.draft.candidates[:1], 0))
    w.press("tab")
    assert "offers one mask only" in w.said()


def test_cycling_without_a_mask_says_what_to_do() -> None:
    w = World(no_masks="too dark")
    w.press("q tab")
    assert "too dark" in w.said()


def test_prompting_works_before_the_embedding_is_there() -> None:
    w = World(patient=True)
    w.settle()
    w.give(DecodeFailed(99, "stale"))
    w.press("d")
    w.answer(*[type(e) for e in w.waiting if not isinstance(e, Encode)])
    assert not w.session.image.encoded
    w.press("q")
    assert prompts(w)


def test_an_image_that_could_not_be_encoded_is_tried_again_by_a_point() -> None:
    w = World(no_embedding="out of memory")
    assert "out of memory" in w.said()
    w.no_embedding = ""
    w.forget().press("q")
    assert [type(effect) for effect in w.effects][:2] == [Encode, Decode]
    assert w.session.image.encode_error == ""


def test_prompting_is_harmless_on_a_read_only_dataset() -> None:
    w = World(options=Options(read_only="the folder cannot be written"))
    w.press("q")
    assert w.session.draft.candidates
    w.press("f")
    assert "the folder cannot be written" in w.said()
    assert not w.asked(Save)


def test_candidates_are_cycled_by_a_count() -> None:
    assert World().press("q ' 2 tab").draft.selected == 0
    assert World().press("q ' 2 shift+tab").draft.selected == 2


def test_the_points_are_walked_and_any_of_them_is_taken_away() -> None:
    w = World()
    w.at(10, 10).press("q")
    w.at(50, 50).press("e")
    w.at(90, 90).press("q")
    w.invoke("point.next")
    assert w.session.cursor == (10.5, 10.5)
    w.at(300, 300)
    w.invoke("point.next")
    assert w.session.cursor == (10.5, 10.5)
    assert "Point 1 of 3, positive, at 10,10: x takes it away" in w.said()
    w.press(".")
    assert "Point 2 of 3, negative" in w.said()
    w.invoke("point.delete")
    assert [p.positive for p in w.session.draft.points] == [True, True]
    assert w.session.draft.previous is None
    w.invoke("point.previous")
    w.press("x")
    assert len(w.session.draft.points) == 1
    w.press("x")
    assert "Nothing else says what to segment: b drops" in w.said()


def test_points_around_a_box_are_taken_back_in_order_after_one_was_taken_away() -> None:
    w = World()
    w.at(10, 10).press("q r")
    w.at(50, 50).press("r q")
    w.at(10, 10).press("x")
    assert w.session.draft.box_at == 0
    w.press("backspace")
    assert not w.session.draft.points
    assert w.session.draft.box is not None
    w.press(",")
    assert "no points, only a box" in w.said()


def test_taking_back_never_leaves_negative_points_alone() -> None:
    w = World()
    w.at(10, 10).press("q")
    w.at(50, 50).press("e")
    w.at(90, 90).press("q")
    w.at(10, 10).press("x")
    assert [p.positive for p in w.session.draft.points] == [False, True]
    w.press("backspace")
    assert w.session.draft.empty


def test_polygons_follow_the_mask_with_fewer_or_more_vertices() -> None:
    w = World(options=Options(task="segment"))
    w.press("q")
    w.invoke("mask.fewer")
    trace = w.last(Trace)
    assert isinstance(trace, Trace)
    assert trace.coarseness == pytest.approx(1.6)
    w.press("tab")
    again = w.last(Trace)
    assert isinstance(again, Trace)
    assert again.coarseness == trace.coarseness
    w.press("q")
    decode = w.last(Decode)
    assert isinstance(decode, Decode)
    assert decode.coarseness == trace.coarseness
    w.invoke("mask.more")
    assert w.session.draft.coarseness == 1
    w.press("' 9 9 - -")
    assert "as few vertices" in w.said()
    w.press("f")
    assert w.session.draft.coarseness == 1
    box = World()
    box.press("q -")
    assert "holds boxes" in box.said()


def test_an_outline_of_another_coarseness_is_stale() -> None:
    w = World(options=Options(task="segment"))
    w.press("q")
    w.patient = True
    w.press("-")
    stale = TraceDone(w.session.draft.ticket, w.session.draft.selected, None)
    w.give(stale)
    assert not w.session.draft.traced
    w.settle()
    assert w.session.draft.traced


def test_the_largest_count_simplifies_as_far_as_it_goes_and_back() -> None:
    w = World(options=Options(task="segment"))
    w.press("q ' 9 9 9 9 -")
    assert w.session.draft.coarseness == pytest.approx(1.6**8)
    w.press("' 9 9 9 9 +")
    assert w.session.draft.coarseness == pytest.approx(1.6**-8)
