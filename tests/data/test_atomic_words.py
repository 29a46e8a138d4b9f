"""What a failed save says, to the letter: it is all that a person has to go by."""

from __future__ import annotations

import errno
import os
import subprocess
from pathlib import Path

import pytest

from tui.data import atomic
from tui.data.atomic import is_alive, sweep, write_atomic, write_checked
from tui.errors import ConflictError, SaveError


def mount_of(place: Path) -> Path:
    """By the device number, which the code does not look at."""
    while place != place.parent and place.stat().st_dev == place.parent.stat().st_dev:
        place = place.parent
    return place


def sentences(path: Path, code: int, data: bytes, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What both ways to save say when fsync fails."""

    def fail(_descriptor: int) -> None:
        raise OSError(code, os.strerror(code))

    found = []
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        for save in (
            lambda: write_atomic(path, data),
            lambda: write_checked(path, data, expected=None),
        ):
            with pytest.raises(SaveError) as caught:
                save()
            assert isinstance(caught.value.__cause__, OSError)
            found.append(caught.value.sentence)
    return found


@pytest.mark.parametrize(
    ("code", "size", "sentence"),
    [
        (errno.ENOSPC, 0, "Not saved: no space left on {mount} (needs 1 KB). Free some space and save again"),
        (
            errno.ENOSPC,
            3000,
            "Not saved: no space left on {mount} (needs 3 KB). Free some space and save again",
        ),
        (errno.EDQUOT, 9, "Not saved: your disk quota is used up. Free some space and save again"),
        (errno.EROFS, 9, "Not saved: {mount} is read-only. --labels-dir DIR saves elsewhere"),
        (
            errno.EACCES,
            9,
            "Not saved: the folder {folder} is not writable for you. --labels-dir DIR saves elsewhere",
        ),
        (
            errno.EPERM,
            9,
            "Not saved: the folder {folder} is not writable for you. --labels-dir DIR saves elsewhere",
        ),
        (errno.EIO, 9, "Not saved: {path}: the disk reports a read error. Save again, or look at the disk"),
    ],
)
def test_a1_a2_a3_a4_a5_the_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, size: int, sentence: str
) -> None:
    path = tmp_path / "a.txt"
    expected = sentence.format(mount=mount_of(tmp_path), folder=tmp_path, path=path)
    assert sentences(path, code, b"x" * size, monkeypatch) == [expected, expected]
    assert list(tmp_path.iterdir()) == []


def test_a4_a_folder_that_takes_no_file_is_never_got_round_by_writing_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    inode, real = path.stat().st_ino, os.open

    def no_new_files(file: str, flags: int, *rest: int, **options: int) -> int:
        if flags & os.O_CREAT and Path(file).suffix == ".tmp":
            raise PermissionError(errno.EACCES, "Permission denied", file)
        return real(file, flags, *rest, **options)

    monkeypatch.setattr(os, "open", no_new_files)
    with pytest.raises(SaveError, match="is not writable for you"):
        write_checked(path, b"new", expected=b"old")
    assert (path.read_bytes(), path.stat().st_ino) == (b"old", inode)


@pytest.mark.parametrize(
    ("now", "expected", "why"), [(None, b"old", "it was deleted"), (b"x", None, "another program wrote it")]
)
def test_c2_c3_the_sentence_of_a_conflict(
    tmp_path: Path, now: bytes | None, expected: bytes | None, why: str
) -> None:
    path = tmp_path / "a.txt"
    if now is not None:
        path.write_bytes(now)
    with pytest.raises(ConflictError) as caught:
        write_checked(path, b"new", expected=expected)
    head = "Not saved: a.txt changed on disk since it was read"
    assert caught.value.sentence == f"{head}: {why}. Load the image again"


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        ("no.txt", "Not saved: {path}: it is a link that leads nowhere. Repair or remove the link"),
        ("a.txt", "Not saved: {path}: its links run in a circle. Repair or remove the link"),
        (
            "../b.txt",
            "Not saved: {path}: it leads outside the dataset, to {outside}. "
            "Name that folder with --labels-dir",
        ),
    ],
)
def test_a15_the_sentence_of_a_link(tmp_path: Path, target: str, sentence: str) -> None:
    root = tmp_path / "set"
    root.mkdir()
    (tmp_path / "b.txt").write_bytes(b"")
    path = root / "a.txt"
    path.symlink_to(target)
    with pytest.raises(SaveError) as caught:
        write_atomic(path, b"new", root=root)
    assert caught.value.sentence == sentence.format(path=path, outside=tmp_path / "b.txt")


def test_c3_the_sentence_of_a_folder_that_is_gone(tmp_path: Path) -> None:
    root = tmp_path / "gone"
    with pytest.raises(SaveError) as caught:
        write_atomic(root / "labels" / "a.txt", b"x", root=root)
    assert caught.value.sentence == f"Not saved: the folder {root} is gone"


def test_folders_below_the_root_are_made_and_each_is_synced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Path] = []
    monkeypatch.setattr(atomic, "sync_folder", synced.append)
    path = tmp_path / "one" / "two" / "a.txt"
    assert write_checked(path, b"x", expected=None, root=tmp_path)
    assert set(synced) == {tmp_path, tmp_path / "one", tmp_path / "one" / "two"}
    assert path.read_bytes() == b"x"


def test_without_a_root_a_missing_folder_is_made(tmp_path: Path) -> None:
    write_atomic(tmp_path / "one" / "a.txt", b"x")
    assert (tmp_path / "one" / "a.txt").read_bytes() == b"x"


def test_a19_sweeping_counts_what_it_removed_and_passes_over_what_it_cannot(tmp_path: Path) -> None:
    dead = next(number for number in range(4_000_000, 4_100_000) if not is_alive(number))
    for random in ("00000001", "00000002", "00000003"):
        (tmp_path / f".a.txt.{dead}.{atomic._HOST}{random}.tmp").touch()
    folder = tmp_path / f".b.txt.{dead}.{atomic._HOST}00000004.tmp"
    folder.mkdir()
    assert sweep(tmp_path) == 3
    assert list(tmp_path.iterdir()) == [folder]


def test_a_process_is_alive_until_the_system_says_that_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int]] = []

    def kill(pid: int, number: int) -> None:
        asked.append((pid, number))
        if pid == 2:
            raise ProcessLookupError
        if pid == 3:
            raise PermissionError

    monkeypatch.setattr(os, "kill", kill)
    assert [is_alive(pid) for pid in (1, 2, 3)] == [True, False, True]
    assert asked == [(1, 0), (2, 0), (3, 0)]
    monkeypatch.undo()
    assert is_alive(10**30)


def test_a14_only_the_owner_or_group_that_differs_is_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    given: list[tuple[int, int]] = []

    def chown(_descriptor: int, user: int, group: int) -> None:
        given.append((user, group))
        if user != -1:
            raise PermissionError(errno.EPERM, "not yours to give")

    monkeypatch.setattr(os, "fchown", chown)
    write_atomic(path, b"one")
    assert given == []
    real = os.fstat

    class Foreign:
        def __init__(self, found: os.stat_result) -> None:
            self._found = found

        def __getattr__(self, name: str) -> object:
            return getattr(self._found, name) + (name == "st_uid")

    monkeypatch.setattr(os, "fstat", lambda descriptor: Foreign(real(descriptor)))
    write_atomic(path, b"two")
    owner = path.stat()
    assert given == [(owner.st_uid, owner.st_gid), (-1, owner.st_gid)]
    assert path.read_bytes() == b"two"


def test_a_write_that_takes_a_part_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: real(descriptor, data[:3]))
    write_atomic(tmp_path / "a.txt", b"0123456789")
    assert (tmp_path / "a.txt").read_bytes() == b"0123456789"


def test_the_name_of_a_temporary_file_is_hidden_unique_and_short(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    real = os.open

    def note(file: str, flags: int, *rest: int, **options: int) -> int:
        if flags & os.O_EXCL:
            seen.append(Path(file).name)
            assert flags & os.O_NOFOLLOW
            assert flags & os.O_CLOEXEC
        return real(file, flags, *rest, **options)

    monkeypatch.setattr(os, "open", note)
    for _ in range(2):
        write_atomic(tmp_path / ("n" * 251 + ".txt"), os.urandom(4))
    assert len(set(seen)) == 2
    for name in seen:
        assert name.startswith("." + "n" * 200 + f".{os.getpid()}.{atomic._HOST}")
        assert atomic._TEMPORARY.fullmatch(name)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="what has ended is told by /proc")
def test_a_process_that_has_ended_is_dead_before_its_parent_has_asked() -> None:
    child = subprocess.Popen(["sleep", "60"])
    try:
        assert is_alive(child.pid)
        child.kill()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # it has ended, and is still there
        assert not is_alive(child.pid)
    finally:
        child.kill()
        child.wait()
