"""Replays a recorded session headless: the same events through the same code lead to the same labels.

The dataset is only read. Labels go to a folder of their own, which first gets the label files as the session
found them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tui.app.headless import Headless
from tui.app.library import Library
from tui.app.proposer import Finders
from tui.config import Config
from tui.data.atomic import write_atomic
from tui.data.dataset import Dataset, open_dataset
from tui.data.files import why
from tui.errors import UsageError
from tui.inference.segmenters.base import Segmenter
from tui.session import events as ev
from tui.session.log import Entry, Header, Mark, read_entry, read_header
from tui.session.state import Options
from tui.types.instance import Task

_LONGEST_LINE = 4_000_000


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay came to.

    `given` counts the person's events by kind ("Key", "Invoke", ...), `seconds` is how long the session took
    when it was recorded, `labels` are the lines of each label file that was written, by image. `missed` are
    answers that the recorded session got and this one did not.
    """

    given: Counter[str]
    seconds: float
    labels: dict[str, tuple[str, ...]]
    missed: tuple[str, ...]
    unsaved: int

    @property
    def objects(self) -> int:
        """How many label lines there are."""
        return sum(map(len, self.labels.values()))


def read_log(path: Path) -> tuple[Header, list[Entry]]:
    """A log in memory. A last line that was cut off (the program was killed) is left out.

    Raises UsageError for a file that cannot be read or is no log.
    """
    lines = list(_lines(path))
    if not lines:
        raise UsageError(f"{path} is empty", "", "`ttylabel PATH --record FILE` makes a log")
    header, entries = read_header(lines[0]), []
    for number, line in enumerate(lines[1:], start=2):
        if number == len(lines) and not line.endswith("\n"):
            break
        entries.append(read_entry(line, number))
    return header, entries


def _lines(path: Path) -> Iterator[str]:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            while line := file.readline(_LONGEST_LINE):
                yield line
    except OSError as error:
        raise UsageError(f"Cannot read {path}", why(error)) from error


def open_target(header: Header, dataset: Path | None, labels_dir: Path) -> Dataset:
    """The recorded dataset with its labels in `labels_dir`, which must hold none yet. Raises UsageError."""
    if labels_dir.exists() and any(labels_dir.iterdir()):
        raise UsageError(f"{labels_dir} is not empty", "a replay begins from nothing", "Name another folder")
    if dataset is None and not Path(header.dataset).exists():
        raise UsageError(
            f"The recorded dataset {header.dataset} is not here", "", "--dataset PATH says where it is now"
        )
    labels_dir.mkdir(parents=True, exist_ok=True)
    task: Task = "segment" if header.task == "segment" else "detect"
    return open_dataset(dataset or Path(header.dataset), labels_dir=labels_dir, task=task)


def replay(
    header: Header,
    entries: list[Entry],
    dataset: Dataset,
    segmenter: Segmenter,
    config: Config,
    finders: Finders | None = None,
) -> Replayed:
    """Run a log through a session on `dataset` (see `open_target`)."""
    first = dataset.image_root / header.first
    if not first.is_file():
        raise UsageError(
            f"The image {first} is gone", "the session began with it", "--dataset DIR is the place"
        )
    _lay_out(entries, dataset)
    library = Library(dataset, config, first=first)
    options = Options(
        task=dataset.task,
        autosave=header.autosave,
        read_only=header.read_only,
        segmenter=segmenter.name,
        segmenter_limits=segmenter.limits.missing,
        max_points=segmenter.limits.max_points,
        detector=header.detector,
        grounder=header.grounder,
        text=header.text,
        # A search ahead whose answers the session never saw is not made again: it changes no label.
        look_ahead=header.look_ahead and any(_is_answer(entry, ev.Suggested) for entry in entries),
        keys=tuple(map(_own_key, header.keys)),
    )
    world = Headless(library, segmenter, options, header.classes, header.keymap, finders=finders)
    missed = [text for entry in entries if (text := _run(world, entry))]
    world.settle()
    touched = dict.fromkeys(e.what.image for e in entries if isinstance(e.what, Mark) and e.what.image)
    labels = {name: lines for name in touched if (lines := _written(dataset, name)) is not None}
    return Replayed(
        given=Counter(type(e.what).__name__ for e in entries if not isinstance(e.what, Mark)),
        seconds=entries[-1].seconds if entries else 0.0,
        labels=labels,
        missed=tuple(missed),
        unsaved=len(world.session.unsaved) + world.session.dirty,
    )


def _own_key(text: str) -> tuple[str, str, str]:
    """A key of the recorded person's own: mode, keys and command."""
    parts = text.split("\t")
    if len(parts) != 3:
        raise UsageError("The log's own keys cannot be read", "the log is damaged", "Record the session anew")
    return parts[0], parts[1], parts[2]


def _is_answer(entry: Entry, kind: type[ev.Event]) -> bool:
    return isinstance(entry.what, Mark) and entry.what.kind == kind.__name__


def _run(world: Headless, entry: Entry) -> str:
    """Run one line; what was missed, or an empty text."""
    what = entry.what
    if not isinstance(what, Mark):
        world.give(what)
        return ""
    if what.kind == ev.Listed.__name__:
        world.list_images()
        return ""
    if what.kind == ev.ModelReady.__name__:  # the model was opened before the first event
        return ""
    return "" if world.answer(what) else what.kind


def _lay_out(entries: list[Entry], dataset: Dataset) -> None:
    """Write the label files as they were when each image was first shown."""
    seen: set[str] = set()
    for mark in (entry.what for entry in entries):
        if isinstance(mark, Mark) and mark.image and mark.image not in seen:
            seen.add(mark.image)
            if mark.labels is not None:
                path = dataset.label_path(dataset.image_root / mark.image)
                write_atomic(path, mark.labels.encode("utf-8", "surrogateescape"), root=dataset.root)


def _written(dataset: Dataset, name: str) -> tuple[str, ...] | None:
    path = dataset.label_path(dataset.image_root / name)
    if not path.is_file():
        return None
    return tuple(path.read_text("utf-8", "surrogateescape").splitlines())
