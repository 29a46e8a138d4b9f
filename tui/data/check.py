"""Checks a dataset's files one after the other: what a trainer would reject or misread, with file and line.

Label files are read and let go; what stays is one text for each labelled image, to find label files without
an image. Nothing is written.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from sys import intern

from tui.data.dataset import Dataset, label_path
from tui.data.faults import TINY, copies, faults, mixed, overlapping
from tui.data.formats.base import LabelFile
from tui.data.formats.yolo import read_labels
from tui.data.image import IMAGE_SUFFIXES
from tui.errors import ImageError, LabelFileError

FIXES = {
    "unreadable": "Repair the file, or move it away",
    "line": "Correct or remove the line: trainers may drop the whole image for it",
    "class": "Correct the number, or add the class to the list",
    "range": "Clamp it to the image: trainers cut it, or drop the whole image for it",
    "degenerate": "Draw it anew, or delete it",
    "tiny": "Look whether it is an object, else delete it",
    "duplicate": "Delete one of them",
    "overlap": "Look whether they are one object, and delete the worse",
    "mixed": "Keep to one task: convert or delete one kind",
    "shared": "Rename one of the images",
    "orphan": "Bring its image back, or move the file away",
    "image": "Repair or replace the image, or take it out with its labels",
}
"""Kinds of findings, and what to do about each."""

_NO_LABELS = frozenset(("classes.txt", "labels.txt", "names.txt"))
"""Files beside labels that hold names."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: `kind` is a key of FIXES, `line` counts from 1, None for the whole file."""

    file: Path
    line: int | None
    kind: str
    what: str

    @property
    def fix(self) -> str:
        """What to do about it."""
        return FIXES[self.kind]


@dataclass
class Checked:
    """What was looked at so far; `unlabelled` images have no label file, `empty` ones one without objects."""

    images: int = 0
    labelled: int = 0
    empty: int = 0
    unlabelled: int = 0
    objects: int = 0
    findings: Counter[str] = field(default_factory=Counter)


class Checker:
    """Checks images in turn, then the label files that none of them has.

    `tiny` is an area as a share of the image. `open_image` reads an image or raises ImageError; None leaves
    images alone.
    """

    def __init__(
        self, dataset: Dataset, *, tiny: float = TINY, open_image: Callable[[Path], object] | None = None
    ) -> None:
        self.checked = Checked()
        self._dataset, self._tiny, self._open_image = dataset, tiny, open_image
        self._classes = len(dataset.classes.names)
        self._owners: dict[str, str] = {}
        self._folders: dict[Path, None] = {}

    def image(self, image: Path) -> list[Finding]:
        """What is wrong with an image and its label file, in the order of lines."""
        path = self._dataset.label_path(image)
        self.checked.images += 1
        self._folders[path.parent] = None
        found = self._image(image)
        owner = self._owners.setdefault(str(path), intern(image.suffix))
        if owner != image.suffix:
            found.append(Finding(path, None, "shared", f"{path.stem}{owner} and {image.name} share it"))
        else:
            found += sorted(self._labels(path), key=lambda one: one.line or 0)
        self.checked.findings.update(one.kind for one in found)
        return found

    def orphans(self) -> Iterator[Finding]:
        """Label files that belong to no image; call it when every image was checked."""
        for path in self._label_files():
            if str(path) not in self._owners and not _has_image(path) and _is_label_file(path):
                self.checked.findings["orphan"] += 1
                yield Finding(path, None, "orphan", "there is no image for these labels")

    def _image(self, image: Path) -> list[Finding]:
        if self._open_image is None:
            return []
        try:
            self._open_image(image)
        except ImageError as error:
            return [Finding(image, None, "image", f"{error.what}: {error.why}" if error.why else error.what)]
        return []

    def _labels(self, path: Path) -> Iterator[Finding]:
        try:
            labels = read_labels(path, (1, 1))
        except LabelFileError as error:
            yield Finding(path, None, "unreadable", f"the labels cannot be read: {error.why}")
            return
        if not labels.exists:
            self.checked.unlabelled += 1
            return
        self.checked.objects += len(labels.instances)
        if labels.instances or labels.kept:
            self.checked.labelled += 1
        else:
            self.checked.empty += 1
        if labels.head:
            yield Finding(path, 1, "line", "a byte order mark stands before the first number")
        for kept in labels.kept:
            yield Finding(path, kept.number, "line", f"not understood: {kept.reason}")
        yield from self._objects(path, labels)

    def _objects(self, path: Path, labels: LabelFile) -> Iterator[Finding]:
        instances = labels.instances
        numbers = [number for number, line in enumerate(labels.lines, start=1) if line.instance is not None]
        for place, twin in enumerate(copies(instances)):
            first = numbers[twin] if twin is not None and twin < place else 0
            for fault in faults(instances[place], repeated=first > 0, classes=self._classes, tiny=self._tiny):
                where = f", first in line {first}" if fault.kind == "duplicate" else ""
                yield Finding(path, numbers[place], fault.kind, fault.words + where)
        for place, other, shared in overlapping(instances):
            what = f"it covers the same as line {numbers[other]}, of the same class (IoU {shared:.2f})"
            yield Finding(path, numbers[place], "overlap", what)
        if (odd := mixed(instances)) is not None:
            yield Finding(path, numbers[odd], "mixed", "boxes and polygons stand in one file")

    def _label_files(self) -> Iterator[Path]:
        """Files that may hold labels, where those of the checked images lie and below, each folder once."""
        opened = [source for source in self._dataset.sources if source.is_dir()]
        if not opened and len(self._owners) < 2:
            return
        roots = [self._dataset.label_path(source / "x").parent for source in opened]
        seen: set[str] = set()
        for root in (*roots, *self._folders):
            for folder, below, names in os.walk(root):
                below[:] = sorted(name for name in below if not name.startswith("."))
                if folder in seen:
                    below.clear()
                    continue
                seen.add(folder)
                for name in sorted(names):
                    if name.endswith(".txt") and not name.startswith(".") and name not in _NO_LABELS:
                        yield Path(folder, name)


def _has_image(path: Path) -> bool:
    """Whether an image that was not opened (of another split, say) has these labels."""
    head, labels, tail = str(path).rpartition("/labels/")
    stem = Path(f"{head}/images/{tail}" if labels else path).with_suffix("")
    usual = (Path(f"{stem}{case(suffix)}") for suffix in IMAGE_SUFFIXES for case in (str.lower, str.upper))
    return any(label_path(image) == path and image.exists() for image in usual)


def _is_label_file(path: Path) -> bool:
    """Whether a text file is labels at all, and no list of images or names."""
    try:
        labels = read_labels(path, (1, 1))
    except LabelFileError:
        return False
    return not labels.data.strip() or bool(labels.instances)
