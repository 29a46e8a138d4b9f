"""Somebody else's labels come under what a person has in hand."""

from __future__ import annotations

from session.invariants import check
from session.world import World, boxes
from tui.session.events import LabelsChanged, Restored
from tui.session.state import Mode
from tui.types.instance import Instance

A, B, C = boxes((10, 10, 60, 60), (100, 100, 160, 160), (300, 300, 380, 380))


def world(keys: str) -> World:
    w = World(labels={0: (A, B)})
    w.press(keys)
    return w


def change(w: World, *theirs: Instance) -> None:
    w.labels[0] = theirs
    w.give(LabelsChanged(0, theirs, True))
    check(w.session)


def test_the_instance_in_hand_is_found_again() -> None:
    w = world("n n w")
    change(w, C, A, B)
    assert (w.session.mode, w.session.selection) == (Mode.EDIT, 2)
    w = world("n . escape n n ,")
    change(w, C, B, A)
    assert (w.session.hidden, w.session.marked) == ({2}, {1})


def test_editing_ends_when_the_instance_is_gone() -> None:
    for keys in ("n w", "n w space 5", "n w f"):
        w = world(keys)
        change(w, B)
        assert (w.session.mode, w.session.grid, w.session.selection) == (Mode.NAVIGATE, None, None)
    w = world("n w")
    w.give(Restored(0, (640, 480), (C,)))
    check(w.session)
    assert w.session.mode is Mode.NAVIGATE


def test_hints_close_because_their_letters_stand_on_what_was_there() -> None:
    w = world("f")
    assert w.session.mode is Mode.HINTS
    change(w)
    assert w.session.mode is Mode.NAVIGATE
    w.press("j")
    check(w.session)


def test_a_mask_made_for_one_instance_never_takes_the_place_of_another() -> None:
    w = world("n n C")
    change(w, C, B)
    w.press("f")
    assert [one.shape for one in w.session.image.instances[:1]] == [C.shape]
    assert len(w.session.image.instances) == 2
    w = world("n n C")
    change(w, A, C)
    w.press("f")
    assert [one.shape for one in w.session.image.instances[:2]] == [A.shape, C.shape]
    assert len(w.session.image.instances) == 3


def test_choosing_between_two_versions_ends_editing_what_is_not_chosen() -> None:
    w = World(labels={0: (A, B)}, theirs=(C,))
    w.press("n x")
    w.press("n w")
    w.invoke("conflict.take", "theirs")
    check(w.session)
    assert w.session.mode is Mode.NAVIGATE
    assert w.session.image.instances == (C,)
