"""What a change of the classes means for every file of a dataset, and its provenance."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from tui.data import recovery
from tui.data.class_edit import removed, renamed
from tui.data.class_plan import Moves, Plan, Rewrite
from tui.data.classes import ClassList, appended, class_name, parse_names, read_list_bytes, usable_name
from tui.data.dataset import Dataset, label_path
from tui.data.faults import copies
from tui.data.files import small_listing, why
from tui.data.formats.yolo import LabelFile, parse_labels, read_labels
from tui.data.formats.yolo_ids import claimed_id, renumbered, with_new_ids
from tui.data.recovery import unsaved_on_disk
from tui.data.sidecar import Sidecar
from tui.data.sidecar_records import Origin, line_digest
from tui.errors import ConfigError, LabelFileError, SaveError, UsageError

_LISTS = ("classes.txt", "predefined_classes.txt")

_SPLITS = ("train", "val", "valid", "validation", "test", "minival")

_NO_PLACE = (1, 1)
"""Size of an image where only the lines matter."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A label file and the images it belongs to: none where its image is not there (any more)."""

    labels: LabelFile
    images: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """How often a class occurs; `listed` False for a number beyond the list."""

    class_id: int
    name: str
    instances: int
    images: int
    listed: bool


def add(dataset: Dataset, name: str) -> Plan:
    """Append a class. Raises UsageError for a name that cannot be used."""
    old = dataset.classes.names
    name = usable_name(name, old, "No class was added")
    return _plan(dataset, ("add", name), (*old, name), Moves(), lambda p, d: appended(p, d, old, name))


def rename(dataset: Dataset, name: str, new: str) -> Plan:
    """Give a class another name; no label line changes. Raises UsageError."""
    old = dataset.classes.names
    class_id = _id(dataset.classes, name)
    new = usable_name(new, old, "No class was renamed")
    names = (*old[:class_id], new, *old[class_id + 1 :])
    return _plan(
        dataset, ("rename", name, new), names, Moves(), lambda p, d: renamed(p, d or b"", class_id, new)
    )


def merge(dataset: Dataset, sources: Sequence[str], into: str) -> Plan:
    """Make all instances of `sources` instances of `into`. Raises UsageError, LabelFileError."""
    target = _id(dataset.classes, into)
    gone = tuple(sorted({_id(dataset.classes, name) for name in sources}))
    if target in gone:
        raise UsageError("No class was merged", f"'{into}' cannot be merged into itself")
    return _removal(dataset, ("merge", *sources, into), Moves(gone, target))


def delete(dataset: Dataset, name: str, *, drop: bool) -> Plan:
    """Take a class off the list, with `drop` also its label lines.

    Raises UsageError where there are such lines and `drop` is not given, LabelFileError.
    """
    plan = _removal(dataset, ("delete", name), Moves((_id(dataset.classes, name),)))
    lines, files = dropped(plan)
    if lines and not drop:
        raise UsageError(
            f"'{name}' was not deleted",
            f"it has {lines} instances in {files} label files",
            "--labels drop deletes their lines, `merge` gives them another class",
        )
    return replace(plan, words=("delete", "--labels", "drop", name)) if drop else plan


def dropped(plan: Plan) -> tuple[int, int]:
    """How many label lines go for good, and in how many files."""
    lines = files = 0
    for file in plan.files:
        if plan.moves.into is None and not file.is_list:
            pairs = renumbered(parse_labels(Path(file.path), file.before or b"", _NO_PLACE), plan.moves)
            gone = sum(new is None for _, new in pairs)
            lines, files = lines + gone, files + bool(gone)
    return lines, files


def doubled(plan: Plan) -> tuple[int, int]:
    """How many label lines say the same as another only after the change, and in how many files."""
    lines = files = 0
    for file in plan.files:
        if not file.is_list and file.before is not None:
            more = _repeats(file.after) - _repeats(file.before)
            lines, files = lines + more, files + bool(more)
    return lines, files


def _repeats(data: bytes) -> int:
    """Lines of a label file that say the same as an earlier one."""
    instances = parse_labels(Path("x"), data, _NO_PLACE).instances
    return sum(twin is not None and twin < place for place, twin in enumerate(copies(instances)))


def counts(dataset: Dataset) -> tuple[list[Count], int, list[str]]:
    """Every class with its instances and images, how many lines name a class but are not understood (they
    are not counted), and sentences on label files that cannot be read.
    """
    instances, images, unreadable, odd = Counter[int](), Counter[int](), list[str](), 0
    for found in label_files(dataset, unreadable):
        ids = Counter(instance.class_id for instance in found.labels.instances)
        instances.update(ids)
        odd += sum(line.instance is None and claimed_id(line.text) is not None for line in found.labels.lines)
        images.update({class_id: len(found.images) for class_id in ids})
    names = dataset.classes.names
    ids_seen = sorted({*range(len(names)), *instances})
    rows = [Count(i, class_name(names, i), instances[i], images[i], 0 <= i < len(names)) for i in ids_seen]
    return rows, odd, unreadable


def label_files(dataset: Dataset, unreadable: list[str] | None = None) -> Iterator[Labelled]:
    """Every label file there is, each once however many links lead to it.

    Those beside which no image lies are among them: the image may be on another disk, and comes back. Raises
    LabelFileError for one that cannot be read, or adds its sentence to `unreadable`.
    """
    owners: dict[str, tuple[Path, list[Path]]] = {}
    for image in dataset.list_images():
        path = dataset.label_path(image)
        owners.setdefault(os.path.realpath(path), (path, []))[1].append(image)
    if dataset.skipped_folders and unreadable is None:
        raise LabelFileError("No class was changed", f"{dataset.skipped_folders} folders cannot be read")
    for folder in _labels_folders({path.parent for path, _ in owners.values()}, dataset.root):
        for text in _texts_below(folder):
            owners.setdefault(os.path.realpath(text), (Path(text), []))
    for path, images in owners.values():
        try:
            labels = read_labels(path, _NO_PLACE)
        except LabelFileError as error:
            if unreadable is None:
                raise
            unreadable.append(error.sentence)
            continue
        if labels.exists:
            yield Labelled(labels, tuple(images))


def list_files(dataset: Dataset, *known: tuple[str, ...]) -> tuple[Path, ...]:
    """The file that the class list comes from (or would be made), and the others that hold names `known`."""
    found = [dataset.class_file]
    folders = [found[0].parent, dataset.root, dataset.image_root, dataset.image_root / "labels"]
    for folder in dict.fromkeys(folders):
        named = (folder / name for name in _LISTS)
        for path in (*named, *small_listing(folder, (".names", ".yaml", ".yml"))):
            if path not in found and path.is_file() and _names(path) in known:
                found.append(path)
    return tuple(found)


def carry_origins(sidecar: Sidecar, root: Path, plan: Plan, file: Rewrite) -> None:
    """Let the provenance of a rewritten label file follow its lines; again is as good as once."""
    labels = parse_labels(Path(file.path), file.before or b"", _NO_PLACE)
    pairs = [(line.text, new) for line, new in renumbered(labels, plan.moves) if line.instance]
    left = sum(new is not None for _, new in pairs)
    for name in file.images:
        image = Path(os.path.normpath(root / name))
        record = sidecar.record(image)
        origins = carried(record.origins, pairs)
        objects = left if record.image.objects is not None else None
        sidecar.update(image, objects=objects, origins=origins if origins != record.origins else None)


def carried(origins: tuple[Origin, ...], pairs: Sequence[tuple[str, str | None]]) -> tuple[Origin, ...]:
    """Origins with the digests of the new lines; those of lines that went go too.

    Origins that fit the new lines as well as the old ones are the new ones already: a file that one run wrote
    may be met again by the run that finishes it.
    """
    old = [line_digest(line) for line, _ in pairs]
    new = [None if line is None else line_digest(line) for _, line in pairs]
    have = Counter(origin.line for origin in origins)
    if (have & Counter(one for one in new if one)).total() >= (have & Counter(old)).total():
        return origins
    waiting: dict[str, list[str | None]] = {}
    for before, after in zip(old, new, strict=True):
        waiting.setdefault(before, []).append(after)
    found: list[Origin] = []
    for origin in origins:
        fitting = waiting.get(origin.line)
        line = fitting.pop(0) if fitting else origin.line
        if line is not None:
            found.append(replace(origin, line=line))
    return tuple(found)


def _removal(dataset: Dataset, words: tuple[str, ...], moves: Moves) -> Plan:
    _refuse_shared_list(dataset)
    names = tuple(name for i, name in enumerate(dataset.classes.names) if i not in moves.gone)
    return _plan(dataset, words, names, moves, lambda p, d: removed(p, d or b"", moves.gone))


def _plan(
    dataset: Dataset,
    words: tuple[str, ...],
    names: tuple[str, ...],
    moves: Moves,
    edit: Callable[[Path, bytes | None], bytes],
) -> Plan:
    files: list[Rewrite] = []
    for found in label_files(dataset) if moves.gone else ():
        after = with_new_ids(found.labels, moves)
        if after != found.labels.data:
            _refuse_outside(found.labels.path, dataset.root)
            changed = sum(new != line.text for line, new in renumbered(found.labels, moves))
            images = tuple(_relative(dataset, image) for image in found.images)
            name = _relative(dataset, found.labels.path)
            files.append(Rewrite(name, found.labels.data, after, changed, images))
    for path in list_files(dataset, *filter(None, [dataset.classes.names])):
        before = read_list_bytes(path) if path.exists() else None
        files.append(Rewrite(_relative(dataset, path), before, edit(path, before), 0, is_list=True))
    return Plan(words, dataset.classes.names, names, moves, tuple(files))


def _id(classes: ClassList, name: str) -> int:
    if name in classes.names:
        return classes.names.index(name)
    known = ", ".join(classes.names[:20]) + (" ..." if len(classes.names) > 20 else "")
    raise UsageError(f"There is no class '{name}'", "", f"The classes are {known}" if known else "")


def _names(path: Path) -> tuple[str, ...] | None:
    try:
        return parse_names(path, read_list_bytes(path))
    except ConfigError:
        return None


def _refuse_shared_list(dataset: Dataset) -> None:
    """Labels kept elsewhere (`--labels-dir`) may share their list with the dataset's own labels."""
    if dataset.class_file.is_relative_to(dataset.root):
        return
    for image in dataset.list_images():
        usual = label_path(image)
        if usual != dataset.label_path(image) and usual.exists():
            raise UsageError(
                "No class was changed",
                f"{dataset.class_file} also names the classes of {usual}, which is not among these labels",
                "Change the dataset without --labels-dir, or give these labels a class list of their own",
            )


def _refuse_outside(path: Path, root: Path) -> None:
    if not path.resolve().is_relative_to(root.resolve()):
        raise SaveError("No class was changed", f"{path} leads outside the dataset, to {path.resolve()}")


def _relative(dataset: Dataset, path: Path) -> str:
    return os.path.relpath(path, dataset.root)


def _labels_folders(known: set[Path], root: Path) -> list[Path]:
    """The folders `labels` in the dataset, those of splits that are not opened too (`test/labels`).

    Where labels lie beside their images there is none: other texts there may be anything.
    """
    tops = (next((one for one in (at, *at.parents) if one.name == "labels"), None) for at in known)
    found = {top for top in tops if top is not None and top.is_relative_to(root)}
    for top in list(found):
        if top.parent.name in _SPLITS and top.parent != root:
            found |= {top.parent.parent / split / "labels" for split in _SPLITS}
    return sorted(top for top in found if top.is_dir())


def _texts_below(folder: Path) -> Iterator[str]:
    def refuse(error: OSError) -> None:
        raise LabelFileError(f"Cannot read {error.filename}", why(error)) from error

    for where, _, names in os.walk(folder, onerror=refuse):
        for name in sorted(names):
            if name.endswith(".txt") and not name.startswith(".") and name not in _LISTS:
                yield os.path.join(where, name)  # noqa: PTH118  as the walk of images: by text


def waiting(dataset: Dataset) -> str:
    """Why label files must not be changed as a whole now, as a sentence: edits of other sessions that are not
    saved yet hold what they say now.
    """
    for left in recovery.find(dataset.root):
        if left.newer:
            return (
                f"A journal of version {left.newer} may hold unsaved labels: use that version to recover it"
            )
        for image, kept in left.unsaved.items():
            if unsaved_on_disk(dataset.label_path(image), kept) is not None:
                return "Sessions left unsaved labels here: see `ttylabel recover PATH`"
    return ""


def put_histories_aside(dataset: Dataset) -> int:
    """Put the journals of ended sessions aside: their undo would bring old class numbers back."""
    dead = [left for left in recovery.find(dataset.root) if left.alive is not True]
    for left in dead:
        with suppress(OSError):
            recovery.discard(left.file)
    return len(dead)
