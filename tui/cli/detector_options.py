"""What a person says about a detector whose file says less: `@detector_options`."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import click

_F = TypeVar("_F", bound=Callable[..., Any])

_OPTIONS = (
    click.option(
        "--detector-names",
        "names",
        metavar="A,B|FILE",
        help="The detector's class names by id, where its file has none: a list, or a file as for --classes.",
    ),
    click.option(
        "--detector-size",
        "size",
        metavar="N|WxH",
        help="Pixels of the detector's input (imgsz), where its file leaves them open.",
    ),
    click.option(
        "--detector-task",
        "head",
        type=click.Choice(["detect", "segment", "obb"]),
        help="What the detector answers with, where its file does not say.",
    ),
)


def detector_options(function: _F) -> _F:
    """Add the options to a verb; its function is given one `DetectorOptions`, as `detector_facts`."""

    @functools.wraps(function)
    def verb(*args: Any, names: str | None, size: str | None, head: str | None, **others: Any) -> Any:
        from tui.inference.detectors.told import told

        facts = told(_names(names or ""), size or "", head or "")
        return function(*args, detector_facts=facts, **others)

    for option in reversed(_OPTIONS):
        verb = option(verb)
    return cast(_F, verb)


def _names(text: str) -> tuple[str, ...]:
    """Names out of a file, else out of a list with commas. Raises UsageError, ConfigError."""
    if not text:
        return ()
    path = Path(text).expanduser()
    if path.is_file():
        from tui.data.classes import read_classes

        return read_classes(path).names
    names = tuple(part.strip() for part in text.split(","))
    if not all(names):
        raise click.UsageError(f"--detector-names '{text}': a name is empty.")
    if len(names) == 1 and ("/" in text or path.suffix):
        raise click.UsageError(f"--detector-names: there is no file '{text}'.")
    return names
