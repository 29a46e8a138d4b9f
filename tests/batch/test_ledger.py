"""The ledger: what is done stays done, and what is not counted as done."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tui.batch.ledger import ATTEMPTS, Ledger, held, identity
from tui.batch.recipe import Result, Task
from tui.errors import HeldError


@pytest.fixture
def task(tmp_path: Path) -> Task:
    (tmp_path / "a.jpg").write_bytes(b"picture")
    (tmp_path / "a.txt").write_text("0 0.5 0.5 0.1 0.1\n")
    return Task("a.jpg", str(tmp_path / "a.jpg"), str(tmp_path / "a.txt"))


def test_what_was_entered_is_done_for_the_next_run(tmp_path: Path, task: Task) -> None:
    result = Result(task.key, "labelled", objects=3)
    Ledger(tmp_path / "l").enter(task, result)
    again = Ledger(tmp_path / "l")
    assert again.done(task) == result
    assert len(again) == 1
    assert Ledger(tmp_path / "other").done(task) is None


def test_another_image_under_the_same_name_is_not_done(tmp_path: Path, task: Task) -> None:
    Ledger(tmp_path / "l").enter(task, Result(task.key, "nothing"))
    os.utime(task.image, ns=(1, 1))
    assert Ledger(tmp_path / "l").done(task) is None


def test_labels_that_were_deleted_are_made_again(tmp_path: Path, task: Task) -> None:
    ledger = Ledger(tmp_path / "l")
    ledger.enter(task, Result(task.key, "labelled", objects=1))
    Path(task.label).unlink()
    assert ledger.done(task) is None
    ledger.enter(task, Result(task.key, "nothing"))
    assert ledger.done(task) is not None


def test_s2_a_failure_is_tried_again_and_then_left_out(tmp_path: Path, task: Task) -> None:
    failed = Result(task.key, "failed", "it is damaged")
    for _ in range(ATTEMPTS):
        ledger = Ledger(tmp_path / "l")
        assert ledger.done(task) is None
        ledger.enter(task, failed)
    assert Ledger(tmp_path / "l").done(task) == failed
    os.utime(task.image, ns=(1, 1))  # repaired
    assert Ledger(tmp_path / "l").done(task) is None


def test_a_final_failure_is_left_out_at_once(tmp_path: Path, task: Task) -> None:
    Ledger(tmp_path / "l").enter(task, Result(task.key, "failed", "crashed"), final=True)
    assert Ledger(tmp_path / "l").done(task) is not None


def test_an_image_that_is_gone_has_an_identity_too(task: Task) -> None:
    assert identity(Task("x", "/no/such/file", "/no")) == ""
    assert identity(task).startswith("7 ")


_HOLDER = "import sys; sys.stdin.read()"


def test_s5_a_share_is_held_once_and_as_long_as_a_worker_that_inherited_it(tmp_path: Path) -> None:
    with held(tmp_path, "share", wait=0) as lock:
        with pytest.raises(HeldError), held(tmp_path, "share", wait=0):
            pass
        with held(tmp_path, "other share", wait=0):
            pass
        orphan = subprocess.Popen([sys.executable, "-c", _HOLDER], stdin=subprocess.PIPE, pass_fds=(lock,))
    with pytest.raises(HeldError), held(tmp_path, "share", wait=0):
        pass
    orphan.communicate()
    with held(tmp_path, "share", wait=0):
        pass
