"""A session's journal, claim and neighbours, without a screen."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from data.test_recovery import plant
from datasets import DrawnDataset
from tui.app import keeper as module
from tui.app.keeper import Keeper
from tui.app.library import Library
from tui.config import Config
from tui.data import recovery
from tui.data.dataset import open_dataset
from tui.data.journal_state import Kept, digest_of, step
from tui.errors import ImageError
from tui.session import effects as fx
from tui.session import events as ev
from tui.types.instance import Instance
from tui.types.shapes import Box

NEW = Instance(1, Box(10, 10, 50, 60))
SHAPE = (NEW,)


class World:
    """A keeper that has begun, and what it posted."""

    def __init__(self, dataset: DrawnDataset) -> None:
        self.dataset = dataset
        self.library = Library(open_dataset(dataset.root), Config())
        self.library.list_all()
        self.keeper = Keeper(self.library)
        self.posted: list[Any] = []

    def begin(self) -> World:
        self.keeper.begin()
        self.keeper.connect(self.posted.append)
        return self

    def path(self, index: int = 0) -> Path:
        return self.library.path(index)

    def said(self) -> str:
        return " ".join(notice.text for notice in self.posted if isinstance(notice, fx.Notify))


@pytest.fixture
def world(make_dataset: Callable[..., DrawnDataset]) -> Iterator[World]:
    made = World(make_dataset(labelled=True))
    yield made
    made.keeper.close()


def leave_unsaved(library: Library, *, digest: str | None = None, index: int = 0, **head: object) -> Path:
    """A dead session's journal with one unsaved object in an image."""
    image = library.path(index)
    label = library.dataset.label_path(image)
    known = digest_of(label.read_bytes()) if digest is None else digest
    record = step(image, None, Kept((320, 240), known, SHAPE, (), ((),), ()))
    return plant(library.dataset.root, dict(record or {}), **head)


def test_what_was_edited_is_found_by_the_next_session(world: World) -> None:
    world.begin()
    loaded = world.library.load(world.path())
    edit = (*loaded.instances, NEW)
    world.keeper.record(world.path(), fx.Record(0, edit, (loaded.instances,), ()))
    world.keeper.close()
    later = World(world.dataset).begin()
    (found,) = later.keeper.pending
    assert (found.image, found.kept.instances, found.changed) == (world.path(), edit, False)
    later.keeper.recover()
    (restored,) = (event for event in later.posted if isinstance(event, ev.Restored))
    assert (restored.index, restored.instances, restored.past) == (0, edit, (loaded.instances,))
    assert restored.theirs is None
    later.keeper.record(world.path(), fx.Record(0, edit, (loaded.instances,), ()))
    later.keeper.recovered([world.path()])
    assert [left.alive for left in recovery.find(world.library.dataset.root)] == [True]
    later.keeper.close()


def test_undo_of_saved_images_goes_on_and_old_journals_are_merged(world: World) -> None:
    world.begin()
    loaded = world.library.load(world.path())
    edit = (*loaded.instances, NEW)
    world.keeper.record(world.path(), fx.Record(0, edit, (loaded.instances,), ()))
    written = world.library.save(world.path(), edit)
    world.keeper.saved(world.path(), written)
    world.keeper.close()
    for _ in range(2):
        later = World(world.dataset).begin()
        assert later.keeper.pending == ()
        again = later.library.load(world.path())
        assert again.past == (loaded.instances,)
        assert len(recovery.find(world.library.dataset.root)) == 1
        later.keeper.close()
    world.dataset.images[0].label_path.write_text("0 0.5 0.5 0.1 0.1\n")
    later = World(world.dataset).begin()
    assert later.library.load(world.path()).past == ()
    later.keeper.close()


def test_a_session_killed_between_save_and_journal_leaves_nothing_to_recover(world: World) -> None:
    image = world.path()
    library = Library(open_dataset(world.dataset.root), Config())
    instances = (*library.load(image).instances, NEW)
    library.save(image, instances)
    record = step(image, None, Kept((320, 240), "old", instances, (), ((),), ()))
    plant(library.dataset.root, dict(record or {}))
    world.begin()
    assert world.keeper.pending == ()


def test_b7_recovery_over_a_changed_file_offers_both(world: World) -> None:
    leave_unsaved(world.library, digest="0" * 32)
    world.begin()
    (found,) = world.keeper.pending
    assert found.changed
    world.keeper.recover()
    (restored,) = (event for event in world.posted if isinstance(event, ev.Restored))
    assert restored.theirs == world.library.load(world.path()).instances
    assert restored.instances == SHAPE


def test_later_leaves_the_journal_and_discard_puts_it_aside(world: World) -> None:
    file = leave_unsaved(world.library)
    world.begin()
    world.keeper.close()
    assert file.exists()
    again = World(world.dataset).begin()
    again.keeper.discard()
    again.keeper.close()
    assert not file.exists()
    assert (file.parent / "discarded" / file.name).exists()
    assert "30 days" in again.said()


def test_an_image_that_is_gone_keeps_its_journal(world: World) -> None:
    file = leave_unsaved(world.library, index=2)
    world.path(2).unlink()
    later = World(world.dataset).begin()
    later.keeper.recover()
    later.keeper.recovered([])
    later.keeper.close()
    assert "not here" in later.said()
    assert file.exists()


def test_b8_a_journal_of_a_newer_version_is_said_and_kept(world: World) -> None:
    file = leave_unsaved(world.library, v=99, program="9.9")
    world.begin()
    assert "version 9.9" in world.said()
    assert file.exists()


def test_b6_without_a_journal_labeling_goes_on(world: World, home: Path) -> None:
    (home / ".local").mkdir()
    (home / ".local/state").write_text("a file")
    world.begin()
    assert "Recovery is off" in world.said()
    loaded = world.library.load(world.path())
    world.keeper.record(world.path(), fx.Record(0, (), (loaded.instances,), ()))
    world.keeper.saved(world.path(), world.library.save(world.path(), ()))
    assert world.dataset.images[0].label_path.read_text() == ""


def test_b6_a_disk_that_fills_up_is_said_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.begin()
    loaded = world.library.load(world.path())

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fdatasync", full)
        world.keeper.record(world.path(), fx.Record(0, (), (loaded.instances,), ()))
        world.keeper.saved(world.path(), ())
    world.keeper.saved(world.path(), ())
    assert world.said().count("Recovery is off: no space left on device") == 1


def test_b10_an_image_that_ended_the_last_session_is_asked_about_once(world: World) -> None:
    image = world.path()
    plant(world.library.dataset.root, {"k": "opening", "i": str(image)})
    world.begin()
    with pytest.raises(ImageError, match="when the last session ended"):
        world.library.picture(image)
    with pytest.raises(ImageError, match="open it anyway"):
        world.library.load(image)
    assert world.library.load(image).picture.wh == (320, 240)
    assert world.library.load(world.path(1)).picture.wh == (320, 240)


def test_the_lost_side_of_a_conflict_stays_for_a_while(world: World) -> None:
    world.begin()
    world.keeper.accept(world.path(), SHAPE)
    world.keeper.close()
    later = World(world.dataset).begin()
    later.keeper.close()
    (aside,) = (recovery.journals_dir() / "discarded").iterdir()
    left = recovery._read(aside)
    assert left is not None
    assert left.losses == ((world.path(), SHAPE),)


def test_what_was_given_up_is_not_offered_again(world: World) -> None:
    world.begin()
    world.library.load(world.path())
    world.keeper.record(world.path(), fx.Record(0, (), (SHAPE,), ()))
    world.keeper.give_up([world.path()])
    world.keeper.close()
    later = World(world.dataset).begin()
    assert later.keeper.pending == ()
    later.keeper.close()


# Others


HOLD = """
import signal, sys, time
from pathlib import Path
from tui.data.claims import Claim
claim = Claim(Path(sys.argv[1]), lambda: None)
assert claim.take() is None
def end(*_):
    claim.release()
    sys.exit(129)
signal.signal(signal.SIGHUP, end if sys.argv[2] == "ends" else signal.SIG_IGN)
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture
def other(world: World) -> Iterator[Callable[[str], subprocess.Popen[str]]]:
    """Starts another session's process, which "ends" or "stays" when asked to leave."""
    children = []

    def start(manner: str) -> subprocess.Popen[str]:
        argv = [sys.executable, "-c", HOLD, str(world.library.dataset.root), manner]
        child = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)
        children.append(child)
        assert child.stdout is not None
        assert child.stdout.readline() == "held\n"
        return child

    yield start
    for child in children:
        child.kill()
        child.wait()
        assert child.stdout is not None
        child.stdout.close()


def test_c6_c7_a_second_session_views_until_its_person_decides(
    world: World, other: Callable[[str], subprocess.Popen[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    child = other("stays")
    monkeypatch.setattr(module, "_END_SECONDS", 0.3)
    world.begin()
    assert world.keeper.holder is not None
    assert world.keeper.holder.pid == child.pid
    (view,) = world.posted
    assert isinstance(view, ev.ViewOnly)
    assert f"process {child.pid}" in view.reason
    world.keeper.end_other()
    assert "did not end" in world.said()
    world.keeper.take_over()
    assert world.posted[-1] == ev.ViewOnly("")
    assert world.keeper.holder is None


def test_c7_ones_own_other_session_is_ended_and_its_work_taken_up(
    world: World, other: Callable[[str], subprocess.Popen[str]]
) -> None:
    child = other("ends")
    leave_unsaved(world.library, index=1)  # of a session before it, not asked about yet
    world.begin()
    leave_unsaved(world.library, pid=child.pid)
    world.keeper.end_other()
    assert child.wait(10) == 129
    assert world.posted[-1] == ev.ViewOnly("")
    assert [found.image for found in world.keeper.pending] == [world.path(1), world.path()]


def test_labeling_beside_another_session_needs_no_claim(
    world: World, other: Callable[[str], subprocess.Popen[str]]
) -> None:
    other("stays")
    world.begin()
    world.keeper.beside()
    assert world.posted[-1] == ev.ViewOnly("")
    assert world.keeper.holder is None


def test_somebody_elses_process_is_never_ended(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    killed: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "kill", lambda pid, number: killed.append((pid, number)))
    world.keeper.holder = module.Holder("eve", "elsewhere", 1, None, 0.0, False, False)
    world.keeper.end_other()
    assert (1, signal.SIGHUP) not in killed


# Looking


def test_c2_looking_posts_what_others_changed_once(world: World) -> None:
    world.begin()
    world.library.load(world.path())
    world.keeper.look(world.path())
    assert world.posted == []
    world.dataset.images[0].label_path.write_text("1 0.5 0.5 0.1 0.1\n")
    world.keeper.look(world.path())
    world.keeper.look(world.path())
    (changed,) = world.posted
    assert isinstance(changed, ev.LabelsChanged)
    assert [i.class_id for i in changed.theirs] == [1]


def test_i7_looking_sees_another_picture_once(world: World) -> None:
    world.begin()
    world.library.load(world.path())
    world.path().write_bytes(world.path(1).read_bytes())
    os.utime(world.path(), ns=(1, 1))
    world.keeper.look(world.path())
    world.keeper.look(world.path())
    assert world.posted == [ev.ImageReplaced(0)]


def test_c9_added_classes_are_read_and_reordered_ones_asked_about(world: World) -> None:
    world.begin()
    yaml = world.dataset.yaml
    yaml.write_text(yaml.read_text() + "  2: owl\n")
    world.keeper.look(world.path())
    assert world.posted[0] == ev.ClassesChanged(("disc", "slab", "owl"))
    yaml.write_text("names: [slab, disc, owl]\n")
    for _ in range(2):
        world.keeper.look(world.path())
    reordered = [event for event in world.posted if isinstance(event, ev.ClassesReordered)]
    assert reordered == [ev.ClassesReordered(("slab", "disc", "owl"))]
    yaml.write_text("names: [a, a]\n")
    for _ in range(2):
        world.keeper.look(world.path())
    assert world.said().count("'a' is on line 1 too") == 1


def test_without_a_beginning_everything_is_a_no_op(world: World, home: Path) -> None:
    world.keeper.record(world.path(), fx.Record(0, (), (), ()))
    world.keeper.saved(world.path(), ())
    world.keeper.give_up([world.path()])
    world.keeper.take_over()
    world.keeper.close()
    assert list(home.iterdir()) == []
