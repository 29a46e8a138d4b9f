"""The label files of a session: what each held when it was last read or written, so that nobody is
overwritten.

A save builds on what was last known. A file that turns out to hold something else is read and laid aside; it
becomes what saves build on only when the session accepts it.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from tui.data.files import read_regular
from tui.data.formats.yolo import LabelFile, read_labels, save_labels
from tui.data.journal_state import digest_of
from tui.data.journal_writer import Base
from tui.errors import LabelFileError, SaveError
from tui.types.instance import Instance
from tui.types.text import printable


@dataclass(frozen=True, slots=True)
class LabelsRead:
    """A label file as read for an image. `blocked` says why it cannot be edited; `changed`: it is not what
    this session knew, and is laid aside until accepted.
    """

    instances: tuple[Instance, ...] = ()
    has_file: bool = False
    blocked: str = ""
    kept: str = ""
    digest: str = ""
    changed: bool = False


class LabelFiles:
    """Thread-safe. `place` gives an image's label file; nothing is written outside of `root`."""

    def __init__(self, place: Callable[[Path], Path], root: Path) -> None:
        self._place, self._root = place, root
        self._lock = threading.Lock()
        self._known: dict[Path, LabelFile] = {}
        self._wh: dict[Path, tuple[int, int]] = {}
        self._theirs: dict[Path, tuple[LabelFile, tuple[int, int]]] = {}
        self._told: dict[Path, str] = {}
        self._queued: Counter[Path] = Counter()

    def read(self, image: Path, wh: tuple[int, int]) -> LabelsRead:
        """Read the label file of an image of this size; one that cannot be read only blocks editing."""
        with self._lock:
            aside = not self._queued[image]
        return self._read(image, wh, aside=aside)

    def _read(self, image: Path, wh: tuple[int, int], *, aside: bool) -> LabelsRead:
        try:
            labels = read_labels(self._place(image), wh)
        except LabelFileError as error:
            with self._lock:
                self._known.pop(image, None)
            return LabelsRead((), True, printable(error.sentence))
        with self._lock:
            known = self._known.get(image)
            changed = known is not None and not _same(known, labels)
            if not changed:
                self._known[image], self._wh[image] = labels, wh
            elif aside:
                self._theirs[image] = labels, wh
            kept = _kept_sentence(labels) if labels.kept else ""
            return LabelsRead(labels.instances, labels.exists, "", kept, _digest(labels), changed)

    def accept(self, image: Path) -> None:
        """Saves of an image build, from now on, on what somebody else wrote and was laid aside."""
        with self._lock:
            if image in self._theirs:
                self._known[image], self._wh[image] = self._theirs.pop(image)

    def queued(self, image: Path, change: int) -> None:
        """A save begins (+1) or ends (-1) its way to disk: what is read meanwhile may be our own writing."""
        with self._lock:
            self._queued[image] += change

    def save(self, image: Path, instances: tuple[Instance, ...]) -> tuple[LabelFile, tuple[Instance, ...]]:
        """Write the instances; returns the file before, and the instances with their new source lines.

        Their shapes stay as given: six decimals on disk are a rounding, not an edit, and must not make the
        image look changed. Raises SaveError; the file on disk is then the old one.
        """
        with self._lock:
            before, wh = self._known.get(image), self._wh.get(image, (0, 0))
        if before is None:
            raise SaveError(
                "Not saved", "the label file cannot be read", "Repair it, then open the image again"
            )
        saved = save_labels(before, instances, wh, root=self._root)
        with self._lock:
            self._known[image] = saved
        pairs = zip(instances, saved.instances, strict=True)
        return before, tuple(replace(instance, source=written.source) for instance, written in pairs)

    def theirs(self, image: Path) -> LabelsRead:
        """What somebody else wrote, read and laid aside although a save is on its way."""
        with self._lock:
            wh = self._wh[image]
        return self._read(image, wh, aside=True)

    def base(self, image: Path) -> Base | None:
        """What the journal must know of an image; None when its labels were not read."""
        with self._lock:
            labels = self._known.get(image)
            return Base(self._wh[image], _digest(labels), labels.instances) if labels else None

    def look(self, image: Path) -> LabelsRead | None:
        """What somebody else wrote since, once for each content; None when nothing did."""
        with self._lock:
            known = self._known.get(image)
            if known is None or self._queued[image]:
                return None
            wh = self._wh[image]
        if _unchanged(known):
            return None
        found = self.read(image, wh)
        with self._lock:
            fresh = self._told.get(image) != (found.digest or found.blocked)
            self._told[image] = found.digest or found.blocked
        return found if fresh and (found.changed or found.blocked) else None

    def text(self, image: Path) -> str | None:
        """The text of an image's label file as last read or written; None where there is none."""
        with self._lock:
            labels = self._known.get(image)
        return labels.data.decode("utf-8", "surrogateescape") if labels and labels.exists else None

    def path(self, image: Path) -> Path:
        """The label file of an image."""
        return self._place(image)


def _unchanged(known: LabelFile) -> bool:
    try:
        return known.exists and read_regular(known.path, len(known.data)) == known.data
    except FileNotFoundError:
        return not known.exists
    except OSError:
        return False


def _same(a: LabelFile, b: LabelFile) -> bool:
    return (a.exists, a.data) == (b.exists, b.data)


def _digest(labels: LabelFile) -> str:
    return digest_of(labels.data if labels.exists else None)


def _kept_sentence(labels: LabelFile) -> str:
    first = labels.kept[0]
    more = f" (and {len(labels.kept) - 1} more)" if len(labels.kept) > 1 else ""
    return f"{first}{more}; kept as it is"
