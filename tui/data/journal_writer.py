"""The journal of the running session: what was edited, on disk within a fifth of a second, by a thread of its
own.

A disk that is full or gone ends the journal, not the labeling: that is said once, and labels are saved as
before.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from tui.data.atomic import sync_folder
from tui.data.files import why
from tui.data.journal import Record, pack
from tui.data.journal_state import Instances, Kept, relined, step

SYNC_SECONDS = 0.2
"""What was written is on disk after so long at most; a crash of the machine loses no more."""

COMPACT_BYTES = 1_000_000
"""Below this a journal is not rewritten; above it when it is four times what it was after the last rewriting.
"""

_WAIT_SECONDS = 10.0
"""How long a save waits for the journal's disk before it goes on without."""


@dataclass(frozen=True, slots=True)
class Base:
    """What an image's label file holds as last read or written, and the image's size."""

    wh: tuple[int, int]
    digest: str
    instances: Instances


BaseOf = Callable[[Path], Base | None]
_Job = Callable[[], None]


class Journal:
    """Written by `edit` and `saved`; closed by `close`. All methods may be called from any thread.

    Raises OSError when the file cannot be made. `base` is asked, in the journal's thread, for what an image's
    label file holds; `failed` is told, once, why nothing is recorded any more.
    """

    def __init__(self, file: Path, head: Record, base: BaseOf, failed: Callable[[str], None]) -> None:
        self.file = file
        self._head, self._base, self._failed = head, base, failed
        self._known: dict[Path, Kept] = {}
        self._jobs: deque[_Job] = deque()
        self._wake = threading.Condition()
        self._write_lock = threading.Lock()
        self._closing = self._urgent = False
        self._lost: list[Record] = []
        self._asked, self._synced = 0, 0  # jobs taken in, jobs on disk
        self._dead = False
        self._size = self._compacted = 0
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._descriptor = _locked_new(file)
        self._append(self._head)
        os.fdatasync(self._descriptor)
        sync_folder(file.parent)
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    # What happens in the session

    def edit(
        self, image: Path, instances: Instances, past: tuple[Instances, ...], future: tuple[Instances, ...]
    ) -> None:
        """The image holds these instances now, with these steps to undo and redo. Returns at once."""

        def job() -> None:
            base = self._base(image)
            if base is not None:
                saved = self._known[image].saved if self._keeps(image, base) else base.instances
                self._step(image, Kept(base.wh, base.digest, instances, saved, past, future))

        self._put(job)

    def saved(self, image: Path, written: Instances) -> None:
        """The label file holds `written`, on disk; returns when that is durably noted, or cannot be."""

        def job() -> None:
            known, base = self._known.get(image), self._base(image)
            if known is not None and base is not None:
                instances = relined(known.instances, written)
                self._step(
                    image, replace(known, digest=base.digest, wh=base.wh, instances=instances, saved=written)
                )

        self._put(job)
        self.flush()
        self._put(self._compact_if_large)

    def adopt(self, images: Mapping[Path, Kept]) -> None:
        """Take over what earlier sessions knew of images that this one has not edited; on disk on return."""

        def job() -> None:
            for image, kept in images.items():
                if image not in self._known:
                    self._step(image, kept)

        self._put(job)
        self.flush()

    def dropped(self, images: set[Path]) -> None:
        """The person gave up what was not saved of these images; on disk on return."""

        def job() -> None:
            for image in images & set(self._known):
                self._append({"k": "drop", "i": os.fspath(image)})
                del self._known[image]

        self._put(job)
        self.flush()

    def lost(self, image: Path, instances: Instances) -> None:
        """The side of a conflict that the person did not choose, kept for `ttylabel recover`."""
        self._put(lambda: self._note_lost(image, instances))

    def opening(self, image: Path, done: bool) -> None:
        """Native code is about to read an image, or has survived it. Written at once: a crash is near."""
        if not self._dead:
            with suppress(OSError):
                self._append({"k": "opened" if done else "opening", "i": os.fspath(image)})

    # To disk

    def flush(self) -> bool:
        """Wait until everything so far is on disk; False when it is not, or not in time."""
        with self._wake:
            wanted, self._urgent = self._asked, True
            self._wake.notify_all()
            done = self._wake.wait_for(lambda: self._synced >= wanted or self._dead, _WAIT_SECONDS)
            return done and not self._dead

    def close(self) -> None:
        """Write what waits and let go of the file, which stays: it holds undo and redo."""
        self._put(lambda: self._append({"k": "end"}))
        with self._wake:
            self._closing = True
            self._wake.notify_all()
        self._thread.join(_WAIT_SECONDS)

    def _put(self, job: _Job) -> None:
        with self._wake:
            if self._dead or self._closing:
                return
            self._jobs.append(job)
            self._asked += 1
            self._wake.notify_all()

    def _run(self) -> None:
        written = 0
        since: float | None = None
        try:
            while True:
                job = self._next(since)
                if job is not None:
                    job()
                    written += 1
                    since = time.monotonic() if since is None else since
                    continue
                if since is not None:
                    os.fdatasync(self._descriptor)
                    since = None
                    with self._wake:
                        self._synced = written
                        self._urgent = self._urgent and self._synced < self._asked
                        self._wake.notify_all()
                elif self._closing:
                    break
        except OSError as error:
            self._give_up(why(error))
        except Exception as error:  # a record that cannot be written must not pass for one that was
            self._give_up(f"internal error: {error}")
        finally:
            with suppress(OSError):
                os.close(self._descriptor)

    def _next(self, since: float | None) -> _Job | None:
        """The next job; None when it is time to sync, or to end.

        A burst of edits costs one sync; a save that waits for its record, and the end, have theirs at once.
        """
        with self._wake:
            if since is None:
                self._wake.wait_for(lambda: self._jobs or self._closing)
            else:
                left = SYNC_SECONDS - (time.monotonic() - since)
                if left <= 0:
                    return None
                self._wake.wait_for(lambda: self._jobs or self._urgent or self._closing, left)
            return self._jobs.popleft() if self._jobs else None

    def _give_up(self, reason: str) -> None:
        with self._wake:
            told, self._dead = self._dead, True
            self._jobs.clear()
            self._wake.notify_all()
        if not told:
            self._failed(reason)

    def _keeps(self, image: Path, base: Base) -> bool:
        """Whether what is known of an image is about the label file as it is now."""
        known = self._known.get(image)
        return known is not None and known.digest == base.digest and known.wh == base.wh

    def _step(self, image: Path, after: Kept) -> None:
        record = step(image, self._known.get(image), after)
        if record is not None:
            self._append(record)
            self._known[image] = after

    def _note_lost(self, image: Path, instances: Instances) -> None:
        record = step(image, None, Kept(instances=instances))
        if record is not None:
            self._lost.append({**record, "k": "lost"})
            self._append(self._lost[-1])

    def _append(self, record: Record) -> None:
        data = memoryview(pack(record))
        with self._write_lock:
            self._size += len(data)
            while data:
                data = data[os.write(self._descriptor, data) :]

    def _compact_if_large(self) -> None:
        """Write the journal anew with the latest state only. Failing leaves the old one, which is as good."""
        if self._size < max(COMPACT_BYTES, 4 * self._compacted):
            return
        fresh = self.file.with_name(f"{self.file.name}.{secrets.token_hex(4)}.new")
        steps = (step(image, None, kept) for image, kept in self._known.items())
        records = [self._head, *self._lost, *steps]
        data = b"".join(pack(record) for record in records if record is not None)
        try:
            descriptor = _locked_new(fresh)
            try:
                view = memoryview(data)
                while view:
                    view = view[os.write(descriptor, view) :]
                os.fdatasync(descriptor)
                with self._write_lock:
                    fresh.replace(self.file)
                    sync_folder(self.file.parent)
                    descriptor, self._descriptor = self._descriptor, descriptor
                    self._size = self._compacted = len(data)
            finally:
                os.close(descriptor)
        except OSError:
            with suppress(OSError):
                fresh.unlink(missing_ok=True)


def _locked_new(file: Path) -> int:
    """A new file, held by a lock that ends with this process: others see by it that the session lives."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
    descriptor = os.open(file, flags, 0o600)
    with suppress(OSError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return descriptor
