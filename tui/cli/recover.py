"""`ttylabel recover PATH`: what sessions that were killed left unsaved, without opening the labeler."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tui.cli.output import emit, emit_json, say
from tui.data import recovery
from tui.data.class_plan import unfinished
from tui.data.dataset import Dataset, open_dataset
from tui.data.formats.yolo import format_instance, read_labels, save_labels
from tui.data.journal_state import Kept
from tui.data.recovery import Left, unsaved_on_disk
from tui.data.shards import escaped
from tui.errors import SaveError, TtylabelError
from tui.types.text import printable

SCHEMA = 1


@dataclass
class Row:
    """One image of one session; `state` is "unsaved", "changed" (its label file was, by somebody else),
    "written", "failed" or "running"; `lines` are the labels that wait.
    """

    left: Left
    image: Path
    kept: Kept
    state: str
    reason: str = ""

    @property
    def lines(self) -> list[str]:
        found = []
        for instance in self.kept.instances:
            try:
                found.append(instance.source or format_instance(instance, self.kept.wh))
            except TtylabelError as error:
                found.append(f"# {error.sentence}")
        return found


def run_recover(
    path: Path, *, labels_dir: Path | None, write: bool, discard: bool, as_json: bool, quiet: bool
) -> int:
    """List what is unsaved, write it where nobody else changed the label file, or put it aside.

    Returns 0 when nothing waits any more (or nothing did), 1 when something does, 2 for journals of a newer
    version, 3 when label files could not be written.
    """
    dataset = open_dataset(path, labels_dir=labels_dir)
    found = recovery.find(dataset.root)
    rows = [row for left in found for row in _rows(dataset, left)]
    if write:
        if cut_off := unfinished(dataset.root):
            raise SaveError("Nothing was written", cut_off)
        for row in rows:
            if row.state == "unsaved":
                _write(dataset, row)
    newer = [left for left in found if left.newer]
    put_aside = []
    if discard:
        waiting = {row.left.file for row in rows if row.state in ("unsaved", "changed", "failed")}
        put_aside = [recovery.discard(file) for file in sorted(waiting)]
        rows = [row for row in rows if row.left.file not in waiting]
    _report(rows, newer, put_aside, as_json=as_json, quiet=quiet)
    return _code(rows, newer)


def _rows(dataset: Dataset, left: Left) -> list[Row]:
    rows = []
    for image, kept in left.unsaved.items():
        waits = unsaved_on_disk(dataset.label_path(image), kept)
        if waits is None:
            continue
        state = "running" if left.alive else ("unsaved" if waits else "changed")
        rows.append(Row(left, image, kept, state))
    return rows


def _write(dataset: Dataset, row: Row) -> None:
    try:
        labels = read_labels(dataset.label_path(row.image), row.kept.wh)
        save_labels(labels, row.kept.instances, row.kept.wh, root=dataset.root)
    except TtylabelError as error:
        row.state, row.reason = "failed", error.sentence
    else:
        row.state = "written"


def _code(rows: list[Row], newer: list[Left]) -> int:
    states = {row.state for row in rows}
    if "failed" in states:
        return 3
    if newer:
        return 2
    return 1 if states - {"written"} else 0


def _report(rows: list[Row], newer: list[Left], put_aside: list[Path], *, as_json: bool, quiet: bool) -> None:
    if as_json:
        images = [
            {
                "image": escaped(str(row.image)),
                "state": row.state,
                "reason": row.reason,
                "session": {"host": row.left.host, "pid": row.left.pid, "since": row.left.since},
                "lines": row.lines,
            }
            for row in rows
        ]
        versions = [{"version": left.newer, "journal": escaped(str(left.file))} for left in newer]
        aside = [escaped(str(place)) for place in put_aside]
        emit_json({"schema": SCHEMA, "images": images, "newer": versions, "discarded": aside})
        return
    for row in rows:
        emit(
            f"{row.state:<8} {printable(str(row.image))}"
            + (f": {printable(row.reason)}" if row.reason else "")
        )
        if row.state != "written":
            for line in row.lines:
                emit(f"         {printable(line)}")
    for left in newer:
        say(f"A journal made by version {left.newer} is kept: use that version to recover it", quiet=quiet)
    for place in put_aside:
        say(f"Put aside for 30 days: {place}", quiet=quiet)
    if any(row.state == "unsaved" for row in rows):
        say("--write writes these into their label files, --discard puts them aside", quiet=quiet)
    if any(row.state == "changed" for row in rows):
        say("Where the label file was changed since, open the dataset: it shows both versions", quiet=quiet)
    if not rows and not newer and not put_aside:
        say("Nothing is unsaved", quiet=quiet)
