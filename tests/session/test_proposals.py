from __future__ import annotations

from dataclasses import replace

from tui.session.proposals import (
    KEPT_IMAGES,
    Kind,
    Proposals,
    Proposed,
    Run,
    arrived,
    put_off,
    renumbered,
    taken_up,
    unrepeated,
)
from tui.types.instance import Instance
from tui.types.shapes import Box


def one(key: int, box: Box, kind: Kind = "detector", class_id: int | None = None) -> Proposed:
    return Proposed(key, kind, box, 0.5, "maker", class_id)


A, B, NEAR_A = Box(0, 0, 100, 100), Box(200, 0, 300, 100), Box(0, 0, 100, 90)


def keys(proposals: Proposals) -> list[int]:
    return [each.key for each in proposals.offered]


def test_found_is_added_and_gone_is_taken_off() -> None:
    first = arrived(Proposals(run=Run("everything")), (one(1, A), one(2, B)), (), ())
    second = arrived(first, (one(3, Box(0, 200, 50, 250)),), {1}, ())
    assert keys(second) == [2, 3]
    assert second.run is not None
    assert (second.run.found, second.run.repeated) == (2, 0)


def test_what_repeats_an_instance_is_left_out_and_counted() -> None:
    after = arrived(Proposals(run=Run("detector")), (one(1, NEAR_A), one(2, B)), (), (Instance(3, A),))
    assert keys(after) == [2]
    assert after.run is not None
    assert after.run.repeated == 1


def test_a_better_shape_for_an_instance_does_not_repeat_it() -> None:
    old = Instance(0, A)
    better = replace(one(1, NEAR_A, "tighten"), replaces=old)
    assert keys(arrived(Proposals(), (better,), (), (old,))) == [1]
    assert unrepeated((better, one(2, NEAR_A)), (old,)) == (better,)


def test_of_two_runs_that_agree_the_one_with_a_class_stays() -> None:
    classless, named = one(1, A, "everything"), one(2, NEAR_A, "detector", 4)
    assert keys(arrived(arrived(Proposals(), (classless,), (), ()), (named,), (), ())) == [2]
    assert keys(arrived(arrived(Proposals(), (named,), (), ()), (classless,), (), ())) == [2]


def test_one_run_may_offer_what_overlaps() -> None:
    assert keys(arrived(Proposals(), (one(1, A), one(2, NEAR_A)), (), ())) == [1, 2]


def test_what_is_open_waits_at_its_image() -> None:
    here = arrived(Proposals(ticket=4, text="cat"), (one(1, A),), (), ())
    away = put_off(here, 7)
    assert (away.offered, away.ticket, away.text) == ((), 5, "cat")
    assert keys(taken_up(away, 7)) == [1]
    assert not taken_up(away, 7).kept
    assert keys(taken_up(renumbered(away, lambda index: index + 1), 8)) == [1]


def test_an_empty_offer_is_not_kept_and_old_ones_are_forgotten() -> None:
    proposals = Proposals()
    for index in range(KEPT_IMAGES + 5):
        proposals = put_off(arrived(proposals, (one(index, A),), (), ()), index)
    assert list(proposals.kept) == list(range(5, KEPT_IMAGES + 5))
    again = taken_up(proposals, 5)
    assert 5 in put_off(again, 5).kept
    assert 5 not in put_off(again.without({5}), 5).kept
    assert 999 not in put_off(Proposals(), 999).kept


def test_what_was_decided_before_it_was_taken_off_still_counts_as_found() -> None:
    first = arrived(Proposals(run=Run("everything")), (one(1, A),), (), ())
    second = arrived(first.without({1}), (), {1}, ())
    assert second.run is not None
    assert second.run.found == 1
