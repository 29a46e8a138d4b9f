"""What a disk gives, tried out."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from tui.data.disks import examine_disk


def test_an_ordinary_disk(tmp_path: Path) -> None:
    disk = examine_disk(tmp_path)
    assert (disk.locks, disk.fsync, disk.folder_fsync) == ("works", "works", "works")
    assert disk.free_bytes > 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("folders", [True, False])
def test_a_disk_without_fsync_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folders: bool) -> None:
    real = os.fsync

    def fsync(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode) is folders:
            raise OSError(errno.EINVAL, "Invalid argument")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    disk = examine_disk(tmp_path)
    assert (disk.fsync, disk.folder_fsync) == (
        ("works", "invalid argument") if folders else ("invalid argument", "works")
    )


def test_what_cannot_be_tried_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> int:
        raise OSError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("tui.data.disks.lock_kind", refused)
    monkeypatch.setattr(os, "open", refused)
    disk = examine_disk(tmp_path)
    assert disk.locks == disk.fsync == disk.folder_fsync == "permission denied"
