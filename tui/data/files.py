"""Reading files that may be anything: a pipe, a device, a folder, a terabyte."""

from __future__ import annotations

import errno
import os
import stat
from itertools import islice
from pathlib import Path
from typing import BinaryIO

_WORDS = {
    errno.ENOENT: "it is gone",
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
    errno.ELOOP: "its links run in a circle",
    errno.EISDIR: "it is a folder",
    errno.ENAMETOOLONG: "its name is too long",
    errno.ESTALE: "the network disk lost it",
    errno.EIO: "the disk reports a read error",
}


SMALL_FOLDER = 2_000
"""Entries; a larger folder holds images, and reading all its names would delay the first one."""


class NotRegularError(OSError):
    """The path is a folder, a pipe, a socket or a device."""


def open_regular(path: Path) -> BinaryIO:
    """Open a regular file for reading; never blocks on a pipe. Raises OSError (NotRegularError)."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except ValueError as error:  # a NUL in the name
        raise OSError(errno.EINVAL, str(error)) from error
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return os.fdopen(descriptor, "rb")
    os.close(descriptor)
    if stat.S_ISDIR(mode):
        raise NotRegularError(errno.EISDIR, "it is a folder")
    raise NotRegularError(errno.EINVAL, "it is not a regular file")


def read_regular(path: Path, limit: int) -> bytes:
    """All bytes of a regular file, but at most `limit` + 1: more than `limit` says that it is too large."""
    with open_regular(path) as file:
        return file.read(limit + 1)


def small_listing(folder: Path, suffixes: tuple[str, ...]) -> list[Path]:
    """Files with these suffixes in a folder, sorted; none where the folder is large or cannot be read."""
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in islice(entries, SMALL_FOLDER + 1)]
    except OSError:
        return []
    found = sorted(name for name in names if name.endswith(suffixes) and not name.startswith("."))
    return [folder / name for name in found] if len(names) <= SMALL_FOLDER else []


def why(error: OSError) -> str:
    """The cause in words for a person."""
    known = None if isinstance(error, NotRegularError) else _WORDS.get(error.errno or 0)
    return known or (error.strerror or str(error)).lower()
