"""The doctor's part on a dataset: what its disk gives, who holds it, what is unsaved."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tui.data import recovery
from tui.data.claims import holder
from tui.data.dataset import open_dataset
from tui.data.disks import examine_disk
from tui.errors import TtylabelError

LEAST_INODES = 10_000
LEAST_BYTES = 50_000_000
"""Labels are small: below this a disk is about to be full for other reasons."""

_LOCKS = {
    "absent": "This disk has no locks: saves of other users and other hosts are not excluded",
    "pretends": "This disk grants locks to everybody: other users and other hosts are not excluded",
}

Wrong = Callable[[TtylabelError | str], None]


def examine_journals(sections: dict[str, object], wrong: Wrong) -> None:
    """Count the journals of this user, and say which datasets have unsaved labels of dead sessions."""
    found = recovery.find()
    unsaved: dict[Path, int] = {}
    for left in found:
        if left.alive is False and left.unsaved:
            unsaved[left.root] = unsaved.get(left.root, 0) + len(left.unsaved)
    sections["journals"] = {
        "sessions": len(found),
        "running": sum(left.alive is True for left in found),
        "unsaved_images": sum(unsaved.values()),
    }
    for root, count in unsaved.items():
        wrong(f"Unsaved labels of {count} images in {root}. `ttylabel recover {root}` shows them")


def examine_dataset(path: Path, sections: dict[str, object], wrong: Wrong) -> None:
    """The disk that labels are written to, and the claim on the dataset."""
    try:
        dataset = open_dataset(path)
        folder = dataset.label_path(dataset.first()).parent
        while not folder.is_dir():
            folder = folder.parent
        disk = examine_disk(folder)
        reason = dataset.read_only_reason()
    except TtylabelError as error:
        wrong(error)
        return
    who = holder(dataset.root)
    sections["dataset"] = {
        "locks": disk.locks,
        "fsync": disk.fsync,
        "folder_fsync": disk.folder_fsync,
        "free_bytes": disk.free_bytes,
        "free_inodes": disk.free_inodes,
        "held_by": who.sentence if who else "",
    }
    if reason:
        wrong(reason)
    if disk.fsync != "works":
        wrong(f"Saves cannot be made durable on the labels' disk: {disk.fsync}")
    if disk.folder_fsync not in ("works", "invalid argument", "operation not supported"):
        wrong(f"The labels' folder cannot be synced: {disk.folder_fsync}")
    if disk.locks in _LOCKS:
        wrong(_LOCKS[disk.locks])
    if disk.free_bytes < LEAST_BYTES:
        wrong(f"Only {disk.free_bytes / 1e6:.0f} MB are free for labels. Make room")
    if disk.free_inodes is not None and disk.free_inodes < LEAST_INODES:
        wrong(f"Only {disk.free_inodes} more files can be made on the labels' disk")
    if who is not None and who.dead:
        wrong(f"A dead session holds the dataset: {who.sentence}. `ttylabel unlock` removes it")
