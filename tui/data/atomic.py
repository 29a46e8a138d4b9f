"""Replacing a file so that a reader, a crash or a power cut finds the old bytes or the new, never a mix.

Write a temporary file beside the target, fsync it, rename it over the target, fsync the folder. The bytes on
disk are compared with the bytes last read while the folder is locked (`tui.data.locks`), so two sessions
cannot overwrite each other unseen.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import socket
import stat
from contextlib import suppress
from pathlib import Path

from tui.data.files import read_regular, why
from tui.data.locks import folder_lock
from tui.errors import ConflictError, SaveError

_TEMPORARY = re.compile(r"\..+\.(?P<pid>\d+)\.(?P<host>[0-9a-f]{8})[0-9a-f]{8}\.tmp", re.DOTALL)
_HOST = hashlib.sha256(socket.gethostname().encode()).hexdigest()[:8]


def write_atomic(path: Path, data: bytes, *, root: Path | None = None) -> None:
    """Replace `path` durably, whatever it held. Raises SaveError; the old content is then still there.

    With `root`, a path that leads out of that folder (through links) is refused.
    """
    try:
        target = _target(path, root)
        _make_folder(target.parent, root)
        _replace(target, data)
    except OSError as error:
        raise _save_error(path, error, len(data)) from error


def write_checked(path: Path, data: bytes, *, expected: bytes | None, root: Path | None = None) -> bool:
    """`write_atomic`, but only over the content last read: `expected`, or None for "there was no file".

    Returns False, without touching anything, when the file already holds `data`. Raises ConflictError when
    it holds something else than expected, SaveError when it cannot be written.
    """
    try:
        target = _target(path, root)
        _make_folder(target.parent, root)
        with folder_lock(target.parent):
            current = _current(target, max(len(data), len(expected or b"")))
            if current == data:
                return False
            if current != expected:
                gone = "it was deleted" if current is None else "another program wrote it"
                raise ConflictError(
                    f"Not saved: {path.name} changed on disk since it was read", gone, "Load the image again"
                )
            _replace(target, data)
    except OSError as error:
        raise _save_error(path, error, len(data)) from error
    return True


def sweep(folder: Path) -> int:
    """Remove temporary files that dead processes of this host left in `folder`; returns how many."""
    removed = 0
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            match = _TEMPORARY.fullmatch(entry.name)
            if match and match["host"] == _HOST and not is_alive(int(match["pid"])):
                with suppress(OSError):
                    Path(entry.path).unlink()
                    removed += 1
    return removed


def _target(path: Path, root: Path | None) -> Path:
    """Where the bytes go: through links, which must end inside `root`."""
    try:
        folder = path.parent.resolve()
        target = path.resolve(strict=True) if path.is_symlink() else folder / path.name
    except (OSError, RuntimeError) as error:
        broken = (
            "it is a link that leads nowhere"
            if isinstance(error, FileNotFoundError)
            else "its links run in a circle"
        )
        raise SaveError(f"Not saved: {path}", broken, "Repair or remove the link") from error
    if root is not None and not target.is_relative_to(root.resolve()):
        raise SaveError(
            f"Not saved: {path}",
            f"it leads outside the dataset, to {target}",
            "Name that folder with --labels-dir",
        )
    return target


def _make_folder(folder: Path, root: Path | None) -> None:
    """Create missing folders below `root`, durably; a root that is gone is not brought back."""
    if folder.is_dir():
        return
    if root is not None and not root.is_dir():
        raise SaveError(f"Not saved: the folder {root} is gone")
    missing = [folder, *(parent for parent in folder.parents if not parent.exists())]
    folder.mkdir(parents=True, exist_ok=True)
    for made in missing:
        sync_folder(made.parent)


def _current(target: Path, expected_size: int) -> bytes | None:
    """The bytes on disk, or None; longer content is cut, which is unequal all the same."""
    try:
        return read_regular(target, expected_size)
    except FileNotFoundError:
        return None


def _replace(target: Path, data: bytes) -> None:
    """Steps 4 and 5 of the save order: temporary file, write, fsync, rename, fsync of the folder."""
    temporary = target.parent / _temporary_name(target)
    try:
        _write_new(temporary, data, like=target)
        try:
            temporary.replace(target)
        except OSError:
            # On a network disk the rename may have happened although its answer was lost.
            if temporary.exists() or _current(target, len(data)) != data:
                raise
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    sync_folder(target.parent)


def _temporary_name(target: Path) -> str:
    # 200 of the 255 bytes a name may have: the rest is for what is added here.
    stem = os.fsdecode(os.fsencode(target.name)[:200])
    return f".{stem}.{os.getpid()}.{_HOST}{secrets.token_hex(4)}.tmp"


def _write_new(temporary: Path, data: bytes, *, like: Path) -> None:
    """A new file with `data` on disk, and with the owner, group and mode of `like` where it exists."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(temporary, flags, 0o666)
    try:
        with suppress(FileNotFoundError):
            _copy_owner_and_mode(descriptor, like.stat())
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _copy_owner_and_mode(descriptor: int, old: os.stat_result) -> None:
    new = os.fstat(descriptor)
    if (new.st_uid, new.st_gid) != (old.st_uid, old.st_gid):
        try:
            os.fchown(descriptor, old.st_uid, old.st_gid)
        except OSError:
            with suppress(OSError):  # only root gives files away; the group may still be ours to set
                os.fchown(descriptor, -1, old.st_gid)
    os.fchmod(descriptor, stat.S_IMODE(old.st_mode))


def sync_folder(folder: Path) -> None:
    """fsync of a folder; file systems that have none answer EINVAL or ENOTSUP, which is taken for done."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)


def is_alive(pid: int) -> bool:
    """Whether a process of this number runs on this host."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return not _has_ended(pid)


def _has_ended(pid: int) -> bool:
    """Whether it has ended and nobody has asked for its outcome yet: the first process of a container may
    never do so. Known on Linux only.
    """
    try:
        state = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[:1]
    except OSError:
        return False
    return state in ([b"Z"], [b"X"])


def _save_error(path: Path, error: OSError, size: int) -> SaveError:
    """What kept the file from being saved, and what helps."""
    folder = path.parent
    if error.errno == errno.ENOSPC:
        cause = f"no space left on {_mount(folder)} (needs {max(1, size // 1000)} KB)"
        return SaveError("Not saved", cause, "Free some space and save again")
    if error.errno == errno.EDQUOT:
        return SaveError("Not saved", "your disk quota is used up", "Free some space and save again")
    if error.errno == errno.EROFS:
        return SaveError("Not saved", f"{_mount(folder)} is read-only", "--labels-dir DIR saves elsewhere")
    if error.errno in (errno.EACCES, errno.EPERM):
        cause = f"the folder {folder} is not writable for you"
        return SaveError("Not saved", cause, "--labels-dir DIR saves elsewhere")
    return SaveError(f"Not saved: {path}", why(error), "Save again, or look at the disk")


def _mount(folder: Path) -> Path:
    """The mount point that `folder` (or what would hold it) lies on."""
    place = folder.absolute()
    while not place.is_mount() and place != place.parent:
        place = place.parent
    return place
