"""`ttylabel replay LOG`: a recorded session once more, headless."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path

from tui.app.models import Wanted, find_finders
from tui.app.replay import Replayed, open_target, read_log, replay
from tui.cli.output import emit, emit_json, say
from tui.config import load_config
from tui.data.shards import escaped
from tui.inference.detectors.told import told
from tui.inference.segmenters.registry import open_segmenter
from tui.types.text import printable


def replay_log(
    log: Path,
    *,
    dataset: Path | None,
    labels_dir: Path | None,
    segmenter: str | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Replay `log` and print what came of it; returns the exit code."""
    header, entries = read_log(log)
    config = load_config()
    with ExitStack() as stack:
        target = labels_dir or Path(stack.enter_context(tempfile.TemporaryDirectory())) / "labels"
        opened = open_target(header, dataset, target)
        model = open_segmenter(segmenter or header.segmenter)
        stack.callback(model.close)
        facts = told(header.detector_names, header.detector_size, header.detector_task)
        wanted = Wanted(None, header.detector or None, header.grounder or None, header.rules, facts)
        finders, _ = find_finders(wanted, config)
        done = replay(header, entries, opened, model, config, finders)
    if as_json:
        emit_json(_as_json(log, done))
    else:
        for image, lines in done.labels.items():
            emit(f"{printable(image)}: {len(lines)} object{'' if len(lines) == 1 else 's'}")
            for line in lines:
                emit(f"  {printable(line)}")
        emit(f"{done.given['Key']} keys, {done.seconds:.1f} s, {done.objects} objects")
    if done.missed:
        say(f"{len(done.missed)} answers of the recorded session did not come again.", quiet=quiet)
    return 1 if done.missed or done.unsaved else 0


def _as_json(log: Path, done: Replayed) -> dict[str, object]:
    return {
        "log": escaped(str(log)),
        "keys": done.given["Key"],
        "events": dict(done.given),
        "seconds": done.seconds,
        "objects": done.objects,
        "images": [{"image": escaped(image), "labels": list(lines)} for image, lines in done.labels.items()],
        "missed": list(done.missed),
        "unsaved": done.unsaved,
    }
