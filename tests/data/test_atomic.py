"""Saving: old bytes or new bytes, never a mix, and words for whatever goes wrong."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tui.data import atomic
from tui.data.atomic import sweep, write_atomic, write_checked
from tui.errors import ConflictError, SaveError


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def test_replaces_and_leaves_nothing_else(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    assert write_checked(path, b"new", expected=b"old")
    assert path.read_bytes() == b"new"
    assert names(tmp_path) == ["a.txt"]


def test_same_text_is_not_touched(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"same")
    inode = path.stat().st_ino
    assert not write_checked(path, b"same", expected=b"other")
    assert path.stat().st_ino == inode


@pytest.mark.parametrize(
    ("now", "expected"), [(b"x", b"old"), (b"x", None), (None, b"old"), (b"oldest", b"old")]
)
def test_c2_what_changed_underneath_is_a_conflict(tmp_path, now, expected):
    path = tmp_path / "a.txt"
    if now is not None:
        path.write_bytes(now)
    with pytest.raises(ConflictError):
        write_checked(path, b"new", expected=expected)
    assert (path.read_bytes() if path.exists() else None) == now


def test_a10_order_of_system_calls(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    order: list[str] = []
    for name in ("write", "fsync", "rename", "replace"):
        real = getattr(os, name)

        def record(*args, _real=real, _name=name, **kwargs):
            where = ""
            if _name == "fsync":
                where = " folder" if stat.S_ISDIR(os.fstat(args[0]).st_mode) else " file"
            order.append(_name.replace("replace", "rename") + where)
            return _real(*args, **kwargs)

        monkeypatch.setattr(os, name, record)
    write_checked(path, b"new", expected=b"old")
    assert order == ["write", "fsync file", "rename", "fsync folder"]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.ENOSPC, "no space left on "),
        (errno.EDQUOT, "your disk quota is used up"),
        (errno.EROFS, "is read-only"),
        (errno.EACCES, "is not writable for you"),
        (errno.EIO, "read error"),
    ],
)
@pytest.mark.parametrize("call", ["write", "fsync", "replace"])
def test_a1_a2_a3_a5_a6_failures_have_words_and_keep_the_old_file(tmp_path, monkeypatch, code, words, call):
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")

    def fail(*args, **kwargs):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(SaveError) as caught:
        write_checked(path, b"new", expected=b"old")
    monkeypatch.undo()
    assert words in caught.value.sentence
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a.txt"]


@pytest.mark.parametrize("nth", range(1, 12))
def test_a7_the_nth_call_fails_and_the_file_is_old_or_new(tmp_path, monkeypatch, nth):
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    count = 0

    def counted(real):
        def call(*args, **kwargs):
            nonlocal count
            count += 1
            if count == nth:
                raise OSError(errno.EIO, "injected")
            return real(*args, **kwargs)

        return call

    with monkeypatch.context() as patch:
        for name in ("open", "write", "fsync", "replace", "fchmod"):
            patch.setattr(os, name, counted(getattr(os, name)))
        failed = False
        try:
            write_checked(path, b"new", expected=b"old")
        except SaveError:
            failed = True
    assert path.read_bytes() in (b"old", b"new")
    assert failed or path.read_bytes() == b"new"
    assert names(tmp_path) == ["a.txt"]


def test_a6_a_rename_whose_answer_was_lost_counts_as_done(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    real = os.replace

    def lost(source, target):
        real(source, target)
        raise OSError(errno.ESTALE, "stale")

    monkeypatch.setattr(os, "replace", lost)
    assert write_checked(path, b"new", expected=b"old")
    assert path.read_bytes() == b"new"


@pytest.mark.parametrize(("code", "saved"), [(errno.EINVAL, True), (errno.ENOTSUP, True), (errno.EIO, False)])
def test_a_folder_without_fsync_is_tolerated_an_error_is_not(tmp_path, monkeypatch, code, saved):
    path = tmp_path / "a.txt"
    real = os.fsync

    def fsync(descriptor):
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(code, "folder")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    if saved:
        assert write_checked(path, b"new", expected=None)
    else:
        with pytest.raises(SaveError):
            write_checked(path, b"new", expected=None)


def test_a14_mode_is_kept_and_new_files_follow_umask(tmp_path):
    old, new = tmp_path / "old.txt", tmp_path / "new.txt"
    old.write_bytes(b"x")
    old.chmod(0o640)
    umask = os.umask(0o002)
    try:
        write_atomic(old, b"y")
        write_atomic(new, b"y")
    finally:
        os.umask(umask)
    assert stat.S_IMODE(old.stat().st_mode) == 0o640
    assert stat.S_IMODE(new.stat().st_mode) == 0o664


@pytest.mark.skipif(os.geteuid() != 0, reason="needs the right to give files away")
def test_a14_owner_and_group_are_kept(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"x")
    os.chown(path, 1234, 4321)
    write_atomic(path, b"y")
    assert (path.stat().st_uid, path.stat().st_gid) == (1234, 4321)


def test_a15_links(tmp_path):
    root = tmp_path / "dataset"
    root.mkdir()
    (tmp_path / "outside.txt").write_bytes(b"o")
    (root / "real.txt").write_bytes(b"r")
    targets = {"in": "real.txt", "out": "../outside.txt", "dangling": "no.txt", "loop": "loop.txt"}
    for name, target in targets.items():
        (root / f"{name}.txt").symlink_to(target)
    write_checked(root / "in.txt", b"new", expected=b"r", root=root)
    assert (root / "in.txt").is_symlink()
    assert (root / "real.txt").read_bytes() == b"new"
    for name, word in (("out", "outside the dataset"), ("dangling", "leads nowhere"), ("loop", "circle")):
        with pytest.raises(SaveError, match=word):
            write_checked(root / f"{name}.txt", b"new", expected=None, root=root)
    assert (tmp_path / "outside.txt").read_bytes() == b"o"


def test_a_linked_folder_that_leads_outside_is_refused(tmp_path):
    root = tmp_path / "dataset"
    root.mkdir()
    (tmp_path / "elsewhere").mkdir()
    (root / "labels").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SaveError, match="--labels-dir"):
        write_atomic(root / "labels" / "a.txt", b"x", root=root)
    assert names(tmp_path / "elsewhere") == []


def test_c3_a_dataset_that_is_gone_is_not_brought_back(tmp_path):
    with pytest.raises(SaveError, match="gone"):
        write_atomic(tmp_path / "gone" / "labels" / "a.txt", b"x", root=tmp_path / "gone")
    assert names(tmp_path) == []


def test_a19_only_leftovers_of_dead_processes_here_are_swept(tmp_path):
    child = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True
    )
    dead = int(child.stdout)
    host = atomic._HOST
    other = "0" * 8 if host != "0" * 8 else "1" * 8
    keep = [
        f".a.txt.{os.getpid()}.{host}00000000.tmp",
        f".a.txt.{dead}.{other}00000000.tmp",
        ".a.tmp",
        "a.txt",
    ]
    for name in [*keep, f".a.txt.{dead}.{host}00000000.tmp"]:
        (tmp_path / name).touch()
    assert sweep(tmp_path) == 1
    assert names(tmp_path) == sorted(keep)
    assert sweep(tmp_path / "missing") == 0


def test_e2_names_of_any_bytes_and_full_length(tmp_path):
    for raw in (b"caf\xe9.txt", b"x" * 251 + b".txt", b"-rf ~ $(x)\n.txt"):
        path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + raw))
        write_checked(path, b"new", expected=None)
        assert path.read_bytes() == b"new"


def test_c1_of_concurrent_writers_none_loses_an_acknowledged_line(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"")
    acknowledged: list[bytes] = []

    def write(me: int) -> None:
        for k in range(15):
            line = f"{me} {k}\n".encode()
            while True:
                current = path.read_bytes()
                try:
                    write_checked(path, current + line, expected=current)
                except ConflictError:
                    continue
                acknowledged.append(line)
                break

    threads = [threading.Thread(target=write, args=(n,)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(path.read_bytes().splitlines(keepends=True)) == sorted(acknowledged)
    assert len(acknowledged) == 45
