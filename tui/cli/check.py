"""`ttylabel check PATH`: everything a trainer would reject or misread, and mending what is safe."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from tui.cli.opened import labelled_dataset
from tui.cli.output import emit, emit_json
from tui.cli.progress import Progress
from tui.cli.signals import StopRequest
from tui.config import load_config
from tui.data.check import Checked, Checker, Finding
from tui.data.class_change import waiting
from tui.data.dataset import Dataset
from tui.data.image import DecodedImage, read_image
from tui.data.mender import FileMender
from tui.data.shards import escaped
from tui.data.sidecar import sidecar_of
from tui.errors import HeldError, SaveError, UsageError
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
    fix: bool,
    dry_run: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """Check the label files of a dataset, and with `fix` mend what is safe.

    `tiny` is an area in percent of the image. `images` opens the images as well. `dry_run` only says what
    would be mended. Returns 0 when nothing is wrong (any more), 1 when something is, 3 when a label file
    could not be written. Raises HeldError where someone labels the dataset that is to be mended.
    """
    if dry_run and not fix:
        raise UsageError("--dry-run says what --fix would mend", "", "Give both")
    progress = Progress(quiet=quiet)
    dataset = labelled_dataset(path, labels_dir, classes_file, progress, to="check")
    with ExitStack() as stack:
        mender, lost = _mender(dataset, stack) if fix and not dry_run else (None, bool)
        checker = Checker(dataset, tiny=tiny / 100, open_image=_open if images else None, mender=mender)
        stop = stack.enter_context(StopRequest())
        try:
            complete = _walk(dataset, checker, progress, lambda: stop() or lost(), as_json=as_json)
        finally:
            progress.finish()
            _tell_mended(mender, progress)
        if lost():
            raise HeldError("Another session took this dataset over", "", "Run it again when it is closed")
    skipped = dataset.skipped_folders
    if as_json:
        emit_json(_summary(checker.checked, skipped, mender, complete=complete))
    _summarise(checker.checked, skipped, progress, complete=complete, hint=not fix or dry_run)
    if not complete:
        return stop.exit_code
    if mender and mender.problems:
        return SaveError.exit_code
    return 1 if checker.checked.findings or skipped else 0


def _mender(dataset: Dataset, stack: ExitStack) -> tuple[FileMender, Callable[[], bool]]:
    """What mends, with the dataset held for it, and whether that was lost."""
    if reason := dataset.read_only_reason():
        raise SaveError("Nothing was mended", reason)
    if reason := waiting(dataset):
        raise UsageError("Nothing was mended", reason)
    from tui.cli.hold import held_alone

    lost = stack.enter_context(held_alone(dataset))
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
    return FileMender(dataset, sidecar_of(dataset), stamp=stamp), lost


def _walk(
    dataset: Dataset, checker: Checker, progress: Progress, stop: Callable[[], bool], *, as_json: bool
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
                "mend": finding.mend,
                "mended": finding.mended,
            }
        )
        return
    line = f":{finding.line}" if finding.line else ""
    fix = f"Mended: {finding.mend}" if finding.mended else finding.fix
    safe = f" (--fix: {finding.mend})" if finding.mend and not finding.mended else ""
    emit(printable(f"{_near(finding.file)}{line}: {finding.what}. {fix}{safe}", limit=_LONGEST))


def _near(path: Path) -> Path:
    """The path from where the person stands, where it lies below."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _tell_mended(mender: FileMender | None, progress: Progress) -> None:
    if mender is None:
        return
    for text in mender.problems:
        progress.say(text)
    if mender.files:
        files = f"{mender.files} label file{'s' if mender.files != 1 else ''}"
        progress.say(f"{files} mended. What each held before is in {mender.kept}")
    for cache in mender.caches:
        progress.say(f"Delete {cache} before training: it is out of date")


def _summary(
    checked: Checked, skipped: int, mender: FileMender | None, *, complete: bool
) -> dict[str, object]:
    return {
        "type": "summary",
        "complete": complete,
        "images": checked.images,
        "labelled": checked.labelled,
        "empty": checked.empty,
        "unlabelled": checked.unlabelled,
        "objects": checked.objects,
        "unreadable_folders": skipped,
        "findings": dict(checked.findings.most_common()),
        "safe": checked.safe,
        "mended": dict(checked.mended.most_common()),
        "mended_files": mender.files if mender else 0,
        "kept": escaped(str(mender.kept)) if mender and mender.files else None,
    }


def _summarise(checked: Checked, skipped: int, progress: Progress, *, complete: bool, hint: bool) -> None:
    progress.say(
        f"{checked.images} images: {checked.labelled} labelled with {checked.objects} objects, "
        f"{checked.empty} labelled as empty, {checked.unlabelled} without labels"
    )
    if skipped:
        progress.say(f"{skipped} folders could not be read")
    for kind, count in checked.mended.most_common():
        progress.say(f"{count:8}  {WORDS[kind]}: mended")
    for kind, count in checked.findings.most_common():
        progress.say(f"{count:8}  {WORDS[kind]}")
    if checked.safe and hint:
        progress.say(f"{checked.safe} of these --fix mends.")
    if not complete:
        progress.say("Stopped early: the rest was not checked.")
    elif not checked.findings:
        progress.say("Nothing is left." if checked.mended else "Nothing found.")


WORDS = {
    "unreadable": "label files that cannot be read",
    "bom": "files that begin with a byte order mark",
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
