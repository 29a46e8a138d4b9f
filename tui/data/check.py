"""Checks a dataset's files one after the other: what a trainer would reject or misread, with file and line.

Label files are read and let go; what stays is one text for each labelled image, to find label files without
an image. Nothing is written, but by the mender that a caller may give.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from sys import intern

from tui.data.dataset import Dataset, label_path
from tui.data.faults import TINY, copies, faults, mixed, overlapping
from tui.data.formats.base import LabelFile
from tui.data.formats.yolo import read_labels
from tui.data.image import IMAGE_SUFFIXES
from tui.data.mend import Mend, mend_of
from tui.errors import ImageError, LabelFileError

FIXES = {
    "unreadable": "Repair the file, or move it away",
    "bom": "Take it off: older trainers drop the whole image for it",
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

_MENDED = ("line", "range", "duplicate")
"""Kinds of findings on a line that are gone once the line is mended; the others outlive it."""

_NO_LABELS = frozenset(("classes.txt", "labels.txt", "names.txt"))
"""Files beside labels that hold names."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: `kind` is a key of FIXES, `line` counts from 1, None for the whole file.

    `mend` says in words what mending does to it, "" where only a person can know what is right; `mended`:
    it was done, and `line` is where it stood before.
    """

    file: Path
    line: int | None
    kind: str
    what: str
    mend: str = ""
    mended: bool = False

    @property
    def fix(self) -> str:
        """What to do about it."""
        return FIXES[self.kind]


@dataclass
class Checked:
    """What was looked at so far; `unlabelled` images have no label file, `empty` ones one without objects.

    `findings` counts what is (still) there by kind, `safe` what of it can be mended, `mended` what was.
    """

    images: int = 0
    labelled: int = 0
    empty: int = 0
    unlabelled: int = 0
    objects: int = 0
    findings: Counter[str] = field(default_factory=Counter)
    safe: int = 0
    mended: Counter[str] = field(default_factory=Counter)

    def count(self, found: Finding) -> None:
        """Take a finding in."""
        (self.mended if found.mended else self.findings)[found.kind] += 1
        self.safe += bool(found.mend) and not found.mended


Mender = Callable[[Path, LabelFile, Mend], LabelFile | None]
"""Mends the label file of an image and returns it as it is then, or None where it could not."""


class Checker:
    """Checks images in turn, then the label files that none of them has.

    `tiny` is an area as a share of the image. `open_image` reads an image or raises ImageError; None leaves
    images alone. With `mender`, what is safe is mended, and what is found then is told after it.
    """

    def __init__(
        self,
        dataset: Dataset,
        *,
        tiny: float = TINY,
        open_image: Callable[[Path], object] | None = None,
        mender: Mender | None = None,
    ) -> None:
        self.checked = Checked()
        self._dataset, self._tiny, self._open_image, self._mender = dataset, tiny, open_image, mender
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
            found += self._labels(image, path)
        for one in found:
            self.checked.count(one)
        return found

    def orphans(self) -> Iterator[Finding]:
        """Label files that belong to no image; call it when every image was checked."""
        for path in self._label_files():
            if str(path) not in self._owners and not _has_image(path) and _is_label_file(path):
                found = Finding(path, None, "orphan", "there is no image for these labels")
                self.checked.count(found)
                yield found

    def _image(self, image: Path) -> list[Finding]:
        if self._open_image is None:
            return []
        try:
            self._open_image(image)
        except ImageError as error:
            return [Finding(image, None, "image", f"{error.what}: {error.why}" if error.why else error.what)]
        return []

    def _labels(self, image: Path, path: Path) -> list[Finding]:
        try:
            labels = read_labels(path, (1, 1))
        except LabelFileError as error:
            return [Finding(path, None, "unreadable", f"the labels cannot be read: {error.why}")]
        mend = mend_of(labels)
        found = self._findings(path, labels, mend)
        if mend and self._mender and (after := self._mender(image, labels, mend)):
            labels = after
            mended = [replace(one, mended=True) for one in found if one.mend]
            found = [*mended, *self._findings(path, labels, mend_of(labels))]
        self._count(labels)
        return found

    def _count(self, labels: LabelFile) -> None:
        self.checked.objects += len(labels.instances)
        if not labels.exists:
            self.checked.unlabelled += 1
        elif labels.instances or labels.kept:
            self.checked.labelled += 1
        else:
            self.checked.empty += 1

    def _findings(self, path: Path, labels: LabelFile, mend: Mend) -> list[Finding]:
        """What is wrong with a label file, in the order of lines."""
        found = sorted((*_lines(path, labels), *self._objects(path, labels)), key=lambda one: one.line or 0)
        return [replace(one, mend=_words(one, mend)) for one in found]

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


def _lines(path: Path, labels: LabelFile) -> Iterator[Finding]:
    """What is no label."""
    if labels.head:
        yield Finding(path, 1, "bom", "a byte order mark stands before the first number")
    for kept in labels.kept:
        yield Finding(path, kept.number, "line", f"not understood: {kept.reason}")


def _words(found: Finding, mend: Mend) -> str:
    """What the mend does about a finding: all that is wrong with a line is gone where the line goes."""
    if found.kind == "bom":
        return "taken off"
    line = found.line or 0
    helps = found.kind in _MENDED or line - 1 in mend.twins
    return mend.words.get(line, "") if helps else ""


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
