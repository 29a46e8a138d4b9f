"""The images a person opened, and where their labels lie. Lazy: nothing is listed before the first image."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from tui.data.class_plan import unfinished
from tui.data.classes import ClassList, add_class, find_classes, read_classes
from tui.data.description import Description, absolute, find_description, read_description, read_list
from tui.data.formats.yolo import read_labels
from tui.data.image import IMAGE_SUFFIXES, is_image_name
from tui.errors import LabelFileError, UsageError
from tui.types.instance import Task
from tui.types.shapes import Box

NATURAL_SORT_LIMIT = 100_000
"""Up to so many images `img2` comes before `img10`; beyond, plain order (a million natural keys take 5 s)."""

_FIRST_LOOK = 2_000
"""Images looked at to find the first one: all of a small dataset, a moment's work in a huge one."""

_TASK_LOOK = 50
"""Label files looked at to find out whether the dataset holds boxes or polygons."""


@dataclass(frozen=True, slots=True)
class _Places:
    """Where things are: `sources` are folders, list files or one image; nothing is written outside `root`."""

    sources: tuple[Path, ...]
    home: Path
    root: Path
    labels_dir: Path | None


class Dataset:
    """An opened dataset. `open_dataset` makes it; nothing on disk is created before the first save."""

    def __init__(
        self, places: _Places, classes: ClassList, *, task: Task, warnings: tuple[str, ...], pose: bool
    ) -> None:
        self._places = places
        self._pose = pose
        self.classes = classes
        self.task: Task = task
        self.warnings = warnings
        self.skipped_folders = 0
        """Folders that could not be read, counted by the last complete listing."""

    @property
    def root(self) -> Path:
        """The folder that nothing is written outside of."""
        return self._places.root

    @property
    def pose(self) -> bool:
        """Whether its labels are keypoints, of which nothing here knows the form."""
        return self._pose

    @property
    def sources(self) -> tuple[Path, ...]:
        """What was opened: folders, list files or one image."""
        return self._places.sources

    @property
    def image_root(self) -> Path:
        """The folder that holds the images, above the last `images`: the same however much was opened."""
        return _cover(self._places.home)

    def first(self) -> Path:
        """An image to start with, at once: the first of a small dataset, an early one of a huge one.

        Raises UsageError when there is no image.
        """
        found = list(islice(self._walk([]), _FIRST_LOOK))
        if not found:
            raise _no_images(self._places.sources)
        return Path(min(found, key=_natural))

    def list_images(self) -> list[Path]:
        """All images in order, each once. Reads every folder: call it from a thread."""
        unreadable: list[str] = []
        found = sorted(set(self._walk(unreadable)))
        if len(found) <= NATURAL_SORT_LIMIT:
            found.sort(key=_natural)
        self.skipped_folders = len(unreadable)
        return [Path(path) for path in found]

    def stream(self) -> Iterator[tuple[Path, Path]]:
        """Every image once, with the source it is from, in no order and without keeping names.

        Of list files the paths are kept, as reading them does anyway. Folders that cannot be read are counted
        in `skipped_folders` at the end.
        """
        unreadable: list[str] = []
        folders = [source for source in self.sources if source.is_dir()]
        tops = [one for one in folders if not any(one != up and one.is_relative_to(up) for up in folders)]
        for source in tops:
            for image in _images_below(str(source), unreadable):
                yield Path(image), source
        seen = set[str]()
        for source in self.sources:
            if source not in folders:
                for image in self._listed(source):
                    if image not in seen and not any(Path(image).is_relative_to(top) for top in tops):
                        seen.add(image)
                        yield Path(image), source
        self.skipped_folders = len(unreadable)

    def membership(self) -> Callable[[Path], bool]:
        """Whether an image is (still) one of this dataset's, as a test for many of them."""
        tops = [source for source in self.sources if source.is_dir()]
        listed = {image for source in self.sources if source not in tops for image in self._listed(source)}

        def holds(image: Path) -> bool:
            inside = str(image) in listed or any(image.is_relative_to(top) for top in tops)
            return inside and image.exists()

        return holds

    def label_path(self, image: Path) -> Path:
        """Where the labels of an image lie: the rule of `label_path`, or its mirror below `--labels-dir`."""
        usual = label_path(image)
        labels_dir, home = self._places.labels_dir, self._places.home
        if labels_dir is None:
            return usual
        inside = usual if usual.is_relative_to(home) else absolute(image).with_suffix(".txt")
        parts = inside.relative_to(home).parts if inside.is_relative_to(home) else (inside.name,)
        return labels_dir.joinpath(*(parts[1:] if parts[0] == "labels" else parts))

    def collisions(self, images: Iterable[Path]) -> list[tuple[Path, Path]]:
        """Pairs of images that share one label file, such as `a.jpg` and `a.png`."""
        owner: dict[Path, Path] = {}
        pairs = []
        for image in images:
            first = owner.setdefault(self.label_path(image), image)
            if first != image:
                pairs.append((first, image))
        return pairs

    def read_only_reason(self, image: Path | None = None) -> str:
        """Why labels cannot be saved, as one sentence for the person, or "" when they can."""
        if self._pose:
            return "This is a pose dataset (kpt_shape); keypoints cannot be edited here: viewing only"
        if cut_off := unfinished(self.root):
            return f"{cut_off}. Until then: viewing only"
        folder = self.label_path(image or self.first()).parent
        if not folder.resolve().is_relative_to(self.root.resolve()):
            return f"Labels folder leads outside the dataset ({folder}): viewing only. {_ELSEWHERE}"
        folder = _existing(folder)
        if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
            return f"Labels folder is read-only: viewing only. {_ELSEWHERE}"
        return ""

    def add_class(self, name: str) -> tuple[str, ...]:
        """Append a class on disk and return all names.

        Goes to the file the list came from, else to a new `classes.txt` in the dataset's root. Raises
        UsageError for a name that cannot be used, SaveError or ConflictError when it cannot be written.
        """
        source = self.classes.source
        root = source.parent if source else self.root
        self.classes = add_class(self.classes, name, new_file=self.class_file, root=root)
        return self.classes.names

    @property
    def class_file(self) -> Path:
        """The file that the class list comes from, or that the first class would be written to."""
        new_file = (self._places.labels_dir or self._places.home) / "classes.txt"
        return self.classes.source or new_file

    def classes_on_disk(self) -> tuple[str, ...]:
        """The class names as they are on disk now, not taken over. Raises ConfigError."""
        source = self.classes.source
        return read_classes(source).names if source else self.classes.names

    def reread_classes(self) -> tuple[str, ...]:
        """Take over the class list as it is on disk now. Raises ConfigError."""
        self.classes = replace(self.classes, names=self.classes_on_disk())
        return self.classes.names

    def _walk(self, unreadable: list[str]) -> Iterator[str]:
        for source in self._places.sources:
            if source.is_dir():
                yield from _images_below(str(source), unreadable)
            else:
                yield from self._listed(source)

    def _listed(self, source: Path) -> Iterator[str]:
        """The images that a source names which is no folder: a list file, or one image."""
        if source.suffix.lower() == ".txt":
            yield from map(str, read_list(source, self._places.home))
        else:
            yield str(source)


_ELSEWHERE = "--labels-dir DIR saves elsewhere"


def open_dataset(
    path: Path,
    *,
    labels_dir: Path | None = None,
    classes_file: Path | None = None,
    class_names: tuple[str, ...] = (),
    task: Task | None = None,
) -> Dataset:
    """Open an image file, a folder, or a `data.yaml` (a folder that holds one is opened by it).

    The task is the given one, else what the data.yaml says, else what the first label files hold, else
    "detect". `class_names` are the classes where they come from a model and not from a file of names; one
    that is added then begins a `classes.txt` with all of them. Raises UsageError for a path that is nothing
    of this, or without images; ConfigError for a data.yaml or class list that cannot be used.
    """
    place = absolute(path)
    try:
        is_folder, exists = place.is_dir(), place.exists()
    except OSError as error:
        raise UsageError(f"Cannot open {path}", (error.strerror or str(error)).lower()) from error
    if not exists:
        raise UsageError(f"Cannot open {path}", "there is no such file or folder")
    description = _description(place, is_folder)
    sources, home, warnings = _sources(place, is_folder, description)
    elsewhere = absolute(labels_dir) if labels_dir else None
    root = _existing(elsewhere) if elsewhere else _cover(home)
    places = _Places(sources, home, root, elsewhere)
    classes = ClassList(class_names) if class_names else _classes(places, classes_file, description)
    said = task or (description.task if description else None)
    pose = description.pose if description else False
    dataset = Dataset(
        places, classes, task=said or "detect", warnings=(*warnings, *classes.warnings), pose=pose
    )
    dataset.first()
    dataset.task = said or _task_on_disk(dataset) or "detect"
    return dataset


def label_path(image: Path) -> Path:
    """The label file of an image by the trainers' rule.

    In the absolute path the last `/images/` becomes `/labels/`; without one the label lies beside the image.
    The last suffix becomes `.txt`.
    """
    text = str(absolute(image))
    head, images, tail = text.rpartition("/images/")
    return Path(f"{head}/labels/{tail}" if images else text).with_suffix(".txt")


def _description(place: Path, is_folder: bool) -> Description | None:
    if is_folder:
        found = find_description(place)
        return read_description(found) if found else None
    return read_description(place) if place.suffix.lower() in (".yaml", ".yml") else None


def _sources(
    place: Path, is_folder: bool, description: Description | None
) -> tuple[tuple[Path, ...], Path, tuple[str, ...]]:
    """What is listed, the dataset's home folder, and what the person should know."""
    if description and description.sources:
        return description.sources, description.root, description.warnings
    if description and not is_folder:
        raise UsageError(
            f"Cannot open {place}",
            "none of its image folders exists",
            "Correct 'path', 'train' and 'val' in it",
        )
    if is_folder:
        return (place,), place, description.warnings if description else ()
    if not place.is_file() or place.suffix.lower() not in IMAGE_SUFFIXES | {".gif"}:
        raise UsageError(f"Cannot open {place}", "it is no image, no folder and no data.yaml", _looked_for())
    return (place,), place.parent, ()


def _existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder


def _cover(home: Path) -> Path:
    """The folder that holds both images and labels: above the last `images` that `home` lies in."""
    for above in (home, *home.parents):
        if above.name == "images":
            return above.parent
    return home


def _classes(places: _Places, classes_file: Path | None, description: Description | None) -> ClassList:
    if classes_file is not None:
        return read_classes(absolute(classes_file))
    if description:
        return find_classes((places.home, places.home / "labels"), description.path)
    cover = _cover(places.home)
    folders = [places.labels_dir] if places.labels_dir else []
    folders += [places.home, label_path(places.home / "x").parent, cover, cover / "labels"]
    above = find_description(cover) if cover != places.home else None
    return find_classes(list(dict.fromkeys(folders)), above)


def _task_on_disk(dataset: Dataset) -> Task | None:
    """The task that the first label files with an instance speak for."""
    for image in islice(dataset._walk([]), _TASK_LOOK):
        try:
            instances = read_labels(dataset.label_path(Path(image)), (1, 1)).instances
        except LabelFileError:
            continue
        if instances:
            return "detect" if isinstance(instances[0].shape, Box) else "segment"
    return None


def _images_below(folder: str, unreadable: list[str]) -> Iterator[str]:
    """Image files in a folder and below it, following links to folders, each folder once.

    An own walk: `Path.rglob` takes 15 s for a million files and stops at the first unreadable folder.
    """
    waiting, seen = [folder], set[tuple[int, int]]()
    while waiting:
        current = waiting.pop()
        try:
            # The walk goes by text: a `Path` for each of a million folders would cost seconds.
            status = os.stat(current)  # noqa: PTH116
            if (status.st_dev, status.st_ino) in seen:
                continue
            seen.add((status.st_dev, status.st_ino))
            with os.scandir(current) as entries:
                for entry in entries:
                    if is_image_name(entry.name) and _is(entry.is_file):
                        yield entry.path
                    elif not entry.name.startswith(".") and _is(entry.is_dir):
                        waiting.append(entry.path)
        except OSError:
            unreadable.append(current)


def _is(kind: Callable[[], bool]) -> bool:
    """The answer of a directory entry; one whose links run in a circle is nothing."""
    try:
        return kind()
    except OSError:
        return False


def _natural(path: str) -> list[tuple[int, int, str]]:
    """Sort key under which `img2` comes before `img10`; ties are broken by the text itself."""
    key = [
        (0, int(part), "") if part.isascii() and part.isdigit() else (1, 0, part)
        for part in re.split(r"([0-9]{1,18})", path)
        if part
    ]
    return [*key, (2, 0, path)]


def _no_images(sources: tuple[Path, ...]) -> UsageError:
    where = ", ".join(str(source) for source in sources)
    return UsageError(f"No images in {where}", "", _looked_for())


def _looked_for() -> str:
    return f"Images end in {' '.join(sorted(IMAGE_SUFFIXES))}"
