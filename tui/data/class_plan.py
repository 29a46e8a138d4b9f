"""A change of classes over a whole dataset as a file: what each file held and what it is to hold.

The plan is on disk before the first label file changes, and is put away after the last. Class numbers mean
nothing while some files have the old ones and some the new, so a dataset with an unfinished plan is for
viewing only until the same command, run again, has finished it. Each file is compared whole: one that holds
the old bytes is written, one that holds the new ones is done, any other is somebody else's and is left.
"""

from __future__ import annotations

import json
import os
import shlex
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tui.data.atomic import sync_folder, write_atomic, write_checked
from tui.data.claims import place
from tui.data.files import read_regular, why
from tui.errors import ConfigError, ConflictError, SaveError

FOLDER = "classes"
"""Folder in `.ttylabel` of the unfinished plan and, named by their time, of those that were carried out."""

VERSION = 1
_UNFINISHED = "unfinished.json"
_LIMIT = 4_000_000_000


@dataclass(frozen=True, slots=True)
class Moves:
    """What happens to class numbers: those `gone` become `into` (numbered as before), or their lines go where
    that is None; later ones move down, beyond the end of the list too.
    """

    gone: tuple[int, ...] = ()
    into: int | None = None

    def __call__(self, class_id: int) -> int | None:
        if class_id in self.gone:
            return None if self.into is None else self(self.into)
        return class_id - sum(one < class_id for one in self.gone)


@dataclass(frozen=True, slots=True)
class Rewrite:
    """One file: its path relative to the dataset's root, and its bytes before (None: there was none) and
    after. `lines` is how many lines change; `images` are those it labels, by paths relative to the root;
    `is_list` for a class list.
    """

    path: str
    before: bytes | None
    after: bytes
    lines: int
    images: tuple[str, ...] = ()
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A change: the words of its command, the class names before and after, and every file that changes."""

    words: tuple[str, ...]
    old: tuple[str, ...]
    new: tuple[str, ...]
    moves: Moves
    files: tuple[Rewrite, ...]

    @property
    def lines(self) -> int:
        """How many label lines change or go."""
        return sum(file.lines for file in self.files if not file.is_list)

    @property
    def label_files(self) -> int:
        """How many label files change."""
        return sum(not file.is_list for file in self.files)


def plan_file(root: Path) -> Path:
    """Where the unfinished plan of a dataset lies."""
    return place(root) / FOLDER / _UNFINISHED


def unfinished(root: Path) -> str:
    """What a person should know of a change that was cut off, as a sentence; "" where there is none."""
    if not os.path.lexists(plan_file(root)):
        return ""
    try:
        words = read_plan(root).words
    except ConfigError as error:
        return error.sentence
    return f"A change of classes was cut off: {again(words)}"


def again(words: tuple[str, ...]) -> str:
    """How a change that was cut off is finished."""
    verb, *rest = words
    names = ["--", *rest] if any(word.startswith("-") for word in rest) else rest
    if rest[:1] == ["--labels"]:
        names = [*rest[:2], "--", *rest[2:]]
    return f"`ttylabel classes PATH {shlex.join([verb, '--write', *names])}` finishes it"


def begin(root: Path, plan: Plan) -> None:
    """Put the plan on disk, durably. Raises SaveError."""
    packed = {"version": VERSION, **asdict(plan)}
    for file in packed["files"]:
        file["before"], file["after"] = _text(file["before"]), _text(file["after"])
    file = plan_file(root)
    text = json.dumps(packed, ensure_ascii=True, indent=0)
    write_atomic(file, text.encode("ascii"), root=root if file.is_relative_to(root) else None)


def read_plan(root: Path) -> Plan:
    """The unfinished plan. Raises ConfigError for one that cannot be used."""
    file = plan_file(root)
    fix = "Use the version that began it, or move that file away and look at the label files"
    try:
        raw = json.loads(read_regular(file, _LIMIT))
        if raw["version"] == VERSION:
            return _plan(raw)
        reason = "it was made by another version"
    except OSError as error:
        reason = why(error)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        reason = "it is damaged"
    raise ConfigError(f"A change of classes was cut off, and its plan {file} cannot be used", reason, fix)


def carry_out(
    root: Path, plan: Plan, lists: tuple[Path, ...], *, stopped: Callable[[], bool] = lambda: False
) -> Iterator[Rewrite]:
    """Write what is not written yet, giving each file after it is done; ends early once `stopped`.

    `lists` are the class lists of this dataset: no other file outside `root` is written. Raises
    ConflictError, at the end, for files that are neither as before nor as after; SaveError at once.
    """
    foreign: list[Path] = []
    for file in plan.files:
        if stopped():
            return
        target = Path(os.path.normpath(root / file.path))
        if file.is_list and target not in lists:
            raise SaveError("Not saved", f"{target} is no class list of this dataset")
        if not file.is_list and not target.exists():
            continue  # moved away meanwhile: nothing is left to be numbered
        try:
            write_checked(
                target, file.after, expected=file.before, root=target.parent if file.is_list else root
            )
        except ConflictError:
            foreign.append(target)
        else:
            yield file
    if foreign:
        more = f" and {len(foreign) - 1} more" if len(foreign) > 1 else ""
        raise ConflictError(
            f"Not finished: {foreign[0]}{more} changed on disk meanwhile",
            f"what each held is in {plan_file(root)}",
            f"Put it back or move it away, then {again(plan.words)}",
        )


def end(root: Path) -> Path:
    """Put the plan away, with the old text of every file; returns where. Raises SaveError."""
    file = plan_file(root)
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
    number = 0
    while (kept := file.with_name(f"{stamp}{f'-{number}' if number else ''}.json")).exists():
        number += 1
    try:
        file.rename(kept)
        sync_folder(file.parent)
    except OSError as error:
        raise SaveError(f"{file} cannot be put away", why(error), "Run it again") from error
    return kept


def _plan(raw: dict[str, Any]) -> Plan:
    into = raw["moves"]["into"]
    gone = tuple(int(one) for one in raw["moves"]["gone"])
    moves = Moves(gone, None if into is None else int(into))
    names = (tuple(map(str, raw[key])) for key in ("words", "old", "new"))
    words, old, new = names
    return Plan(words, old, new, moves, tuple(_rewrite(file) for file in raw["files"]))


def _rewrite(raw: dict[str, Any]) -> Rewrite:
    before, after = _bytes(raw["before"]), _bytes(raw["after"])
    path, images = str(raw["path"]), tuple(map(str, raw["images"]))
    if after is None or any("\0" in one for one in (path, *images)):
        raise ValueError(path)
    return Rewrite(path, before, after, int(raw["lines"]), images, raw["is_list"] is True)


def _text(data: bytes | None) -> str | None:
    return None if data is None else data.decode("utf-8", "surrogateescape")


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else text.encode("utf-8", "surrogateescape")
