"""The dataset as the app uses it: images by index, pictures in memory, label files as last read.

Thread-safe: lanes load and save while the event loop asks for paths.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from tui.app.labelfiles import LabelFiles, LabelsRead
from tui.config import Config
from tui.data.atomic import sweep
from tui.data.dataset import Dataset
from tui.data.files import why
from tui.data.formats.yolo import stale_cache
from tui.data.image import DecodedImage, file_digest, read_image
from tui.data.journal_state import Instances, Kept, digest_of
from tui.data.sidecar import sidecar_of
from tui.errors import ImageError
from tui.types.text import printable

_PICTURE_BYTES = 256_000_000
"""Decoded pictures kept: the one in front, its neighbours, and what was just left."""

_DIGITS = 12
"""From so many digits on a number is not one of an image."""

_SWEEP_LIMIT = 10_000
"""Images whose label folders are swept at the start."""

_COLLISION_LIMIT = 200_000
"""Images up to which pairs like `a.jpg` and `a.png` are looked for: a few seconds of a thread."""


@dataclass(frozen=True, slots=True, eq=False)
class LoadedImage:
    """An image and what its label file holds. `blocked` says why the label file cannot be edited; `past` and
    `future` are undo and redo of an earlier session; `changed` is that of `LabelsRead`.
    """

    picture: DecodedImage
    instances: Instances
    has_file: bool
    blocked: str
    warning: str
    past: tuple[Instances, ...] = ()
    future: tuple[Instances, ...] = ()
    changed: bool = False
    state: str = ""
    note: str = ""


class Library:
    """One open dataset.

    Starts with a single image, so that it can be shown at once; `list_all` reads the whole folder.
    """

    def __init__(
        self, dataset: Dataset, config: Config, *, first: Path | None = None, read_only: bool = False
    ) -> None:
        """`first` is the image to begin with, by default the dataset's."""
        self.dataset = dataset
        self.sidecar = sidecar_of(dataset, read_only=read_only)
        self._config = config
        self._lock = threading.RLock()
        self._paths: list[Path] = [first or dataset.first()]
        self._listed = self._paths
        self._index: dict[Path, int] = {self._paths[0]: 0}
        self._pictures: OrderedDict[Path, tuple[str, DecodedImage]] = OrderedDict()
        self._shown: tuple[Path, str, DecodedImage] | None = None
        self.labels = LabelFiles(dataset.label_path, dataset.root)
        self.earlier: Mapping[Path, Kept] = {}
        """What earlier sessions left of images; whoever reads journals sets it."""
        self.approached: Callable[[Path], None] = lambda _: None
        """Called before an image is loaded for the person; for prefetching it is not."""
        self.guard: Callable[[Path], AbstractContextManager[None]] = lambda _: nullcontext()
        """Entered while native code reads an image; whoever keeps a journal sets it. May raise ImageError."""
        self._stale: dict[Path, bool] = {}
        self._digest = ("", "")

    # Images by index

    def list_all(self, told: Callable[[int, int], None] | None = None) -> None:
        """Read the whole folder; indices change once. Blocks: call it from a thread.

        `told` hears how many images there are and the new index of the one in front. Answers are given new
        indices from then on, in order: `told` and `located` exclude each other. Whoever asks by index goes on
        with the old ones until `take_listing`, which belongs where what was told is heard. Without `told`
        the listing is taken at once.
        """
        paths = self.dataset.list_images()
        index = {path: i for i, path in enumerate(paths)}
        with self._lock:
            if (front := self._paths[0]) not in index:  # it went while the folder was read, and is in front
                paths = [front, *paths]
                index = {path: i for i, path in enumerate(paths)}
            self._listed, self._index = paths, index
            if told is not None:
                told(len(paths), index[front])
        if told is None:
            self.take_listing()

    def take_listing(self) -> None:
        """From now on an index means an image of the listing that was read last."""
        with self._lock:
            self._paths = self._listed

    def listing_warnings(self) -> list[str]:
        """What the complete listing brought to light, as sentences. Blocks: call it from a thread."""
        warnings = []
        if self.dataset.skipped_folders:
            warnings.append(f"{self.dataset.skipped_folders} folders could not be read and were left out.")
        if len(self._listed) <= _COLLISION_LIMIT:
            pairs = self.dataset.collisions(self._listed)
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
        """Where an image stands now, for answers; what is posted by it goes through `located`."""
        with self._lock:
            return self._index.get(path)

    def located(self, path: Path, post: Callable[[int], None]) -> None:
        """Post an answer about an image by its index; none where it is not listed.

        No other listing can be told between the look-up and the posting.
        """
        with self._lock:
            index = self._index.get(path)
            if index is not None:
                post(index)

    def paths(self) -> list[Path]:
        """All images by index, in order; the list is not changed later."""
        with self._lock:
            return self._paths

    def find(self, text: str) -> int | None:
        """The image a person means by a number from 1 or by a part of its name (`007` is a name), or None.

        Takes a second for a name among a million.
        """
        with self._lock:
            paths = self._paths
        if text.isascii() and text.isdigit() and not text.startswith("0"):
            number = int(text[:_DIGITS])
            return number - 1 if len(text) < _DIGITS and number <= len(paths) else None
        needle = text.casefold()
        return next((i for i, path in enumerate(paths) if needle in path.name.casefold()), None)

    # Pictures

    def identity(self, path: Path) -> str:
        """A text that changes when the image file does. Asks the disk; raises ImageError."""
        try:
            status = path.stat()
        except OSError as error:
            raise ImageError(f"{path.name} cannot be read", why(error)) from error
        return f"{path}\0{status.st_mtime_ns}\0{status.st_size}"

    def content(self, path: Path) -> str:
        """A digest of the image file's bytes, the same wherever the file lies. Raises ImageError."""
        identity = self.identity(path)
        known, digest = self._digest
        if known != identity:
            digest = file_digest(path, max_bytes=self._config.max_image_bytes)
            self._digest = identity, digest
        return digest

    def picture(self, path: Path) -> DecodedImage:
        """The decoded image, from memory or from disk, anew when the file is another. Raises ImageError."""
        return self._read(path)[1]

    def _read(self, path: Path) -> tuple[str, DecodedImage]:
        identity = self.identity(path)
        with self._lock:
            known, found = self._pictures.get(path, ("", None))
            if found is not None and known == identity:
                self._pictures.move_to_end(path)
                return identity, found
        with self.guard(path):
            decoded = read_image(
                path, max_bytes=self._config.max_image_bytes, max_pixels=self._config.max_pixels
            )
        with self._lock:
            self._pictures[path] = identity, decoded
            while len(self._pictures) > 1 and self._held_bytes() > _PICTURE_BYTES:
                self._pictures.popitem(last=False)
        return identity, decoded

    def shown(self, path: Path) -> tuple[str, DecodedImage] | None:
        """Identity and picture of the image that was loaded last, if it is this one; asks no disk.

        What a person works on stays what it was, also when its file goes.
        """
        with self._lock:
            found = self._shown
        return (found[1], found[2]) if found is not None and found[0] == path else None

    def in_hand(self, path: Path) -> DecodedImage:
        """The picture that a person works on, as `shown`; another image's as `picture`. Raises ImageError."""
        found = self.shown(path)
        return self.picture(path) if found is None else found[1]

    def _held_bytes(self) -> int:
        return sum(picture.rgb.nbytes for _, picture in self._pictures.values())

    # Labels

    def load(self, path: Path) -> LoadedImage:
        """Decode an image and read its labels. Raises ImageError; a bad label file only blocks editing."""
        self.approached(path)
        identity, picture = self._read(path)
        with self._lock:
            self._shown = path, identity, picture
        read = self.labels.read(path, picture.wh)
        warnings = " ".join(filter(None, (picture.warning, read.kept)))
        past, future = self._undo(path, read, picture.wh)
        known = self.sidecar.state(path)
        return LoadedImage(
            picture,
            read.instances,
            read.has_file,
            read.blocked,
            printable(warnings),
            past,
            future,
            read.changed,
            known.state if known.known else "",
            known.note,
        )

    def _undo(
        self, path: Path, read: LabelsRead, wh: tuple[int, int]
    ) -> tuple[tuple[Instances, ...], tuple[Instances, ...]]:
        """Undo and redo of an earlier session, where the image and its label file are as it left them."""
        kept = self.earlier.get(path)
        if kept is None or read.blocked or (kept.digest, kept.wh) != (read.digest, wh):
            return (), ()
        return kept.past, kept.future

    def save(self, path: Path, instances: Instances) -> Instances:
        """Write the label file of an image; returns the same instances with their new source lines.

        Raises SaveError; the file on disk is then the old one.
        """
        before, written = self.labels.save(path, instances)
        after = self.labels.base(path)
        if after is not None and after.digest != digest_of(before.data if before.exists else None):
            stale = stale_cache(before.path)
            with self._lock:
                if stale is not None:
                    self._stale.setdefault(stale, False)
        return written

    def label_text(self, path: Path) -> str | None:
        """The text of the label file of an image as last read or written; None where there is none."""
        return self.labels.text(path)

    def name(self, path: Path) -> str:
        """An image's path below the dataset's folder, the same on every machine; the whole path elsewhere."""
        root = self.dataset.image_root
        return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()

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
        for folder in {self.dataset.label_path(path).parent for path in self._listed[:_SWEEP_LIMIT]}:
            if folder.is_dir():
                sweep(folder)

    def replaced(self, path: Path) -> bool:
        """Whether the file of a picture in memory is another one now."""
        with self._lock:
            known = self._pictures.get(path)
        try:
            return known is not None and known[0] != self.identity(path)
        except ImageError:
            return False

    def read_classes(self) -> tuple[str, ...]:
        """The class list as it is on disk now, taken over. Raises ConfigError."""
        return self.dataset.reread_classes()

    def add_class(self, name: str) -> tuple[str, ...]:
        """Append a class to the dataset's list on disk; returns all names. Raises TtylabelError."""
        return self.dataset.add_class(name)
