"""What a run has done, so that it can be killed anywhere and started again without doing an image twice.

A ledger belongs to one recipe with its models and class mapping: done in another way is not done. An image
counts as done while its file is the one that was seen (size and modification time) and the labels that were
written for it are still there.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from tui.batch.recipe import FAILURES, Result, Task
from tui.data.shards import Record, Shards
from tui.errors import HeldError, SaveError

ATTEMPTS = 2
"""Times that an image is tried: one that kills its worker or cannot be read is left out from then on."""

_WAIT = 10.0


class Ledger:
    """Results by image in `folder`, which is created by the first entry."""

    def __init__(self, folder: Path) -> None:
        self._shards = Shards(folder / "images")
        self._known: dict[str, Record] = dict(self._shards)

    def done(self, task: Task) -> Result | None:
        """What became of the task in an earlier run, or None where it is to be done (again)."""
        known = self._known.get(task.key)
        if known is None or known.get("file") != identity(task):
            return None
        outcome, attempts = known.get("outcome", ""), known.get("attempts", 0)
        if outcome in FAILURES and attempts < ATTEMPTS:
            return None
        if outcome == "labelled" and not Path(task.label).exists():
            return None
        objects = known.get("objects", 0)
        return Result(
            task.key, outcome, str(known.get("reason", "")), objects if isinstance(objects, int) else 0
        )

    def enter(self, task: Task, result: Result, *, final: bool = False) -> None:
        """Write down a result. `final`: not to be tried again. Raises SaveError."""
        known = self._known.get(task.key, {})
        same = known.get("file") == identity(task)
        record: Record = {"file": identity(task), "outcome": result.outcome, "objects": result.objects}
        if result.outcome in FAILURES:
            record["reason"] = result.reason[:400]
            record["attempts"] = ATTEMPTS if final else (known.get("attempts", 0) if same else 0) + 1
        try:
            # Not flushed one by one: what a power cut takes is done again, with the same result.
            self._shards.put(task.key, lambda _: record, durable=False)
        except OSError as error:
            raise SaveError("The run cannot be written down", error.strerror or str(error)) from error
        self._known[task.key] = record

    def __len__(self) -> int:
        return len(self._known)


def identity(task: Task) -> str:
    """A text that changes when the image file does; "" when it is gone."""
    try:
        status = os.stat(task.image)  # noqa: PTH116  a million times
    except OSError:
        return ""
    return f"{status.st_size} {status.st_mtime_ns}"


@contextlib.contextmanager
def held(folder: Path, name: str, *, wait: float = _WAIT) -> Iterator[int]:
    """Hold `name` in `folder` against other runs; gives the descriptor that holds it.

    A process that inherits the descriptor holds it too: a run that was killed is over when the last of its
    workers is gone. Raises HeldError after `wait` seconds. Where the disk has no locks, nothing is held.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(
            folder / f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666
        )
    except OSError as error:
        raise SaveError(
            f"The run cannot be written down in {folder}", error.strerror or str(error)
        ) from error
    try:
        deadline = time.monotonic() + wait
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() > deadline:
                    raise HeldError(
                        "Another run does the same images with the same models", "", "Wait until it is done"
                    ) from error
                time.sleep(0.05)
            except OSError:
                break
        yield descriptor
    finally:
        os.close(descriptor)
