"""A change of classes as a file: numbers, interruption, files that others changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.data.class_plan import (
    Moves,
    Plan,
    Rewrite,
    again,
    begin,
    carry_out,
    end,
    plan_file,
    read_plan,
    unfinished,
)
from tui.errors import ConfigError, ConflictError, SaveError

PLAN = Plan(
    ("merge", "b", "a"),
    ("a", "b"),
    ("a",),
    Moves((1,), 0),
    (
        Rewrite("labels/1.txt", b"1 \xff\n", b"0 \xff\n", 1, ("images/1.png",)),
        Rewrite("labels/2.txt", b"1\n", b"0\n", 1),
        Rewrite("classes.txt", b"a\nb\n", b"a\n", 0, is_list=True),
    ),
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for file in PLAN.files:
        path = tmp_path / file.path
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(file.before or b"")
    return tmp_path


def content(root: Path) -> dict[str, bytes]:
    return {file.path: (root / file.path).read_bytes() for file in PLAN.files}


DONE = {file.path: file.after for file in PLAN.files}


def carry(root: Path, plan: Plan = PLAN) -> list[str]:
    return [file.path for file in carry_out(root, plan, (root / "classes.txt",))]


@given(st.sets(st.integers(0, 6), max_size=4), st.none() | st.just(7), st.integers(-1, 12))
def test_numbers_follow_their_names(gone: set[int], into: int | None, class_id: int) -> None:
    names = [f"n{i}" for i in range(13)]
    left = [name for i, name in enumerate(names) if i not in gone]
    new = Moves(tuple(sorted(gone)), into)(class_id)
    if class_id < 0:
        assert new == class_id
    elif class_id not in gone:
        assert new is not None
        assert left[new] == names[class_id]
    else:
        assert new == (None if into is None else left.index(names[into]))


def test_what_is_kept_reads_back_also_bytes_that_are_no_text(root: Path) -> None:
    assert unfinished(root) == ""
    begin(root, PLAN)
    assert read_plan(root) == PLAN
    assert "`ttylabel classes PATH merge --write b a` finishes it" in unfinished(root)


@pytest.mark.parametrize("done", range(4))
def test_cut_off_after_any_file_it_is_finished_by_the_next(root: Path, done: int) -> None:
    begin(root, PLAN)
    steps = carry_out(root, PLAN, (root / "classes.txt",))
    for _ in range(done):
        next(steps)
    steps.close()
    assert unfinished(root)
    assert (content(root) == DONE) == (done == 3)
    assert carry(root, read_plan(root)) == list(DONE)
    assert content(root) == DONE
    kept = end(root)
    assert not unfinished(root)
    assert json.loads(kept.read_bytes())["files"][1]["before"] == "1\n"


def test_a_file_that_somebody_changed_is_left_and_the_plan_stays(root: Path) -> None:
    begin(root, PLAN)
    (root / "labels/1.txt").write_bytes(b"7\n")
    with pytest.raises(ConflictError, match=r"1\.txt changed on disk meanwhile.*unfinished\.json"):
        carry(root)
    assert content(root) == DONE | {"labels/1.txt": b"7\n"}
    (root / "labels/1.txt").unlink()
    assert carry(root) == ["labels/2.txt", "classes.txt"]


def test_a_signal_ends_it_between_two_files(root: Path) -> None:
    assert list(carry_out(root, PLAN, (), stopped=lambda: True)) == []


@pytest.mark.parametrize("is_list", [True, False])
def test_a_plan_cannot_write_elsewhere(
    root: Path, tmp_path_factory: pytest.TempPathFactory, is_list: bool
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "x.txt"
    outside.write_bytes(b"old")
    plan = Plan((), (), (), Moves(), (Rewrite(str(outside), b"old", b"new", 1, is_list=is_list),))
    with pytest.raises(SaveError):
        carry(root, plan)
    assert outside.read_bytes() == b"old"


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"version": 2}', '{"version": 1, "moves": 3}', "[" * 90000]
)
def test_a_plan_that_cannot_be_read_is_said_and_keeps_the_dataset_for_viewing(root: Path, text: str) -> None:
    plan_file(root).parent.mkdir(parents=True)
    plan_file(root).write_text(text)
    with pytest.raises(ConfigError, match="cannot be used"):
        read_plan(root)
    assert "its plan" in unfinished(root)


@pytest.mark.parametrize(
    ("words", "command"),
    [
        (("rename", "a b", "c"), "rename --write 'a b' c"),
        (("delete", "-x"), "delete --write -- -x"),
        (("delete", "--labels", "drop", "-x"), "delete --write --labels drop -- -x"),
    ],
)
def test_the_command_that_finishes_it_can_be_pasted(words: tuple[str, ...], command: str) -> None:
    assert command in again(words)
