"""The dataset as the app uses it: images by index, pictures in memory, label files as last read.

Thread-safe: lanes load and save while the event loop asks for paths.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from pathlib import Path

from tui.config import Config
from tui.data.atomic import sweep
from tui.data.dataset import Dataset
from tui.data.formats.yolo import LabelFile, read_labels, save_labels, stale_cache
from tui.data.image import DecodedImage, read_image
from tui.errors import LabelFileError
from tui.types.instance import Instance
from tui.types.text import printable

_PICTURE_BYTES = 256_000_000
"""Decoded pictures kept: the one in front, its neighbours, and what was just left."""

_SWEEP_LIMIT = 10_000
"""Images whose label folders are swept at the start."""

_COLLISION_LIMIT = 200_000
"""Images up to which pairs like `a.jpg` and `a.png` are looked for: a few seconds of a thread."""


@dataclass(frozen=True, slots=True, eq=False)
class LoadedImage:
    """An image and what its label file holds. `blocked` says why the label file cannot be edited."""

    picture: DecodedImage
    instances: tuple[Instance, ...]
    has_file: bool
    blocked: str
    warning: str


class Library:
    """One open dataset.

    Starts with a single image, so that it can be shown at once; `list_all` reads the whole folder.
    """

    def __init__(self, dataset: Dataset, config: Config) -> None:
        self.dataset = dataset
        self._config = config
        self._lock = threading.Lock()
        self._paths: list[Path] = [dataset.first()]
        self._index: dict[Path, int] = {self._paths[0]: 0}
        self._pictures: OrderedDict[Path, DecodedImage] = OrderedDict()
        self._labels: dict[Path, LabelFile] = {}
        self._stale: dict[Path, bool] = {}

    # Images by index

    def list_all(self) -> None:
        """Read the whole folder; indices change once, when this returns. Blocks: call it from a thread."""
        paths = self.dataset.list_images()
        index = {path: i for i, path in enumerate(paths)}
        with self._lock:
            if self._paths[0] in index:
                self._paths, self._index = paths, index

    def listing_warnings(self) -> list[str]:
        """What the complete listing brought to light, as sentences. Blocks: call it from a thread."""
        warnings = []
        if self.dataset.skipped_folders:
            warnings.append(f"{self.dataset.skipped_folders} folders could not be read and were left out.")
        if len(self._paths) <= _COLLISION_LIMIT:
            pairs = self.dataset.collisions(self._paths)
            if pairs:
                first, second = pairs[0]
                more = f" and {len(pairs) - 1} more pairs" if len(pairs) > 1 else ""
                warnings.append(
                    f"{first.name} and {second.name}{more} share one label file: rename one of them."
                )
        return warnings

    def __len__(self) -> int:
        return len(self._paths)

    def path(self, index: int) -> Path:
        """The image at an index."""
        with self._lock:
            return self._paths[index]

    def index(self, path: Path) -> int | None:
        """Where an image stands now."""
        with self._lock:
            return self._index.get(path)

    def find(self, text: str) -> int | None:
        """The image a person means by a number from 1 or by a part of its name (`007` is a name), or None."""
        with self._lock:
            if text.isascii() and text.isdigit() and not text.startswith("0"):
                number = int(text)
                return number - 1 if 1 <= number <= len(self._paths) else None
            needle = text.casefold()
            return next((i for i, path in enumerate(self._paths) if needle in path.name.casefold()), None)

    # Pictures

    def identity(self, path: Path) -> str:
        """A text that changes when the image file does."""
        status = path.stat()
        return f"{path}\0{status.st_mtime_ns}\0{status.st_size}"

    def picture(self, path: Path) -> DecodedImage:
        """The decoded image, from memory or from disk. Raises ImageError."""
        with self._lock:
            found = self._pictures.get(path)
            if found is not None:
                self._pictures.move_to_end(path)
                return found
        decoded = read_image(path, max_bytes=self._config.max_image_bytes, max_pixels=self._config.max_pixels)
        with self._lock:
            self._pictures[path] = decoded
            while len(self._pictures) > 1 and self._held_bytes() > _PICTURE_BYTES:
                self._pictures.popitem(last=False)
        return decoded

    def _held_bytes(self) -> int:
        return sum(p.rgb.nbytes for p in self._pictures.values())

    # Labels

    def load(self, path: Path) -> LoadedImage:
        """Decode an image and read its labels. Raises ImageError; a bad label file only blocks editing."""
        picture = self.picture(path)
        warnings = [picture.warning] if picture.warning else []
        try:
            labels = read_labels(self.dataset.label_path(path), picture.wh)
        except LabelFileError as error:
            with self._lock:
                self._labels.pop(path, None)
            return LoadedImage(picture, (), True, printable(error.sentence), printable(" ".join(warnings)))
        with self._lock:
            self._labels[path] = labels
        if labels.kept:
            warnings.append(_kept_sentence(labels))
        return LoadedImage(picture, labels.instances, labels.exists, "", printable(" ".join(warnings)))

    def save(self, path: Path, instances: tuple[Instance, ...]) -> tuple[Instance, ...]:
        """Write the label file of an image; returns the same instances with their new source lines.

        Their shapes stay as given: six decimals on disk are a rounding, not an edit, and must not make the
        image look changed. Raises SaveError; the file on disk is then the old one.
        """
        with self._lock:
            labels = self._labels[path]
        saved = save_labels(labels, instances, self.picture(path).wh, root=self.dataset.root)
        with self._lock:
            self._labels[path] = saved
            stale = stale_cache(labels.path) if saved.data != labels.data else None
            if stale is not None and stale not in self._stale:
                self._stale[stale] = False
        pairs = zip(instances, saved.instances, strict=True)
        return tuple(replace(instance, source=written.source) for instance, written in pairs)

    def stale_cache_warning(self) -> str:
        """A sentence about a trainer's cache that a save has made stale, once per cache; else empty."""
        with self._lock:
            fresh = next((cache for cache, said in self._stale.items() if not said), None)
            if fresh is None:
                return ""
            self._stale[fresh] = True
        return f"{fresh} is older than the labels: delete it before training, some trainers trust it."

    def sweep(self) -> None:
        """Remove what a save that was killed left beside the label files. Blocks: call it from a thread."""
        for folder in {self.dataset.label_path(path).parent for path in self._paths[:_SWEEP_LIMIT]}:
            if folder.is_dir():
                sweep(folder)

    def add_class(self, name: str) -> tuple[str, ...]:
        """Append a class to the dataset's list on disk; returns all names. Raises TtylabelError."""
        return self.dataset.add_class(name)


def _kept_sentence(labels: LabelFile) -> str:
    first = labels.kept[0]
    more = f" (and {len(labels.kept) - 1} more)" if len(labels.kept) > 1 else ""
    return f"{first}{more}; kept as it is"
