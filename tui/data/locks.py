"""The lock under which a label file is compared and replaced.

It is an flock on the folder itself: no file is left behind, and every user and program of this host that
plays by it meets the same lock. Where a file system has no such lock, or grants it to everybody (some network
disks), a lock file in the user's state directory stands in; it covers the sessions of that user on that host.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import filelock

from tui.config import state_dir
from tui.errors import SaveError

LOCK_TIMEOUT = 10.0
"""Seconds to wait for another save in the same folder."""

_NO_FLOCK = frozenset((errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS, errno.EBADF, errno.EINVAL))

Kind = Literal["works", "absent", "pretends"]

_kinds: dict[int, Kind] = {}


@contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """Hold a folder against everybody else who locks it. Raises SaveError after `LOCK_TIMEOUT`, OSError."""
    descriptor = _open(folder)
    try:
        if _flock(descriptor, folder):
            yield
        else:
            with _user_lock(folder):
                yield
    finally:
        os.close(descriptor)


def lock_kind(folder: Path) -> Kind:
    """What an flock on this folder's disk is worth. Raises OSError; looks only once at each disk."""
    device = folder.stat().st_dev
    if device not in _kinds:
        _kinds[device] = _probe(folder)
    return _kinds[device]


def _probe(folder: Path) -> Kind:
    """Take it twice, by two ways in: the second must be refused."""
    first, second = _open(folder), _open(folder)
    try:
        for descriptor in (first, second):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:  # by ourselves, or by another program: refused it is
        return "works"
    except OSError as error:
        if error.errno in _NO_FLOCK:
            return "absent"
        raise
    finally:
        os.close(first)
        os.close(second)
    return "pretends"


def _open(folder: Path) -> int:
    return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)


def _flock(descriptor: int, folder: Path) -> bool:
    """True once the folder is locked, False where its disk has no locks to rely on."""
    if lock_kind(folder) != "works":
        return False
    deadline = time.monotonic() + LOCK_TIMEOUT
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > deadline:
                raise _held(folder) from error
            time.sleep(0.01)
        else:
            return True


@contextmanager
def _user_lock(folder: Path) -> Iterator[None]:
    locks = state_dir() / "locks"
    locks.mkdir(parents=True, exist_ok=True)
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:32]
    try:
        with filelock.FileLock(locks / f"{name}.lock", timeout=LOCK_TIMEOUT):
            yield
    except filelock.Timeout as error:
        raise _held(folder) from error


def _held(folder: Path) -> SaveError:
    return SaveError(f"Not saved: another program is writing in {folder}", "", "Save again in a moment")
