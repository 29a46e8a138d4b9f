"""Writes mended label files: records first, old bytes put aside, compared and replaced as any save."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from tui.data.atomic import write_checked
from tui.data.dataset import Dataset
from tui.data.formats.base import LabelFile
from tui.data.formats.yolo import parse_labels, stale_cache
from tui.data.mend import Mend, mended, origins_after
from tui.data.sidecar import Sidecar
from tui.errors import ConflictError, SaveError

FOLDER = "mended"
"""Folder beside the records that keeps what mended label files held before."""


class FileMender:
    """Mends label files of `dataset`; `kept` is where what they held before lies, below the dataset's layout.

    `stamp` begins the name of that folder. `problems` are sentences on files that could not be mended,
    `caches` the trainers' caches that are out of date now. Raises SaveError when the disk takes nothing.
    """

    def __init__(self, dataset: Dataset, sidecar: Sidecar, *, stamp: str) -> None:
        if sidecar.folder is None:
            raise SaveError("Nothing was mended", "there is no place to keep the old label files")
        self._root, self._sidecar = dataset.root, sidecar
        self.kept = _unused(sidecar.folder / FOLDER, stamp)
        self.files = 0
        self.problems: list[str] = []
        self.caches: dict[Path, None] = {}

    def __call__(self, image: Path, labels: LabelFile, mend: Mend) -> LabelFile | None:
        """Mend one file; None where it was changed meanwhile, or must not be written."""
        try:
            return self._mend(image, labels, mend)
        except SaveError as error:
            if isinstance(error.__cause__, OSError) and not isinstance(error, ConflictError):
                raise
            self.problems.append(error.sentence)
            return None

    def _mend(self, image: Path, labels: LabelFile, mend: Mend) -> LabelFile:
        data, record = mended(labels, mend), self._sidecar.record(image)
        after = parse_labels(labels.path, data, (1, 1))
        path, root = labels.path, self._root
        inside = path.relative_to(root) if path.is_relative_to(root) else Path(path.name)
        with suppress(ConflictError):  # links: the file was mended before, under another name
            write_checked(self.kept / inside, labels.data, expected=None)
        if record.origins:
            self._sidecar.update(image, origins=origins_after(labels, mend, record.origins))
        write_checked(path, data, expected=labels.data, root=root)
        if record.image.objects is not None:
            self._sidecar.update(image, objects=len(after.instances))
        self.files += 1
        if cache := stale_cache(path):
            self.caches[cache] = None
        return after


def _unused(folder: Path, stamp: str) -> Path:
    """A folder of this name, or with a number behind it, that does not exist yet; it is not made."""
    number = 0
    while (found := folder / f"{stamp}{f'-{number}' if number else ''}").exists():
        number += 1
    return found
