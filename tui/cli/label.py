"""`ttylabel PATH`: from options to the running labeler."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tui.config import load_config
from tui.types.instance import Task

if TYPE_CHECKING:
    from tui.inference.detectors.base import DetectorOptions


def open_labeler(
    path: Path,
    *,
    task: Task | None,
    segmenter: str | None,
    detector: str | None,
    detector_facts: DetectorOptions,
    grounder: str | None,
    rules: tuple[str, ...],
    text: str | None,
    classes_file: Path | None,
    graphics: str | None,
    keymap: str | None,
    labels_dir: Path | None,
    read_only: bool,
    no_autosave: bool,
    low_bandwidth: bool,
    verbose: bool,
    record: Path | None = None,
    review: bool = False,
    review_filter: str | None = None,
) -> int:
    """Open the labeler on `path`; returns the exit code."""
    from tui.app.start import Request, run_labeler
    from tui.cli.output import say

    request = Request(
        path=path,
        task=task,
        segmenter=segmenter,
        classes_file=classes_file,
        graphics=graphics,
        keymap=keymap,
        labels_dir=labels_dir,
        read_only=read_only,
        autosave=not no_autosave,
        low_bandwidth=low_bandwidth,
        verbose=verbose,
        record=record,
        detector=detector,
        detector_facts=detector_facts,
        grounder=grounder,
        rules=rules,
        text=text or "",
        review=review_filter or ("" if review else None),
    )
    return run_labeler(request, load_config(), say)
