"""The running session's journal: what was edited is on disk soon, what was saved before it is said."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tui.data import journal_writer, recovery
from tui.data.journal import unpack
from tui.data.journal_state import Kept
from tui.data.journal_writer import Base, Journal
from tui.types.instance import Instance
from tui.types.shapes import Box

IMAGE, OTHER = Path("/set/images/a.jpg"), Path("/set/images/b.jpg")
ONE = Instance(0, Box(1, 2, 3, 4))
TWO = Instance(1, Box(5, 6, 7, 8))


class World:
    """A journal, the label files it is told about, and what it complained of."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.bases = {IMAGE: Base((10, 10), "before", ()), OTHER: Base((10, 10), "", ())}
        self.failures: list[str] = []
        self.journal: Journal = recovery.begin(root, self.bases.get, self.failures.append)

    def kept(self, image: Path = IMAGE) -> Kept:
        """What a later session finds of an image."""
        (left,) = recovery.find(self.root)
        return left.images[image]

    def kinds(self) -> list[str]:
        return [record["k"] for record in unpack(self.journal.file.read_bytes())[0]]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.journal.close()


def test_edits_come_back_with_undo_and_redo(world: World) -> None:
    world.journal.edit(IMAGE, (ONE,), ((),), ())
    world.journal.edit(IMAGE, (), (), ((ONE,),))
    assert world.journal.flush()
    assert world.kept() == Kept((10, 10), "before", (), (), (), ((ONE,),))
    world.journal.edit(IMAGE, (ONE, TWO), ((), (ONE,)), ())
    assert world.journal.flush()
    assert world.kept() == Kept((10, 10), "before", (ONE, TWO), (), ((), (ONE,)), ())
    assert world.kept().dirty
    assert world.failures == []


def test_edits_are_on_disk_without_anybody_waiting(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    synced = threading.Event()
    real = os.fdatasync

    def fdatasync(descriptor: int) -> None:
        real(descriptor)
        synced.set()

    monkeypatch.setattr(os, "fdatasync", fdatasync)
    world.journal.edit(IMAGE, (ONE,), ((),), ())
    assert synced.wait(10)
    assert world.kept().instances == (ONE,)


def test_a_burst_of_edits_costs_few_syncs(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    syncs: list[int] = []
    real = os.fdatasync
    monkeypatch.setattr(os, "fdatasync", lambda descriptor: (syncs.append(1), real(descriptor))[1])
    monkeypatch.setattr(journal_writer, "SYNC_SECONDS", 60.0)
    for count in range(100):
        world.journal.edit(IMAGE, (ONE,) * count, (), ())
    assert world.journal.flush()
    assert len(syncs) <= 3
    assert len(world.kept().instances) == 99


def test_a_save_is_in_the_journal_when_it_returns(world: World) -> None:
    world.journal.edit(IMAGE, (ONE,), ((),), ())
    written = (replace(ONE, source="0 0.2 0.3 0.2 0.2"),)
    world.bases[IMAGE] = Base((10, 10), "after", written)
    world.journal.saved(IMAGE, written)
    kept = world.kept()
    assert kept == Kept((10, 10), "after", written, written, ((),), ())
    assert not kept.dirty


def test_an_edit_behind_a_save_builds_on_it(world: World) -> None:
    world.journal.edit(IMAGE, (ONE,), ((),), ())
    written = (replace(ONE, source="line"),)
    world.bases[IMAGE] = Base((10, 10), "after", written)
    world.journal.edit(IMAGE, (*written, TWO), ((), (ONE,)), ())
    world.journal.saved(IMAGE, written)
    kept = world.kept()
    assert (kept.digest, kept.saved, kept.instances) == ("after", written, (*written, TWO))
    assert kept.dirty


def test_images_that_were_not_read_or_not_edited_are_not_noted(world: World) -> None:
    world.journal.edit(Path("/elsewhere.jpg"), (ONE,), (), ())
    world.journal.saved(OTHER, (ONE,))
    world.journal.dropped({OTHER})
    assert world.journal.flush()
    assert world.kinds() == ["head"]


def test_what_was_given_up_is_forgotten(world: World) -> None:
    world.journal.edit(IMAGE, (ONE,), ((),), ())
    world.journal.edit(OTHER, (TWO,), ((),), ())
    world.journal.dropped({IMAGE})
    (left,) = recovery.find(world.root)
    assert set(left.images) == {OTHER}


def test_what_earlier_sessions_knew_is_taken_over_but_not_over_newer_edits(world: World) -> None:
    world.journal.edit(IMAGE, (ONE,), ((),), ())
    old = Kept((10, 10), "x", (TWO,), (TWO,), ((),), ())
    world.journal.adopt({IMAGE: old, OTHER: old})
    assert world.kept(IMAGE).instances == (ONE,)
    assert world.kept(OTHER) == old


def test_the_lost_side_of_a_conflict_is_kept(world: World) -> None:
    world.journal.lost(IMAGE, (ONE, TWO))
    assert world.journal.flush()
    (left,) = recovery.find(world.root)
    assert left.losses == ((IMAGE, (ONE, TWO)),)
    assert left.images == {}


def test_b10_an_image_that_was_being_opened_is_known(world: World) -> None:
    world.journal.opening(IMAGE, False)
    world.journal.opening(OTHER, False)
    world.journal.opening(OTHER, True)
    (left,) = recovery.find(world.root)
    assert left.crashed == {IMAGE}
    world.journal.close()
    (left,) = recovery.find(world.root)
    assert left.crashed == frozenset()


def test_a_large_journal_is_rewritten_with_the_latest_state(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_writer, "COMPACT_BYTES", 20_000)
    world.journal.lost(OTHER, (TWO,))
    for count in range(300):
        world.journal.edit(IMAGE, (replace(ONE, class_id=count),), ((),), ())
    assert world.journal.flush()
    before = world.journal.file.stat().st_size
    world.journal.saved(IMAGE, ())
    world.journal.edit(OTHER, (ONE,), (), ())
    assert world.journal.flush()
    assert world.journal.file.stat().st_size < before / 10
    (left,) = recovery.find(world.root)
    assert left.alive
    assert left.images[IMAGE].instances == (replace(ONE, class_id=299),)
    assert left.images[OTHER].instances == (ONE,)
    assert left.losses == ((OTHER, (TWO,)),)
    assert [p.name for p in world.journal.file.parent.iterdir()] == [world.journal.file.name]


def failing(code: int, call: str) -> Callable[..., None]:
    def fail(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    return fail


@pytest.mark.parametrize("call", ["write", "fdatasync"])
def test_b6_a_full_disk_ends_the_journal_once_and_nothing_else(
    world: World, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(os, call, failing(errno.ENOSPC, call))
        world.journal.edit(IMAGE, (ONE,), ((),), ())
        assert not world.journal.flush()
    world.journal.saved(IMAGE, (ONE,))
    world.journal.edit(IMAGE, (TWO,), ((),), ())
    world.journal.opening(IMAGE, False)
    assert not world.journal.flush()
    assert len(world.failures) == 1
    assert "no space" in world.failures[0]


def test_b6_a_failed_rewriting_leaves_the_old_journal(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_writer, "COMPACT_BYTES", 10)
    world.journal.edit(IMAGE, (ONE,), ((),), ())
    assert world.journal.flush()
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", failing(errno.EIO, "replace"))
        world.journal.saved(IMAGE, ())
        assert world.journal.flush()
    world.journal.edit(IMAGE, (TWO,), ((),), ())
    assert world.journal.flush()
    assert world.kept().instances == (TWO,)
    assert world.failures == []


def test_what_cannot_be_written_down_ends_the_journal_too(world: World) -> None:
    world.journal.edit(IMAGE, (Instance(0, Box(float("nan"), 0, 1, 1)),), (), ())
    assert not world.journal.flush()
    assert len(world.failures) == 1


def test_only_the_user_can_look(world: World) -> None:
    assert world.journal.file.stat().st_mode & 0o077 == 0
    assert world.journal.file.parent.stat().st_mode & 0o077 == 0


def test_closing_writes_what_waits_and_later_edits_are_ignored(world: World) -> None:
    world.journal.edit(IMAGE, (ONE,), ((),), ())
    world.journal.close()
    world.journal.edit(IMAGE, (TWO,), ((),), ())
    world.journal.close()
    assert world.kept().instances == (ONE,)
    assert world.kinds()[-1] == "end"


def test_no_folder_no_journal(tmp_path: Path, home: Path) -> None:
    (home / ".local").mkdir()
    (home / ".local/state").write_text("a file")
    with pytest.raises(OSError, match="state"):
        recovery.begin(tmp_path, lambda _: None, print)
