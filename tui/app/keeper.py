"""What keeps labels safe around a session: its journal, its claim, what earlier sessions left, what others
change.

Made before the terminal is asked; a thread reads the journals meanwhile. Without `begin` (viewing only,
tests) every method is a no-op.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tui.app.library import Library
from tui.data import recovery
from tui.data.claims import Claim, Holder
from tui.data.files import why
from tui.data.journal_state import Instances, Kept
from tui.data.journal_writer import Journal
from tui.errors import ConfigError, ImageError
from tui.session import effects as fx
from tui.session import events as ev
from tui.types.text import printable

Post = Callable[[ev.Event | fx.Notify], None]

_READY_SECONDS = 3.0
"""How long the first picture waits for the journals at most; they are read while the program starts."""

_END_SECONDS = 10.0
"""How long another session of this user has to save and leave when asked to."""


@dataclass(frozen=True, slots=True)
class Pending:
    """Unsaved labels of a session that is gone. `changed`: the label file is not what that session knew."""

    left: recovery.Left
    image: Path
    kept: Kept
    changed: bool


class Keeper:
    """One per session; `begin` starts it, `close` ends it. Methods may be called from any thread."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._journal: Journal | None = None
        self._claim: Claim | None = None
        self._ready = threading.Event()
        self._crashed: set[Path] = set()
        self._told: dict[Path | str, object] = {}
        self._post: Post = lambda _: None
        self.pending: tuple[Pending, ...] = ()
        self.holder: Holder | None = None
        self.written: dict[Path, int] = {}
        """How many objects each label file holds that was saved."""

    # Beginning and end

    def begin(self) -> None:
        """Start the journal and read those of earlier sessions, in a thread."""
        self._library.guard, self._library.approached = self._guarded, self._approached
        threading.Thread(target=self._begin, name="recovery", daemon=True).start()

    def connect(self, post: Post) -> None:
        """Take the claim and say what happened so far. Blocks: call it from a thread, once."""
        self._post = post
        self._ready.wait(60)
        if trouble := self._told.pop("trouble", None):
            post(fx.Notify(str(trouble), "warning"))
        if self._journal is not None:
            self._take_claim()

    def close(self) -> None:
        """Write what waits and give the claim back; may be called twice."""
        if self._journal is not None:
            self._journal.close()
        if self._claim is not None:
            with suppress(OSError):
                self._claim.release()

    def _begin(self) -> None:
        root = self._library.dataset.root
        try:
            self._journal = recovery.begin(root, self._library.labels.base, self._journal_failed)
        except OSError as error:
            self._told["trouble"] = f"Recovery is off: {why(error)}"
        try:
            own = self._journal.file if self._journal else None
            self._take_up([left for left in recovery.find(root, besides=own) if left.alive is False])
        finally:
            self._ready.set()

    def _journal_failed(self, reason: str) -> None:
        text = f"Recovery is off: {printable(reason)}. Labels are saved as before"
        self._post(fx.Notify(text, "error"))

    # What earlier sessions left

    def _take_up(self, dead: list[recovery.Left]) -> None:
        """Histories of images that are safe go on in this session's journal; the rest is to be asked."""
        pending: list[Pending] = []
        earlier: dict[Path, Kept] = {}
        for left in dead:
            if left.newer:
                self._told["trouble"] = (
                    f"A journal made by version {printable(left.newer)} was kept: use that version to recover"
                )
                continue
            waiting = list(self._waiting(left))
            pending += waiting
            asked = {found.image for found in waiting}
            for image, kept in left.images.items():
                if image not in asked:
                    earlier.setdefault(image, kept)
            self._crashed |= left.crashed
        self.pending = (*self.pending, *pending)
        self._library.earlier = {**self._library.earlier, **earlier}
        if self._journal is None:
            return
        self._journal.adopt(earlier)
        kept_files = {found.left.file for found in pending}
        if self._journal.flush():
            for left in dead:
                if left.file not in kept_files and not left.newer:
                    _put_away(left)

    def _waiting(self, left: recovery.Left) -> Iterator[Pending]:
        for image, kept in left.unsaved.items():
            unsaved = recovery.unsaved_on_disk(self._library.labels.path(image), kept)
            if unsaved is not None:
                yield Pending(left, image, kept, changed=not unsaved)

    def recover(self) -> None:
        """Bring back what is pending, as edits of this session; those it has on disk are then forgotten."""
        missing = 0
        for found in self.pending:
            index = self._library.index(found.image)
            if index is None or not self._restore(index, found):
                missing += 1
        if missing:
            text = f"{missing} images to recover are not here: their labels stay in the journal"
            self._post(fx.Notify(text, "warning"))

    def _restore(self, index: int, found: Pending) -> bool:
        kept = found.kept
        read = self._library.labels.read(found.image, kept.wh)
        if read.blocked:
            self._post(fx.Notify(read.blocked, "error"))
            return False
        self._library.labels.accept(found.image)
        theirs = read.instances if found.changed else None
        self._post(
            ev.Restored(index, kept.wh, kept.instances, kept.past, kept.future, read.instances, theirs)
        )
        return True

    def recovered(self, images: Iterable[Path]) -> None:
        """The session holds these images now: with their labels in its own journal, the old ones may go."""
        done = set(images)
        if self._journal is None or not self._journal.flush():
            return
        for file in {found.left.file for found in self.pending if found.image in done}:
            if all(found.image in done for found in self.pending if found.left.file == file):
                recovery.forget(file)
        self.pending = ()

    def discard(self) -> None:
        """Put the journals with pending labels aside."""
        for file in {found.left.file for found in self.pending}:
            try:
                place = recovery.discard(file)
            except OSError as error:
                self._post(fx.Notify(f"Not discarded: {why(error)}", "error"))
                return
            self._post(fx.Notify(f"Discarded; kept for 30 days in {printable(str(place.parent))}"))
        self.pending = ()

    # The claim

    def _take_claim(self) -> None:
        self._claim = Claim(self._library.dataset.root, self._claim_lost)
        self._claimed(self._claim.take)

    def _claimed(self, take: Callable[[], Holder | None]) -> None:
        try:
            self.holder = take()
        except OSError:
            self.holder = None  # no claims on this disk: the comparison at each save protects
        if self.holder is not None:
            self._post(ev.ViewOnly(f"{self.holder.sentence} is labeling this dataset"))

    def _claim_lost(self) -> None:
        self._post(ev.ViewOnly("another session took this dataset over; edits not saved are in the journal"))

    def take_over(self) -> None:
        """Take the claim from whoever has it. Blocks."""
        if self._claim is not None:
            self._claimed(self._claim.take_over)
            if self.holder is None:
                self._post(ev.ViewOnly(""))

    def beside(self) -> None:
        """Edit without the claim: what two sessions change in one image becomes a conflict."""
        self.holder = None
        self._post(ev.ViewOnly(""))

    def end_other(self) -> None:
        """Ask one's own other session to save and leave, and go on in its place. Blocks."""
        holder, claim = self.holder, self._claim
        if holder is None or claim is None or not holder.mine:
            return
        with suppress(OSError):
            os.kill(holder.pid, signal.SIGHUP)
        end = time.monotonic() + _END_SECONDS
        while self.holder is not None and time.monotonic() < end:
            time.sleep(0.1)
            with suppress(OSError):
                self.holder = claim.take()
        if self.holder is None:
            self._post(ev.ViewOnly(""))
            left = [one for one in recovery.find(self._library.dataset.root) if one.pid == holder.pid]
            self._take_up([one for one in left if one.alive is False])
        else:
            self._post(fx.Notify("The other session did not end; taking over is still possible", "warning"))

    # While labeling

    def record(self, image: Path, effect: fx.Record) -> None:
        """Note an edit in the journal."""
        if self._journal is not None:
            self._journal.edit(image, effect.instances, effect.past, effect.future)

    def saved(self, image: Path, written: Instances) -> None:
        """Note a save; returns when that is on disk, or cannot be."""
        self.written[self._library.dataset.label_path(image)] = len(written)
        if self._journal is not None:
            self._journal.saved(image, written)

    def accept(self, image: Path, lost: Instances) -> None:
        """Saves build on what somebody else wrote; what was not chosen is kept in the journal."""
        self._library.labels.accept(image)
        if self._journal is not None and lost:
            self._journal.lost(image, lost)

    def give_up(self, images: Iterable[Path]) -> None:
        """The person leaves without saving these."""
        if self._journal is not None:
            self._journal.dropped(set(images))

    def _approached(self, image: Path) -> None:
        """A person goes to an image, not for the first time: whatever it did, it is opened."""
        self._ready.wait(_READY_SECONDS)
        if image in self._crashed and not self._new(image, "crashed"):
            self._crashed.discard(image)

    @contextmanager
    def _guarded(self, image: Path) -> Iterator[None]:
        """Around native code that reads an image: if it takes the program down, the next one knows which."""
        if image in self._crashed:
            raise ImageError(
                f"{image.name} was being opened when the last session ended",
                "it may have crashed it",
                "Go to it again to open it anyway",
            )
        if self._journal is None:
            yield
            return
        self._journal.opening(image, False)
        try:
            yield
        finally:
            self._journal.opening(image, True)

    def look(self, image: Path) -> None:
        """Find out what others changed: labels and picture of an image, the class list. Blocks."""
        library = self._library
        if library.index(image) is None:
            return
        if library.replaced(image) and self._new(image, library.identity(image)):
            library.located(image, lambda index: self._post(ev.ImageReplaced(index)))
        found = library.labels.look(image)
        if found is not None:
            facts = found.instances, found.has_file, found.blocked
            library.located(image, lambda index: self._post(ev.LabelsChanged(index, *facts)))
        self._look_at_classes()

    def _look_at_classes(self) -> None:
        known = self._library.dataset.classes.names
        try:
            names = self._library.dataset.classes_on_disk()
        except ConfigError as error:
            if self._new("classes", error.sentence):
                self._post(fx.Notify(printable(error.sentence), "error"))
            return
        if names == known or not self._new("classes", names):
            return
        if names[: len(known)] == known:
            self._post(ev.ClassesChanged(self._library.read_classes()))
            self._post(fx.Notify(f"{len(names) - len(known)} new in the class list"))
        else:
            self._post(ev.ClassesReordered(names))

    def _new(self, what: Path | str, now: object) -> bool:
        """Whether this was not told already."""
        told, self._told[what] = self._told.get(what), now
        return told != now


def _put_away(left: recovery.Left) -> None:
    """Of a journal that was taken up only sides of conflicts are still needed, for a while."""
    if left.losses:
        with suppress(OSError):
            recovery.discard(left.file)
    else:
        recovery.forget(left.file)
