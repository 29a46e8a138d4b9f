"""`ttylabel check PATH`: everything a trainer would reject or misread, with file and line."""

from __future__ import annotations

from collections import deque
from pathlib import Path

from tui.cli.output import emit, emit_json
from tui.cli.progress import Progress
from tui.cli.signals import StopRequest
from tui.config import load_config
from tui.data.check import Checked, Checker, Finding
from tui.data.dataset import Dataset, open_dataset
from tui.data.image import DecodedImage, read_image
from tui.data.shards import escaped
from tui.errors import UsageError
from tui.types.text import printable

_LONGEST = 20_000
"""Characters of a finding; a path has 4,096 bytes at most, each of which may become an escape of four."""


def run_check(
    path: Path,
    *,
    labels_dir: Path | None,
    classes_file: Path | None,
    tiny: float,
    images: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """Check the label files of a dataset; returns 0 when it is clean, 1 when something was found.

    `tiny` is an area in percent of the image. `images` opens the images as well.
    """
    dataset = open_dataset(path, labels_dir=labels_dir, classes_file=classes_file)
    if dataset.pose:
        raise UsageError(f"Cannot check {path}", "a pose dataset (kpt_shape) has lines of another kind")
    progress = Progress(quiet=quiet)
    for warning in dataset.warnings:
        progress.say(warning)
    checker = Checker(dataset, tiny=tiny / 100, open_image=_open if images else None)
    with StopRequest() as stop:
        complete = _walk(dataset, checker, progress, stop, as_json=as_json)
    progress.finish()
    _summarise(checker.checked, dataset.skipped_folders, progress, as_json=as_json, complete=complete)
    if not complete:
        return stop.exit_code
    return 1 if checker.checked.findings or dataset.skipped_folders else 0


def _walk(
    dataset: Dataset, checker: Checker, progress: Progress, stop: StopRequest, *, as_json: bool
) -> bool:
    """Check and tell; False when a signal ended it."""
    images = deque(dataset.list_images())
    progress.start(len(images))
    while images:
        if stop():
            return False
        found = checker.image(images.popleft())
        if found:
            progress.finish()  # on a terminal the bar would stand in the finding's line
        for finding in found:
            _tell(finding, as_json=as_json)
        progress.update(checker.checked.images, 0)
    progress.finish()
    for finding in checker.orphans():
        if stop():
            return False
        _tell(finding, as_json=as_json)
    return True


def _open(image: Path) -> DecodedImage:
    config = load_config()
    return read_image(image, max_bytes=config.max_image_bytes, max_pixels=config.max_pixels)


def _tell(finding: Finding, *, as_json: bool) -> None:
    if as_json:
        emit_json(
            {
                "type": "finding",
                "file": escaped(str(finding.file)),
                "line": finding.line,
                "kind": finding.kind,
                "what": printable(finding.what),
                "fix": finding.fix,
            }
        )
        return
    line = f":{finding.line}" if finding.line else ""
    emit(printable(f"{_near(finding.file)}{line}: {finding.what}. {finding.fix}", limit=_LONGEST))


def _near(path: Path) -> Path:
    """The path from where the person stands, where it lies below."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _summarise(checked: Checked, skipped: int, progress: Progress, *, as_json: bool, complete: bool) -> None:
    kinds = dict(checked.findings.most_common())
    if as_json:
        emit_json(
            {
                "type": "summary",
                "complete": complete,
                "images": checked.images,
                "labelled": checked.labelled,
                "empty": checked.empty,
                "unlabelled": checked.unlabelled,
                "objects": checked.objects,
                "unreadable_folders": skipped,
                "findings": kinds,
            }
        )
    progress.say(
        f"{checked.images} images: {checked.labelled} labelled with {checked.objects} objects, "
        f"{checked.empty} labelled as empty, {checked.unlabelled} without labels"
    )
    if skipped:
        progress.say(f"{skipped} folders could not be read")
    for kind, count in kinds.items():
        progress.say(f"{count:8}  {WORDS[kind]}")
    if not complete:
        progress.say("Stopped early: the rest was not checked.")
    elif not kinds:
        progress.say("Nothing found.")


WORDS = {
    "unreadable": "label files that cannot be read",
    "line": "lines that are no label",
    "class": "class numbers outside the list",
    "range": "shapes that reach out of the image",
    "degenerate": "shapes without area",
    "tiny": "tiny shapes",
    "duplicate": "lines that stand twice",
    "overlap": "objects labelled twice, nearly alike",
    "mixed": "files that mix boxes and polygons",
    "shared": "label files of two images",
    "orphan": "label files without an image",
    "image": "images that cannot be read",
}
"""Kinds of findings, for the summary."""
