"""The work of `ttylabel render`: images in order, what became of each, and a summary."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tui.app.colours import colour_of
from tui.batch.pictures import Drawer, Drawn, Look, Outcome, prepare
from tui.cli.opened import labelled_dataset
from tui.cli.output import emit_json
from tui.cli.progress import Progress
from tui.cli.signals import StopRequest
from tui.config import load_config
from tui.data.dataset import Dataset
from tui.data.shards import escaped
from tui.data.sidecar import sidecar_of
from tui.errors import UsageError
from tui.session.review import Filter, parse_filter

_WORDS: dict[Outcome, str] = {
    "made": "drawn",
    "current": "up to date",
    "nothing": "with nothing to draw",
    "failed": "failed",
}


def run_render(
    path: Path,
    out: Path,
    *,
    labels_dir: Path | None,
    classes_file: Path | None,
    crops: bool,
    margin: float,
    words: str | None,
    limit: int | None,
    side: int | None,
    kind: str,
    no_names: bool,
    as_json: bool,
    quiet: bool,
    verbose: bool,
) -> int:
    """Make the pictures; returns 0, 1 when some could not be made, or a signal's code.

    `margin` is in percent. Raises UsageError, SaveError when nothing can be written any more.
    """
    if margin and not crops:
        raise UsageError("--margin is what --crops leaves around an object", "", "Give both")
    progress = Progress(quiet=quiet)
    dataset = labelled_dataset(path, labels_dir, classes_file, progress, to="draw")
    config = load_config()
    look = Look(
        partial(colour_of, dataset.classes.names, config.colours),
        crops=crops,
        margin=margin / 100,
        suffix=f".{kind}",
        side=side,
        captions=not no_names,
        max_bytes=config.max_image_bytes,
        max_pixels=config.max_pixels,
    )
    wanted = _filter(words, dataset)
    place = prepare(out, dataset)
    drawer = Drawer(dataset, sidecar_of(dataset, read_only=True), place, look, wanted)
    talk = _Talk(progress, as_json=as_json, verbose=verbose)
    with StopRequest() as stop:
        try:
            complete = _walk(dataset, drawer, limit, talk, stop)
        finally:
            progress.finish()
    talk.end(place, dataset.skipped_folders, complete=complete)
    if not complete:
        return stop.exit_code
    return 1 if talk.counts["failed"] or dataset.skipped_folders else 0


class _Talk:
    """Tells what became of images, and counts it."""

    def __init__(self, progress: Progress, *, as_json: bool, verbose: bool) -> None:
        self._progress, self._as_json, self._verbose = progress, as_json, verbose
        self.counts: Counter[Outcome] = Counter()
        self.files = self.written = 0

    def begin(self, images: int) -> None:
        self._progress.start(images)

    def image(self, image: str, drawn: Drawn) -> None:
        self.counts[drawn.outcome] += 1
        self.files, self.written = self.files + drawn.files, self.written + drawn.written
        if self._as_json:
            fields: dict[str, object] = {"outcome": drawn.outcome, "files": drawn.files}
            fields |= {"written": drawn.written} | ({"reason": drawn.reason} if drawn.reason else {})
            emit_json({"type": "image", "image": escaped(image), **fields})
        if drawn.reason:
            self._progress.say(f"{image}: {drawn.reason}")
        elif self._verbose:
            self._progress.say(f"{image}: {_WORDS[drawn.outcome]}, {drawn.files} files")
        self._progress.update(self.counts.total(), self.counts["failed"])

    def end(self, out: Path, skipped: int, *, complete: bool) -> None:
        if self._as_json:
            emit_json(
                {
                    "type": "summary",
                    "complete": complete,
                    "out": escaped(str(out)),
                    "counts": dict(self.counts),
                    "files": self.files,
                    "written": self.written,
                    "unreadable_folders": skipped,
                }
            )
        counts = ", ".join(f"{count} {_WORDS[name]}" for name, count in self.counts.items())
        self._progress.say(
            f"{counts or 'no images'}; {self.files} files in {out}, {self.written} of them new"
        )
        if skipped:
            self._progress.say(f"{skipped} folders could not be read")
        if not complete:
            self._progress.say("Stopped early. Run it again to continue.")


def _filter(words: str | None, dataset: Dataset) -> Filter | None:
    """The filter of a review, over images of every state unless it names some."""
    if words is None:
        return None
    found = parse_filter(f"all {words}", dataset.classes.names)
    if found.fresh or found.rivals:
        raise UsageError("'sam' and 'disagree' need a model, which is not asked here", "", "Leave them out")
    return found


def _walk(dataset: Dataset, drawer: Drawer, limit: int | None, talk: _Talk, stop: Callable[[], bool]) -> bool:
    """Draw in order until `limit` images have pictures; False when a signal ended it."""
    images = deque(dataset.list_images())
    talk.begin(len(images))
    done = 0
    while images and (limit is None or done < limit):
        if stop():
            return False
        image = images.popleft()
        drawn = drawer.draw(image)
        done += drawn.files > 0
        talk.image(drawer.sidecar.key(image), drawn)
    return True
