from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from hypothesis import given
from hypothesis import strategies as st

from session.world import World, boxes
from tui.session.edit import (
    autosaved,
    edited,
    put_away,
    redone,
    same_annotation,
    saving,
    sourced,
    taken_up,
    undone,
    unsaved_images,
    with_entry,
    without,
)
from tui.session.effects import Save
from tui.session.state import History, ImageState, Options, Session
from tui.types.instance import Instance
from tui.types.shapes import Box

shapes = st.sampled_from([Box(0, 0, n, n) for n in range(1, 4)])
instances = st.lists(
    st.builds(Instance, st.integers(0, 1), shapes, st.none() | st.sampled_from("ab")), max_size=5
).map(tuple)


def bare(each: tuple[Instance, ...]) -> list[tuple[int, object]]:
    return [(i.class_id, i.shape) for i in each]


@given(st.lists(instances, min_size=1, max_size=6), instances)
def test_undo_inverts_and_redo_restores(
    changes: list[tuple[Instance, ...]], saved: tuple[Instance, ...]
) -> None:
    start = Session(image=ImageState(0, instances=(), saved=()))
    session = start
    for change in changes:
        session = edited(session, change)
    end = session
    for _ in changes:
        session = undone(session)
    assert session.image.instances == start.image.instances
    assert not session.image.history.past
    for _ in changes:
        session = redone(session)
    assert session.image.instances == end.image.instances
    assert session.image.history.past == end.image.history.past


@given(instances, instances)
def test_sourcing_takes_each_saved_twin_once_and_keeps_classes_and_order(
    current: tuple[Instance, ...], saved: tuple[Instance, ...]
) -> None:
    after = sourced(current, saved)
    assert [i.class_id for i in after] == [i.class_id for i in current]
    for old, new in zip(current, after, strict=True):
        assert new is old or new.shape == old.shape or new.source == old.source
    assert sum(any(n is s for s in saved) for n in after) <= len(saved) or not saved


@given(instances)
def test_sourcing_from_its_own_saved_form_gives_that_form(current: tuple[Instance, ...]) -> None:
    saved = tuple(
        replace(i, source=f"line {n}") for n, i in enumerate(replace(i, source=None) for i in current)
    )
    fresh = tuple(replace(i, source=None) for i in saved)
    assert sourced(fresh, saved) == saved
    assert sourced(saved, saved) == saved


def test_an_instance_is_found_by_its_line_even_if_reading_rounded_its_shape() -> None:
    before = Instance(0, Box(1, 1, 2.0000001, 2), "line")
    after = Instance(0, Box(1, 1, 2, 2), "line")
    assert sourced((before,), (after,))[0] is after


def test_an_edited_instance_keeps_no_line() -> None:
    moved = Instance(0, Box(5, 5, 9, 9))
    assert sourced((moved,), boxes((1, 1, 2, 2))) == (moved,)


def test_two_tuples_say_the_same() -> None:
    a = boxes((1, 1, 2, 2))
    assert same_annotation(a, (replace(a[0], source=None),))
    assert same_annotation(a, (replace(a[0], shape=Box(1, 1, 2.0001, 2)),))
    assert not same_annotation(a, (replace(a[0], class_id=1),))
    assert not same_annotation(a, (Instance(0, Box(1, 1, 3, 2)),))
    assert not same_annotation(a, ())


def test_each_save_has_a_new_revision_and_forgets_the_old_error() -> None:
    session = replace(Session(), save_errors=MappingProxyType({0: "full", 5: "full"}))
    session, first = saving(session, 0, ())
    session, second = saving(session, 0, ())
    assert (first.revision, second.revision) == (1, 2)
    assert session.saving == {0: 2}
    assert session.save_errors == {5: "full"}


def test_autosave_follows_the_wish() -> None:
    assert autosaved(Session())[1] == (Save(0, (), 1),)
    assert autosaved(Session(options=Options(autosave=False)))[1] == ()


def test_what_is_on_its_way_counts_as_unsaved() -> None:
    session = World().session
    assert not unsaved_images(session)
    session, _ = saving(session, 0, ())
    assert unsaved_images(session) == {0: ()}


def test_leaving_keeps_the_unsaved_and_the_history() -> None:
    w = World(options=Options(autosave=False))
    w.press("q f")
    session = put_away(w.session)
    assert session.unsaved == {0: w.session.image.instances}
    assert session.histories[0].present == w.session.image.instances
    clean = put_away(World().session)
    assert not clean.unsaved
    assert not clean.histories


def test_an_image_that_never_arrived_leaves_nothing_behind() -> None:
    assert put_away(Session()).unsaved == {}


def test_a_history_is_taken_up_only_by_the_annotation_it_belongs_to() -> None:
    held = boxes((1, 1, 2, 2))
    history = History(past=((),), present=held)
    assert taken_up(ImageState(0, instances=held), history).history.past == ((),)
    assert taken_up(ImageState(0, instances=()), history).history == History()
    assert taken_up(ImageState(0, instances=held), None).history == History()


def test_mappings_are_never_changed_in_place() -> None:
    first = with_entry({}, 1, "a")
    second = with_entry(first, 2, "b")
    assert first == {1: "a"}
    assert without(second, 1) == {2: "b"}
    assert second == {1: "a", 2: "b"}
    assert without(first, 9) is first
