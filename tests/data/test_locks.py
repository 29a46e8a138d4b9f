"""The folder lock: refused while held, replaced where a disk has none or grants it to everybody."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tui.data import locks
from tui.data.atomic import write_checked
from tui.data.locks import folder_lock, lock_kind
from tui.errors import SaveError


@pytest.fixture(autouse=True)
def _unprobed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "_kinds", {})
    monkeypatch.setattr(locks, "LOCK_TIMEOUT", 0.05)


def test_a_held_lock_ends_in_words(tmp_path: Path) -> None:
    assert lock_kind(tmp_path) == "works"
    with folder_lock(tmp_path), pytest.raises(SaveError, match="another program is writing"):
        write_checked(tmp_path / "a.txt", b"new", expected=None)
    write_checked(tmp_path / "a.txt", b"new", expected=None)


def replace_flock(patch: pytest.MonkeyPatch, on_folders: Callable[[], None]) -> None:
    """Folders answer an flock their own way; lock files as usual."""
    real = locks.fcntl.flock

    def flock(descriptor: int, operation: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            on_folders()
        else:
            real(descriptor, operation)

    patch.setattr(locks.fcntl, "flock", flock)


def refuse(code: int) -> None:
    raise OSError(code, "no locks")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        pytest.param(lambda: refuse(errno.ENOLCK), "absent", id="ENOLCK"),
        pytest.param(lambda: refuse(errno.ENOSYS), "absent", id="ENOSYS"),
        pytest.param(lambda: None, "pretends", id="always succeeds"),
    ],
)
def test_c8_without_locks_to_rely_on_a_lock_file_of_the_user_stands_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: Callable[[], None], kind: str
) -> None:
    folder = tmp_path / "labels"
    folder.mkdir()
    replace_flock(monkeypatch, answer)
    assert lock_kind(folder) == kind
    assert write_checked(folder / "a.txt", b"new", expected=None)
    assert [p.name for p in folder.iterdir()] == ["a.txt"]
    with folder_lock(folder), pytest.raises(SaveError, match="another program is writing"):
        write_checked(folder / "a.txt", b"newer", expected=b"new")


def test_c8_a_disk_that_fails_is_not_taken_for_one_without_locks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_flock(monkeypatch, lambda: refuse(errno.EIO))
    with pytest.raises(SaveError):
        write_checked(tmp_path / "a.txt", b"new", expected=None)
    assert not (tmp_path / "a.txt").exists()
