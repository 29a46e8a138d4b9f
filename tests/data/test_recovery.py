"""Finding what earlier sessions left: alive or not, readable or not, whose."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tui.data import recovery
from tui.data.journal import VERSION, pack
from tui.data.journal_state import Kept, step
from tui.types.instance import Instance
from tui.types.shapes import Box

ONE = Instance(0, Box(1, 2, 3, 4))
IMAGE = Path("/set/a.jpg")


def plant(root: Path, *records: dict[str, object], **head: object) -> Path:
    """A journal as a session that is gone would have left it."""
    folder = recovery.journals_dir()
    folder.mkdir(parents=True, exist_ok=True)
    first = {
        "k": "head", "v": VERSION, "program": "1.0", "root": str(root), "user": "ana",
        "host": os.uname().nodename, "pid": 1, "since": 5.0,
    }  # fmt: skip
    file = folder / f"{recovery._dataset_id(root)}.h.1.{len(list(folder.iterdir()))}.journal"
    file.write_bytes(b"".join(map(pack, [{**first, **head}, *records])))
    return file


def edit(image: Path = IMAGE) -> dict[str, object]:
    return dict(step(image, None, Kept((9, 9), "d", (ONE,), (), ((),))) or {})


def test_a_dead_session_leaves_its_edits(tmp_path: Path) -> None:
    file = plant(tmp_path, edit())
    (left,) = recovery.find(tmp_path)
    assert (left.file, left.user, left.pid, left.alive) == (file, "ana", 1, False)
    assert left.unsaved == {IMAGE: Kept((9, 9), "d", (ONE,), (), ((),))}


def test_a_session_that_runs_is_alive_until_it_is_killed(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from tui.data import recovery\n"
        "journal = recovery.begin(Path(sys.argv[1]), lambda _: None, print)\n"
        "print('ready', flush=True); time.sleep(60)"
    )
    argv = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        (left,) = recovery.find(tmp_path)
        assert left.alive
        assert left.pid == child.pid
        child.kill()
        child.wait()
    (left,) = recovery.find(tmp_path)
    assert left.alive is False


def test_of_another_host_nobody_knows(tmp_path: Path) -> None:
    plant(tmp_path, host="elsewhere")
    (left,) = recovery.find(tmp_path)
    assert left.alive is None


def test_b8_a_newer_programs_journal_is_named_and_kept(tmp_path: Path) -> None:
    file = plant(tmp_path, {"k": "unheard of", "i": "x"}, v=VERSION + 1, program="9.9")
    (left,) = recovery.find(tmp_path)
    assert left.newer == "9.9"
    assert left.images == {}
    assert file.exists()


def test_b5_what_does_not_follow_ends_the_replay(tmp_path: Path) -> None:
    plant(tmp_path, edit(), {"k": "edit", "i": "/b", "p": [4, []]}, edit(Path("/c")))
    (left,) = recovery.find(tmp_path)
    assert set(left.images) == {IMAGE}


@pytest.mark.parametrize("content", [b"", b"garbage", pack({"k": "edit"}), pack({"k": "head", "v": 1})])
def test_what_is_no_journal_is_left_alone(tmp_path: Path, content: bytes) -> None:
    file = plant(tmp_path)
    file.write_bytes(content)
    assert recovery.find(tmp_path) == []
    assert file.exists()


def test_only_this_dataset_or_all_newest_first_and_not_ones_own(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    old, new = plant(tmp_path, since=1.0), plant(tmp_path, since=2.0)
    elsewhere = plant(other, since=3.0)
    assert [left.file for left in recovery.find(tmp_path)] == [new, old]
    assert [left.file for left in recovery.find()] == [elsewhere, new, old]
    assert [left.file for left in recovery.find(tmp_path, besides=new)] == [old]


def test_a_link_among_the_journals_is_not_followed(tmp_path: Path) -> None:
    file = plant(tmp_path)
    file.with_name(f"{recovery._dataset_id(tmp_path)}.x.1.9.journal").symlink_to(file)
    assert len(recovery.find(tmp_path)) == 1


def test_discarded_is_put_aside_for_30_days(tmp_path: Path) -> None:
    first = recovery.discard(plant(tmp_path))
    assert first.parent.name == "discarded"
    long_ago = time.time() - 31 * 86_400
    os.utime(first, (long_ago, long_ago))
    second = recovery.discard(plant(tmp_path))
    assert not first.exists()
    assert second.exists()
    assert recovery.find(tmp_path) == []


def test_forgetting_twice_is_no_error(tmp_path: Path) -> None:
    file = plant(tmp_path)
    recovery.forget(file)
    recovery.forget(file)
    assert recovery.find(tmp_path) == []


def test_a_user_without_a_name_has_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    def nameless() -> str:
        raise OSError("no name")

    monkeypatch.setattr("getpass.getuser", nameless)
    assert recovery.user_name() == str(os.getuid())


@pytest.mark.parametrize("make", [lambda p: p / "a", lambda p: p / "b" / ".." / "a"])
def test_a_dataset_is_known_by_its_real_place(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert recovery._dataset_id(make(tmp_path)) == recovery._dataset_id(tmp_path / "a")
