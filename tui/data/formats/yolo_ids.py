"""New class numbers in a YOLO label file, everything else byte for byte."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from tui.data.formats.base import LabelFile, Line
from tui.errors import LabelFileError

NewId = Callable[[int], int | None]
"""The new number of a class, or None where its lines go."""

_FIRST = re.compile(r"(\s*)(\S+)")
_DIGITS = re.compile(r"-?[0-9]+")


def renumbered(labels: LabelFile, new_id: NewId) -> list[tuple[Line, str | None]]:
    """Each line with its new text: only the class number differs, None where the line goes.

    Raises LabelFileError for a line that is not understood and whose class would change: whether it is an
    instance at all, nobody knows.
    """
    return [(line, _renumbered(labels, i, line, new_id)) for i, line in enumerate(labels.lines, 1)]


def with_new_ids(labels: LabelFile, new_id: NewId) -> bytes:
    """The bytes of the file with new class numbers. Raises as `renumbered` does."""
    pairs = renumbered(labels, new_id)
    text = "".join(new + line.end for line, new in pairs if new is not None)
    return labels.head + text.encode("utf-8", "surrogateescape")


def _renumbered(labels: LabelFile, number: int, line: Line, new_id: NewId) -> str | None:
    old = line.instance.class_id if line.instance else claimed_id(line.text)
    if old is None or (new := new_id(old)) == old:
        return line.text
    if line.instance is None:
        reason = next((kept.reason for kept in labels.kept if kept.number == number), "not understood")
        raise LabelFileError(
            f"No class was changed: {labels.path} line {number} names class {old}",
            reason,
            "Correct that line, or move the file away",
        )
    if new is None:
        return None
    found = _FIRST.match(line.text)
    assert found is not None  # a line with an instance begins with its class number
    return found[1] + _DIGITS.sub(str(new), found[2], count=1) + line.text[found.end() :]


def claimed_id(text: str) -> int | None:
    """The class that a line which is not understood seems to name; None for comments and words."""
    found = _FIRST.match(text)
    try:
        number = float(found[2]) if found else math.nan
    except ValueError:
        return None
    return int(number) if math.isfinite(number) else None
