"""What a disk gives to those who save on it: room, locks, fsync. Tried out: names of file systems lie."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tui.data.files import why
from tui.data.locks import Kind, lock_kind


@dataclass(frozen=True, slots=True)
class Disk:
    """`locks` is that of `lock_kind`, or why it cannot be told; `fsync` and `folder_fsync` are "works" or why
    not. `free_inodes` is None where the file system does not count them.
    """

    locks: Kind | str
    fsync: str
    folder_fsync: str
    free_bytes: int
    free_inodes: int | None


def examine_disk(folder: Path) -> Disk:
    """Try out the disk of a folder that exists; what is made there for that is gone again."""
    try:
        locks: Kind | str = lock_kind(folder)
    except OSError as error:
        locks = why(error)
    counts = os.statvfs(folder)
    inodes = counts.f_favail if counts.f_files else None
    return Disk(locks, _file_fsync(folder), _folder_fsync(folder), shutil.disk_usage(folder).free, inodes)


def _file_fsync(folder: Path) -> str:
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"ttylabel")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return why(error)
    return "works"


def _folder_fsync(folder: Path) -> str:
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        return why(error)
    try:
        os.fsync(descriptor)
    except OSError as error:
        return why(error)
    finally:
        os.close(descriptor)
    return "works"
