"""The work of `ttylabel stats`: one pass over names and label files, then the page where one is wanted."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tui import __version__
from tui.cli.opened import labelled_dataset
from tui.cli.output import emit, emit_json
from tui.cli.progress import Progress
from tui.cli.signals import StopRequest
from tui.cli.stats_text import as_json as json_of
from tui.cli.stats_text import text
from tui.config import load_config
from tui.data.atomic import write_atomic
from tui.data.dataset import Dataset
from tui.data.files import read_regular, why
from tui.data.shards import escaped
from tui.data.sidecar import sidecar_of
from tui.data.standing import Standing, standing_of
from tui.data.statistics import Statistics
from tui.errors import UsageError

_WIDEST = 100


def run_stats(
    path: Path,
    *,
    labels_dir: Path | None,
    classes_file: Path | None,
    html: Path | None,
    as_json: bool,
    quiet: bool,
    verbose: bool,
) -> int:
    """Count and print; returns 0, 1 when something could not be read, or a signal's code.

    Raises UsageError for a page that would replace another file, SaveError.
    """
    if html is not None:
        _refuse_other_file(html)
    progress = Progress(quiet=quiet)
    dataset = labelled_dataset(path, labels_dir, classes_file, progress, to="count")
    sidecar = sidecar_of(dataset, read_only=True)
    with StopRequest() as stop:
        try:
            found = _counted(dataset, progress, stop)
            standing = standing_of(sidecar, dataset.image_root, dataset.membership(), stop=stop)
            written = (
                html
                if html and not stop() and _write(found, standing, dataset, html, progress, stop)
                else None
            )
        finally:
            progress.finish()
    complete = not stop()
    if as_json:
        name = escaped(str(written)) if written else None
        emit_json(json_of(found, standing, dataset, complete=complete, html=name))
    else:
        width = min(_WIDEST, shutil.get_terminal_size().columns - 1)
        emit(text(found, standing, dataset.classes.names, width=width, full=verbose))
    for problem in sidecar.problems:
        progress.say(problem)
    if dataset.skipped_folders:
        progress.say(f"{dataset.skipped_folders} folders could not be read")
    if found.not_understood:
        progress.say(
            f"{found.not_understood} lines are not understood, and not counted: see `ttylabel check`"
        )
    if written:
        progress.say(f"The page is {written}, {written.stat().st_size / 1e6:.1f} MB")
    if not complete:
        progress.say("Stopped early: these are the counts so far.")
        return stop.exit_code
    return 1 if found.tally.unreadable or dataset.skipped_folders else 0


def _counted(dataset: Dataset, progress: Progress, stop: Callable[[], bool]) -> Statistics:
    """Two walks over the names: one for how many there are, one for what is in them."""
    found = Statistics(dataset)
    total = 0
    for total, _ in enumerate(dataset.stream(), 1):
        if total % 1000 == 0 and stop():
            return found
    progress.start(total)
    for image, source in dataset.stream():
        if stop():
            break
        found.take(image, source)
        progress.update(found.tally.seen, found.tally.unreadable)
    progress.finish()
    return found


def _write(
    found: Statistics,
    standing: Standing,
    dataset: Dataset,
    html: Path,
    progress: Progress,
    stop: Callable[[], bool],
) -> bool:
    """The page, with its pictures; False when it was stopped before."""
    from tui.app.colours import colour_of
    from tui.batch.report import Pictures, report, wanted

    config = load_config()
    colour = partial(colour_of, dataset.classes.names, config.colours)
    pictures = Pictures(dataset, colour, max_bytes=config.max_image_bytes, max_pixels=config.max_pixels)
    samples = wanted(found)
    progress.start(len(samples))
    for done, (image, here) in enumerate(samples.items(), 1):
        if stop():
            return False
        pictures.add(image, here)
        progress.update(done, 0)
    made = f"{time.strftime('%Y-%m-%d %H:%M')}, ttylabel {__version__}"
    data = report(found, standing, pictures, title=dataset.image_root.name or "dataset", made=made)
    write_atomic(html.absolute(), data)
    return True


def _refuse_other_file(html: Path) -> None:
    """A page replaces nothing but an earlier one."""
    from tui.batch.report import MARKER

    try:
        begin = read_regular(html, 200)
    except FileNotFoundError:
        if not html.absolute().parent.is_dir():
            raise UsageError(f"Cannot write {html}", "there is no such folder", "Make it first") from None
        return
    except OSError as error:
        raise UsageError(f"Cannot write {html}", why(error)) from error
    if MARKER.encode("ascii") not in begin:
        raise UsageError(f"{html} is there already", "it is no page of ttylabel", "Name another file")
