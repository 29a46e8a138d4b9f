"""Journals of earlier sessions: which there are, what they hold, and what became of them.

Each lies in the user's state directory under `<dataset>.<host>.<process>.<random>.journal`. A session holds a
lock on its own, so "is it still alive" needs no clock and no process list.
"""

from __future__ import annotations

import fcntl
import getpass
import hashlib
import os
import secrets
import socket
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tui import __version__
from tui.config import state_dir
from tui.data.files import read_regular
from tui.data.formats.yolo import read_labels, render
from tui.data.journal import VERSION, Record, unpack
from tui.data.journal_state import Instances, Kept, digest_of, stepped
from tui.data.journal_writer import BaseOf, Journal
from tui.errors import LabelFileError, SaveError

_LIMIT = 2_000_000_000
_DISCARDED_SECONDS = 30 * 86_400.0
"""What was discarded stays so long, in the folder `discarded`."""


@dataclass(frozen=True, slots=True)
class Left:
    """What one session left. `images` maps paths to their last state; `losses` are sides of conflicts that
    were not chosen; `crashed` are images that were being opened when it ended.

    `alive`: True, False, or None where that cannot be told from this host. `newer` is the version of a
    program that wrote what this one does not understand: then the rest is empty.
    """

    file: Path
    root: Path
    user: str
    host: str
    pid: int
    since: float
    alive: bool | None = False
    newer: str = ""
    images: dict[Path, Kept] = field(default_factory=dict)
    losses: tuple[tuple[Path, Instances], ...] = ()
    crashed: frozenset[Path] = frozenset()

    @property
    def unsaved(self) -> dict[Path, Kept]:
        """Images with edits that are not in their label files, as far as the session knew."""
        return {path: kept for path, kept in self.images.items() if kept.dirty}


def journals_dir() -> Path:
    """Where this user's journals lie."""
    return state_dir() / "journals"


def begin(root: Path, base: BaseOf, failed: Callable[[str], None]) -> Journal:
    """A journal for a session on the dataset `root`. Raises OSError when there can be none."""
    host, pid = socket.gethostname(), os.getpid()
    head = {
        "k": "head",
        "v": VERSION,
        "program": __version__,
        "root": os.fspath(root.resolve()),
        "user": user_name(),
        "host": host,
        "pid": pid,
        "since": time.time(),
    }
    name = f"{_dataset_id(root)}.{_word(host)}.{pid}.{secrets.token_hex(4)}.journal"
    return Journal(journals_dir() / name, head, base, failed)


def find(root: Path | None = None, *, besides: Path | None = None) -> list[Left]:
    """What earlier and other sessions on a dataset (or on any) left, newest first; `besides` is one's own."""
    pattern = "*.journal" if root is None else f"{_dataset_id(root)}.*.journal"
    found = [left for file in journals_dir().glob(pattern) if file != besides and (left := _read(file))]
    return sorted(found, key=lambda left: -left.since)


def forget(file: Path) -> None:
    """Remove a journal of which nothing is needed any more."""
    with suppress(OSError):
        file.unlink(missing_ok=True)


def discard(file: Path) -> Path:
    """Put a journal aside; it can be brought back by hand for 30 days. Raises OSError."""
    folder = file.parent / "discarded"
    folder.mkdir(exist_ok=True, mode=0o700)
    for old in folder.glob("*.journal"):
        with suppress(OSError):
            if time.time() - old.stat().st_mtime > _DISCARDED_SECONDS:
                old.unlink()
    place = folder / file.name
    os.utime(file)
    file.replace(place)
    return place


def unsaved_on_disk(place: Path, kept: Kept) -> bool | None:
    """Whether what is kept still waits to be written: None when the label file says it already, True when the
    file is what the session knew, False when somebody else changed it since.
    """
    try:
        labels = read_labels(place, kept.wh)
    except LabelFileError:
        return False
    with suppress(SaveError):
        if labels.exists and render(labels, kept.instances, kept.wh) == labels.data:
            return None
    return digest_of(labels.data if labels.exists else None) == kept.digest


def user_name() -> str:
    """Who runs this, as others know them; a number where the system has no name."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return str(os.getuid())


def _dataset_id(root: Path) -> str:
    return hashlib.blake2b(os.fsencode(root.resolve()), digest_size=8).hexdigest()


def _word(text: str) -> str:
    """A host name as a part of a file name."""
    return "".join(c if c.isascii() and (c.isalnum() or c == "-") else "-" for c in text)[:60]


def _read(file: Path) -> Left | None:
    """None for a journal without a head: its session is just beginning, or never began."""
    try:
        alive: bool | None = _alive(file)
        data = read_regular(file, _LIMIT)
    except OSError:
        return None
    records, _ = unpack(data)
    if not records or records[0].get("k") != "head":
        return None
    head = records[0]
    try:
        root, user, host = Path(head["root"]), str(head["user"]), str(head["host"])
        pid, since, version = int(head["pid"]), float(head["since"]), int(head["v"])
    except (KeyError, TypeError, ValueError):
        return None
    if host != socket.gethostname() and not alive:
        alive = None
    if version > VERSION:
        return Left(file, root, user, host, pid, since, alive, str(head.get("program", "?")))
    images, losses, crashed = _replay(records[1:])
    return Left(file, root, user, host, pid, since, alive, "", images, losses, crashed)


def _replay(
    records: Iterable[Record],
) -> tuple[dict[Path, Kept], tuple[tuple[Path, Instances], ...], frozenset[Path]]:
    images: dict[Path, Kept] = {}
    losses: list[tuple[Path, Instances]] = []
    opening: set[Path] = set()
    for record in records:
        try:
            _replay_one(record, images, losses, opening)
        except (KeyError, TypeError, ValueError, IndexError):
            break  # nothing after a record that does not follow from the one before can be trusted
    return images, tuple(losses), frozenset(opening)


def _replay_one(
    record: Record, images: dict[Path, Kept], losses: list[tuple[Path, Instances]], opening: set[Path]
) -> None:
    kind: Any = record["k"]
    if kind == "end":
        opening.clear()
        return
    image = Path(record["i"])
    if kind == "edit":
        images[image] = stepped(images.get(image), record)
    elif kind == "drop":
        images.pop(image, None)
    elif kind == "lost":
        losses.append((image, stepped(None, record).instances))
    elif kind == "opening":
        opening.add(image)
    elif kind == "opened":
        opening.discard(image)
    else:
        raise ValueError(kind)


def _alive(file: Path) -> bool:
    """Whether a process of this host (or of one that shares its locks) still holds the journal."""
    descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return False
