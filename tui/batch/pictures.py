"""Pictures of a dataset's labels as files: photos with their instances drawn, or a crop of each instance.

Every file says what it was made from (`tui.data.marked`), so a call that was cut off goes on where it was,
and only what changed is made again.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from tui.data.atomic import write_atomic
from tui.data.classes import class_name
from tui.data.dataset import Dataset
from tui.data.filenames import folder_names
from tui.data.files import why
from tui.data.formats.base import LabelFile
from tui.data.formats.yolo import parse_labels, read_labels
from tui.data.image import read_image
from tui.data.marked import mark_of, with_mark
from tui.data.reviewfacts import facts_from
from tui.data.sidecar import Sidecar
from tui.errors import InputError, SaveError, UsageError
from tui.render.pictures import crop, encoded, labelled
from tui.render.scene import Rgb
from tui.session.review import Filter
from tui.types.instance import Instance
from tui.types.shapes import bounds

Outcome = Literal["made", "current", "nothing", "failed"]

_VERSION = 1
"""Goes up when the same labels are drawn differently."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What became of an image: `files` are up to date now, `written` of them were made by this call."""

    outcome: Outcome
    files: int = 0
    written: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """How pictures are made: whole photos or, with `crops`, each instance with `margin` around it.

    `suffix` is ".jpg" or ".png", `side` bounds the longer side, `captions` writes class names. `colour` gives
    the colour of a class.
    """

    colour: Callable[[int], Rgb]
    crops: bool = False
    margin: float = 0.0
    suffix: str = ".jpg"
    side: int | None = None
    captions: bool = True
    max_bytes: int = 512_000_000
    max_pixels: int = 200_000_000


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A file to be made: what it shows, by number of the instance, and its mark."""

    path: Path
    numbers: tuple[int, ...]
    mark: str


@dataclass
class Drawer:
    """Makes the pictures of images below `out`. `wanted` leaves instances out; `chosen` looks up classes."""

    dataset: Dataset
    sidecar: Sidecar
    out: Path
    look: Look
    wanted: Filter | None = None
    _folders: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        self._folders = folder_names(self.dataset.classes.names)

    def draw(self, image: Path) -> Drawn:
        """Make what is missing or out of date of one image. Raises SaveError when the disk takes nothing."""
        try:
            labels = read_labels(self.dataset.label_path(image), (1, 1))
            numbers = self._chosen(image, labels)
            files = self._files(image, labels, numbers) if labels.exists else []
            if not files:
                return Drawn("nothing")
            stale = [file for file in files if not self._is_current(file)]
            if stale:
                self._make(image, labels, stale)
        except InputError as error:
            return Drawn("failed", reason=error.sentence)
        except SaveError as error:
            if isinstance(error.__cause__, OSError):
                raise
            return Drawn("failed", reason=error.sentence)
        return Drawn("made" if stale else "current", len(files), len(stale))

    def _chosen(self, image: Path, labels: LabelFile) -> tuple[int, ...] | None:
        """The numbers of the instances that are shown; None where the filter leaves the image out."""
        every = tuple(range(len(labels.instances)))
        if self.wanted is None:
            return every
        facts = facts_from(
            labels, self.sidecar.record(image), 0, classes=len(self.dataset.classes.names), agreed=True
        )
        if not self.wanted.image(facts):
            return None
        return (
            tuple(n for n, one in zip(every, facts.objects, strict=True) if self.wanted.object(one)) or None
        )

    def _files(self, image: Path, labels: LabelFile, numbers: tuple[int, ...] | None) -> list[_Wanted]:
        if numbers is None:
            return []
        root = self.dataset.image_root
        inside = image.relative_to(root) if image.is_relative_to(root) else Path(image.name)
        parts = inside.parts[1:] if inside.parts[0] == "images" else inside.parts
        suffix = self.look.suffix
        if not self.look.crops:
            name = parts[-1] if parts[-1].lower().endswith(suffix) else f"{parts[-1]}{suffix}"
            path = self.out.joinpath(*parts[:-1], name)
            return [_Wanted(path, numbers, self._mark(image, labels, numbers))]
        stem = parts[-1].removesuffix(suffix)
        return [
            _Wanted(
                self.out.joinpath(self._folder(labels.instances[n]), *parts[:-1], f"{stem}-{n + 1}{suffix}"),
                (n,),
                self._mark(image, labels, (n,)),
            )
            for n in numbers
        ]

    def _folder(self, instance: Instance) -> str:
        class_id = instance.class_id
        return self._folders[class_id] if 0 <= class_id < len(self._folders) else f"class {class_id}"

    def _mark(self, image: Path, labels: LabelFile, numbers: tuple[int, ...]) -> str:
        """A digest of everything that the picture depends on."""
        look, names = self.look, self.dataset.classes.names
        try:
            status = os.stat(image)  # noqa: PTH116  a million times
            identity = f"{status.st_size} {status.st_mtime_ns}"
        except OSError:
            identity = ""
        facts = [str(_VERSION), identity, look.suffix, str(look.side), str(look.crops), str(look.margin)]
        for number in numbers:
            one = labels.instances[number]
            facts.append(one.source or "")
            if not look.crops:
                facts += [str(look.colour(one.class_id)), class_name(names, one.class_id) * look.captions]
        text = "\n".join(facts).encode("utf-8", "surrogateescape")
        return hashlib.blake2b(text, digest_size=16).hexdigest()

    def _is_current(self, file: _Wanted) -> bool:
        mark = mark_of(file.path)
        if mark == "" or file.path.is_symlink():
            raise SaveError(
                f"Not written: {file.path}", "another file is there", "Name an empty folder, or move it away"
            )
        return mark == file.mark

    def _make(self, image: Path, labels: LabelFile, files: list[_Wanted]) -> None:
        look = self.look
        picture = read_image(image, max_bytes=look.max_bytes, max_pixels=look.max_pixels)
        instances = parse_labels(labels.path, labels.data, picture.wh).instances
        for file in files:
            shown = [instances[number] for number in file.numbers]
            if look.crops:
                rgb = crop(picture.rgb, bounds(shown[0].shape), margin=look.margin, side=look.side)
            else:
                rgb = labelled(
                    picture.rgb,
                    shown,
                    colour=look.colour,
                    names=self.dataset.classes.names,
                    side=look.side,
                    letters=1 / 60 if look.captions else 0.0,
                )
            try:
                data = encoded(rgb, look.suffix)
            except ValueError as error:
                kind = "JPEG" if look.suffix == ".jpg" else "PNG"
                raise InputError(
                    f"{image.name} cannot be a {kind} file", str(error), "Give --side"
                ) from error
            write_atomic(file.path, with_mark(data, file.mark), root=self.out)


def prepare(out: Path, dataset: Dataset) -> Path:
    """The folder for pictures, made where it is missing, absolute.

    Raises UsageError where it and the dataset lie in one another, as the pictures would be taken for images
    of the dataset or be mixed up with them; SaveError where it cannot be made.
    """
    place = Path(os.path.abspath(out))  # noqa: PTH100  links stay as the person wrote them
    real = place.resolve()
    for taken in {dataset.image_root, dataset.root, *(s for s in dataset.sources if s.is_dir())}:
        there = taken.resolve()
        if real.is_relative_to(there) or there.is_relative_to(real):
            raise UsageError(
                f"Pictures cannot go to {out}",
                f"it and the dataset {taken} lie in one another",
                "Name another folder",
            )
    if place.exists() and not place.is_dir():
        raise UsageError(f"Pictures cannot go to {out}", "it is no folder", "Name another")
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SaveError(f"Pictures cannot go to {out}", why(error), "Name another folder") from error
    return place
