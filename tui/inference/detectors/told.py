"""What a person says about a detector's file where its metadata does not: from text to options."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import get_args

from tui.errors import UsageError
from tui.inference.detectors.base import DetectorOptions, DetectorTask

_LARGEST_SIDE = 16_384


def told(names: Sequence[str] = (), size: str = "", task: str = "") -> DetectorOptions:
    """Options out of text; what is empty stays with the file. `size` is "640", or "1280x736" (width first).

    Raises UsageError for a size or a task that cannot be.
    """
    return DetectorOptions(
        names=tuple(names) or None, input_wh=_size(size) if size else None, task=_task(task) if task else None
    )


def told_size(options: DetectorOptions) -> str:
    """The size as `told` reads it, "" where nothing was said."""
    return "x".join(map(str, options.input_wh)) if options.input_wh else ""


def _size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"([0-9]{1,5})(?:[xX]([0-9]{1,5}))?", text.strip())
    width, height = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
    if not (1 <= width <= _LARGEST_SIDE and 1 <= height <= _LARGEST_SIDE):
        raise UsageError(f"The input size '{text[:40]}'", "", "Write pixels: 640, or 1280x736, width first")
    return width, height


def _task(text: str) -> DetectorTask:
    known: tuple[DetectorTask, ...] = get_args(DetectorTask)
    for task in known:
        if task == text:
            return task
    raise UsageError(f"A detector's task '{text[:40]}'", "", f"One of {', '.join(known)}")
