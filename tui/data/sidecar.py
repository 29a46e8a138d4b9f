"""What label files cannot say: how far an image is, and where each of its instances comes from.

Kept in `.ttylabel` in the dataset where that can be written, else below the user's state directory, where it
hides nothing: what both hold of an image is read, the newer counts. Images are known by their path relative
to the dataset's root, so a dataset can be moved; instances by the content of their label line, so lines can
be sorted or edited by other programs.

Two families of shards: states are small and often listed all, origins are large and read one by one.

Labels come first: nothing here raises. What went wrong is a sentence in `Sidecar.problems`.
"""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tui.config import state_dir
from tui.data.dataset import Dataset
from tui.data.files import why
from tui.data.shards import Record, Shards
from tui.data.sidecar_records import (
    ImageState,
    Origin,
    State,
    line_digest,
    origins_of,
    packed_origin,
    packed_time,
    state_of,
)
from tui.errors import TtylabelError

FOLDER = ".ttylabel"

_PROBLEMS = 20


@dataclass(frozen=True, slots=True)
class ImageRecord:
    """All that is known of one image. `origins` belong to label lines: see `matched`."""

    image: ImageState
    origins: tuple[Origin, ...] = ()


@dataclass(frozen=True, slots=True)
class _Layer:
    """One place that records are read from."""

    states: Shards
    origins: Shards


class Sidecar:
    """The records of one dataset; `open_sidecar` makes it. Thread-safe, and safe with other processes."""

    def __init__(
        self,
        root: Path,
        own: Path | None,
        others: Sequence[Path],
        now: Callable[[], float],
        *,
        durable: bool = True,
    ) -> None:
        self._root, self._durable = root, durable
        self._now = now
        self._own = _layer(own) if own else None
        self._layers = [_layer(folder) for folder in ((own, *others) if own else others)]
        self._lock = threading.Lock()
        self._problems: list[str] = []
        self.folder = own
        """Where records are written, or None when they are only read."""

    @property
    def problems(self) -> tuple[str, ...]:
        """What went wrong so far, as sentences (they hold file names: pass them through `printable`)."""
        damaged = sum(shards.damaged for layer in self._layers for shards in (layer.states, layer.origins))
        lines = (f"{damaged} damaged lines in {FOLDER} were passed over",) if damaged else ()
        return (*self._problems, *lines)

    def key(self, image: Path) -> str:
        """How an image is known: its path below the root, or the whole path where it lies elsewhere."""
        return str(image.relative_to(self._root) if image.is_relative_to(self._root) else image)

    def state(self, image: Path) -> ImageState:
        """How far an image is; state "todo" and `known` False where nothing is recorded."""
        return self._state(self.key(image))

    def record(self, image: Path) -> ImageRecord:
        """State and origins of an image."""
        key = self.key(image)
        newest: Record = {}
        for layer in self._layers:
            found = self._get(layer.origins, key)
            if found and (not newest or packed_time(found) > packed_time(newest)):
                newest = found
        return ImageRecord(self._state(key), origins_of(newest))

    def update(
        self,
        image: Path,
        *,
        state: State | None = None,
        objects: int | None = None,
        note: str | None = None,
        origins: Sequence[Origin] | None = None,
    ) -> bool:
        """Record what is given and keep the rest; whether it is on disk now.

        `objects` is the number of labelled instances, 0 for an image that is known to hold none. A `note` of
        "" removes it. `origins` replace all earlier ones of the image; those without a time get the present.
        """
        if self._own is None:
            return False
        key, now = self.key(image), int(self._now())
        done = True
        if origins is not None:
            packed = [packed_origin(origin, now) for origin in origins]
            fresh: Record = {"time": now, "instances": packed}
            done = self._put(self._own.origins, key, lambda _: fresh)
        if state is not None or objects is not None or note is not None:
            given = {"state": state, "objects": objects, "note": note}
            stated = {name: value for name, value in given.items() if value is not None}
            base = self._raw_state(key)
            done = self._put(self._own.states, key, lambda old: _stated(old or base, stated, now)) and done
        return done

    def states(self) -> Iterator[ImageState]:
        """Every image that something is recorded of, in no order. Reads all states: call it from a thread."""
        seen: set[str] = set()
        for layer in self._layers:
            try:
                for key, raw in layer.states:
                    if len(self._layers) == 1:
                        yield state_of(key, raw)
                    elif key not in seen:
                        seen.add(key)
                        yield self._state(key)
            except (OSError, TtylabelError) as error:
                self._report(error)

    def counts(self) -> Counter[State]:
        """How many images are in each state; an image without a record is not counted. Reads all states."""
        return Counter(image.state for image in self.states())

    def _state(self, key: str) -> ImageState:
        return state_of(key, self._raw_state(key))

    def _raw_state(self, key: str) -> Record:
        newest: Record = {}
        for layer in self._layers:
            found = self._get(layer.states, key)
            if found and (not newest or packed_time(found) > packed_time(newest)):
                newest = found
        return newest

    def _get(self, shards: Shards, key: str) -> Record | None:
        try:
            return shards.get(key)
        except (OSError, TtylabelError) as error:
            self._report(error)
            return None

    def _put(self, shards: Shards, key: str, change: Callable[[Record], Record]) -> bool:
        try:
            with self._lock:  # an flock does not hold back another thread's flock on a descriptor it shares
                shards.put(key, change, durable=self._durable)
        except (OSError, TtylabelError) as error:
            self._report(error)
            return False
        return True

    def _report(self, error: OSError | TtylabelError) -> None:
        cause = why(error) if isinstance(error, OSError) else error.sentence
        sentence = f"The review records in {self.folder or FOLDER} are incomplete: {cause}"
        if sentence not in self._problems and len(self._problems) < _PROBLEMS:
            self._problems.append(sentence)


def open_sidecar(
    root: Path,
    *,
    place: Path | None = None,
    read_only: bool = False,
    durable: bool = True,
    now: Callable[[], float] = time.time,
) -> Sidecar:
    """The records of the dataset at `root`. Reads and creates nothing before it is asked something.

    `place` is the folder that `.ttylabel` lies in, where that is not the root (`--labels-dir`). With
    `read_only` nothing is written anywhere. Without `durable` a record survives this process, but perhaps not
    a power cut; a label whose record is lost counts as a person's.
    """
    root = Path(os.path.abspath(root))  # noqa: PTH100  links stay as the person wrote them
    inside = (place or root) / FOLDER
    name = hashlib.sha256(os.fsencode(root)).hexdigest()[:32]
    outside = state_dir() / "sidecars" / name
    folders = [inside, outside] if _usable(inside) else [outside, inside]
    existing = [folder for folder in folders if folder.is_dir() and not folder.is_symlink()]
    own = None if read_only else folders[0]
    return Sidecar(root, own, [folder for folder in existing if folder != own], now, durable=durable)


def sidecar_of(dataset: Dataset, *, read_only: bool = False) -> Sidecar:
    """The records of an opened dataset."""
    return open_sidecar(dataset.image_root, place=dataset.root, read_only=read_only)


def matched(origins: Sequence[Origin], lines: Sequence[str]) -> list[Origin | None]:
    """The origin of each label line, by its content; of equal lines the first takes the first origin."""
    waiting: dict[str, list[Origin]] = {}
    for origin in origins:
        waiting.setdefault(origin.line, []).append(origin)
    found: list[Origin | None] = []
    for line in lines:
        fitting = waiting.get(line_digest(line))
        found.append(fitting.pop(0) if fitting else None)
    return found


def _layer(folder: Path) -> _Layer:
    return _Layer(Shards(folder / "states"), Shards(folder / "origins"))


def _usable(folder: Path) -> bool:
    """Whether `.ttylabel` can be written; a link could lead anywhere and is left alone."""
    if folder.is_symlink():
        return False
    place = folder if folder.is_dir() else folder.parent
    return place.is_dir() and os.access(place, os.W_OK | os.X_OK)


def _stated(old: Record, given: Record, now: int) -> Record:
    """The record with what is given; the time moves only when something else does."""
    new = {**old, **given}
    if not new.get("note"):
        new.pop("note", None)
    return old if new == old else {**new, "time": now}
