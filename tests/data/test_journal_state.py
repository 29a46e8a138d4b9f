"""Steps between states: any state leads to any other, and a small change is a small record."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.data.journal import pack, unpack
from tui.data.journal_state import Kept, digest_of, relined, step, stepped
from tui.types.instance import Instance
from tui.types.shapes import Box, Polygon

IMAGE = Path("/set/images/caf\udce9.jpg")

numbers = st.floats(-10, 1e4, allow_nan=False)
boxes = st.builds(Box, numbers, numbers, numbers, numbers)
polygons = st.builds(Polygon, st.lists(st.tuples(numbers, numbers), min_size=1, max_size=5).map(tuple))
instances = st.builds(Instance, st.integers(0, 9), boxes | polygons, st.none() | st.text(max_size=8))
annotations = st.lists(instances, max_size=4).map(tuple)
stacks = st.lists(annotations, max_size=3).map(tuple)
states = st.builds(
    Kept, st.tuples(st.integers(1, 99), st.integers(1, 99)), st.text("0123abc", max_size=4), annotations,
    annotations, stacks, stacks,
)  # fmt: skip


def read_back(record: Any) -> dict[str, object]:
    (back,), _ = unpack(pack(record))
    return dict(back)


@given(st.none() | states, states)
def test_a_step_leads_from_any_state_to_any_other(before: Kept | None, after: Kept) -> None:
    record = step(IMAGE, before, after)
    if record is None:
        assert before == after
    else:
        back = read_back(record)
        assert back["i"] == str(IMAGE)
        assert stepped(before, back) == after


@given(states, annotations)
def test_undo_and_redo_of_a_long_history_are_short_records(start: Kept, new: tuple[Instance, ...]) -> None:
    edited = replace(start, instances=new, past=(*start.past, start.instances), future=())
    undone = replace(edited, instances=start.instances, past=start.past, future=(new,))
    for before, after in ((start, edited), (edited, undone), (undone, edited)):
        record = step(IMAGE, before, after)
        assert record is None or stepped(before, read_back(record)) == after


def test_one_object_of_many_is_one_object_in_the_record() -> None:
    many = tuple(Instance(0, Box(i, i, i + 1, i + 1), f"line {i}") for i in range(1000))
    moved = (*many[:500], replace(many[500], shape=Box(0, 0, 9, 9), source=None), *many[501:])
    history = tuple(many[:i] for i in range(50))
    before = Kept((10, 10), "d", many, many, history)
    record = step(IMAGE, before, replace(before, instances=moved, past=(*history, many)))
    assert record is not None
    assert len(pack(record)) < 200
    assert set(record) == {"k", "i", "n", "p"}


def test_no_change_is_no_record() -> None:
    kept = Kept((1, 1), "a", (Instance(0, Box(0, 0, 1, 1)),))
    assert step(IMAGE, kept, kept) is None
    assert step(IMAGE, None, Kept()) is not None


@pytest.mark.parametrize(
    "record",
    [
        {"n": [1, 0, []]},
        {"n": [-1, 0, []]},
        {"n": [0, 1, []]},
        {"n": [0, 0, [["0", None, [0, 0, 1, 1]]]]},
        {"n": [0, 0, [[0, 5, [0, 0, 1, 1]]]]},
        {"n": [0, 0, [[0, None, [0, 0, 1]]]]},
        {"p": [1, []]},
        {"p": [-1, []]},
        {"d": 5},
        {"wh": [1]},
        {"wh": ["x", 1]},
    ],
)
def test_a_record_that_does_not_follow_is_refused(record: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError, IndexError)):
        stepped(None, record)


def test_dirty_is_a_difference_from_the_label_file() -> None:
    one = Instance(0, Box(0, 0, 1, 1), "line")
    assert not Kept(instances=(one,), saved=(replace(one, shape=Box(0, 0, 1, 1.001)),)).dirty
    assert Kept(instances=(one,)).dirty
    assert not Kept().dirty


def test_written_lines_are_taken_over_once_each_by_class_and_shape() -> None:
    a, b = Instance(0, Box(0, 0, 1, 1)), Instance(1, Box(0, 0, 1, 1))
    written = (replace(a, source="first"), replace(a, source="second"), replace(b, source="b"))
    assert [i.source for i in relined((a, b, a, a), written)] == ["first", "b", "second", None]
    kept = replace(a, source="old", class_id=7)
    assert relined((kept,), written) == (kept,)


def test_digests_tell_no_file_from_an_empty_one() -> None:
    assert digest_of(None) == ""
    assert digest_of(b"") != ""
    assert digest_of(b"a") != digest_of(b"b")
    assert len(digest_of(b"a")) == 32


def test_a_step_says_only_what_changed_and_where() -> None:
    a, b, c = (Instance(k, Box(k, 0, k + 1, 1)) for k in range(3))
    polygon = Instance(5, Polygon(((0, 0), (1, 0), (1, 1))), "line")
    before = Kept((4, 3), "d", (a, b), (a,), ((a,),), ())
    after = Kept((4, 3), "e", (a, polygon, b), (a, b), ((a,), (a, b)), ((c,),))
    record = step(IMAGE, before, after)
    assert record == {
        "k": "edit",
        "i": str(IMAGE),
        "d": "e",
        "n": [1, 1, [[5, "line", [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]]]]],
        "s": [1, 0, [[1, None, [1, 0, 2, 1]]]],
        "p": [1, [[2, 0, []]]],
        "f": [0, [[0, 0, [[2, None, [2, 0, 3, 1]]]]]],
    }
    assert stepped(before, record) == after
    assert step(IMAGE, None, Kept((4, 3))) == {"k": "edit", "i": str(IMAGE), "wh": [4, 3]}


@pytest.mark.parametrize(
    "change",
    [
        [3, 0, []],
        [0, 3, []],
        [2, 1, []],
        [1, 2, []],
        [-1, 1, []],
        [1, -1, []],
        [0, 0, [["0", None, [0, 0, 1, 1]]]],
        [0, 0, [[1.5, None, [0, 0, 1, 1]]]],
        [0, 0, [[0, 7, [0, 0, 1, 1]]]],
        [0, 0, [[0, None, []]]],
        [0, 0, [[0, None, [0, 0, 1, 1, 1]]]],
        [0, 0],
    ],
)
def test_a_change_of_other_instances_is_refused(change: list[object]) -> None:
    a, b = Instance(0, Box(0, 0, 1, 1)), Instance(1, Box(0, 0, 1, 1))
    for key in ("n", "s"):
        with pytest.raises((TypeError, ValueError)):
            stepped(Kept(instances=(a, b), saved=(a, b)), {key: change})


@pytest.mark.parametrize("change", [[3, []], [-1, []], [0, [[3, 0, []]]], [0]])
def test_a_change_of_another_history_is_refused(change: list[object]) -> None:
    a = Instance(0, Box(0, 0, 1, 1))
    before = Kept(instances=(a,), past=((), (a,)), future=((), (a,)))
    for key in ("p", "f"):
        with pytest.raises((TypeError, ValueError)):
            stepped(before, {key: change})


def test_a_change_at_the_edges_is_none_of_another() -> None:
    a, b = Instance(0, Box(0, 0, 1, 1)), Instance(1, Box(0, 0, 1, 1))
    before = Kept(instances=(a, b), past=((a,), (b,)))
    assert stepped(before, {"n": [1, 1, []]}).instances == (a, b)
    assert stepped(before, {"n": [2, 0, []]}).instances == (a, b)
    assert stepped(before, {"n": [0, 2, [[3, None, [0, 0, 1, 1]]]]}).instances[1:] == (a, b)
    assert stepped(before, {"p": [2, []]}).past == ((a,), (b,))
    assert stepped(before, {"p": [1, [[0, 1, []]]]}).past == ((a,), (b,))
    assert stepped(before, {"wh": [7, 8]}).wh == (7, 8)
    assert stepped(before, {"d": "x"}) == replace(before, digest="x")


def test_a_digest_is_128_bits_of_blake2() -> None:
    assert digest_of(b"abc") == "cf4ab791c62b8d2b2109c90275287816"
