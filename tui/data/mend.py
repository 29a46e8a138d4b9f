"""What of a label file can be mended without a person: nothing that somebody said is lost by it.

Safe are a byte order mark and invisible characters around a line (older trainers drop the whole image for
them), a line that says the same as an earlier one (trainers drop it), and a shape that reaches out of its
image (cut at the border as trainers cut it: corners of a box, vertices of a polygon). Class numbers,
comments, extra columns and shapes without area are left: what was meant, only a person knows.

Shapes are in shares of the image (labels read with the image size (1, 1)).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tui.data.faults import copies, reaches_out
from tui.data.formats.base import LabelFile, Line
from tui.data.formats.yolo_line import format_instance, parse_line
from tui.data.sidecar import matched
from tui.data.sidecar_records import Origin, line_digest
from tui.errors import SaveError
from tui.types.instance import Instance
from tui.types.shapes import Box, Shape, bounds

_INVISIBLE = "\ufeff\u200b\u2060\x1a"
"""Byte order mark, zero-width characters, and the end-of-file mark of DOS editors."""

_TAKEN_OFF = "invisible characters taken off"

_UNIT = (1, 1)

_BENT = 1e-3
"""How far four corners may be from a parallelogram, as a share of the image, to be taken for one."""


@dataclass(frozen=True, slots=True)
class Mend:
    """What is done to a label file.

    `lines` has the new text of each line, None where it goes; `words` says what is done to a line, by its
    number (from 1). `twins` names, by place (from 0), the line that stays for one that goes. `head`: the byte
    order mark goes.
    """

    lines: tuple[str | None, ...]
    words: Mapping[int, str]
    twins: Mapping[int, int]
    head: bool

    def __bool__(self) -> bool:
        return self.head or bool(self.words)


def mend_of(labels: LabelFile) -> Mend:
    """What can be mended in a file; false where there is nothing. Mending twice is mending once."""
    texts: list[str | None] = []
    words: dict[int, str] = {}
    instances: dict[int, Instance] = {}
    for i, line in enumerate(labels.lines):
        text, instance, done = _cut(*_cleaned(line))
        texts.append(text)
        if done:
            words[i + 1] = done
        if instance is not None:
            instances[i] = instance
    places, twins = list(instances), dict[int, int]()
    for at, twin in enumerate(copies(list(instances.values()))):
        if twin is not None and twin < at:
            texts[places[at]], twins[places[at]] = None, places[twin]
            words[places[at] + 1] = f"deleted, line {places[twin] + 1} stays"
    return Mend(tuple(texts), words, twins, bool(labels.head))


def mended(labels: LabelFile, mend: Mend) -> bytes:
    """The bytes of the mended file; each line that stays keeps its end."""
    pairs = zip(mend.lines, labels.lines, strict=True)
    text = "".join(new + line.end for new, line in pairs if new is not None)
    return (b"" if mend.head else labels.head) + text.encode("utf-8", "surrogateescape")


def origins_after(labels: LabelFile, mend: Mend, origins: Sequence[Origin]) -> tuple[Origin, ...]:
    """Where the lines come from once they are mended.

    A line that stays for two speaks for a person where one of the two did: nothing automatic touches it
    then. Origins of old lines stay too, as they are needed until the new ones are on disk.
    """
    known = iter(matched(origins, [line.text for line in labels.lines if line.instance]))
    by_line: dict[str, list[Origin | None]] = {}
    for i, line in enumerate(labels.lines):
        if text := mend.lines[mend.twins.get(i, i)]:
            by_line.setdefault(line_digest(text), []).append(next(known) if line.instance else None)
    found = [(line, _speaker(speakers)) for line, speakers in by_line.items()]
    new = [replace(origin, line=line) for line, origin in found if origin is not None]
    return (*new, *(origin for origin in origins if origin.line not in by_line))


def _speaker(origins: Sequence[Origin | None]) -> Origin | None:
    """Of equal lines the one a person stands behind; None is a person's, as for any line nobody knows."""
    if None in origins:
        return None
    return next((origin for origin in origins if origin and origin.by_person), origins[0])


def _cleaned(line: Line) -> tuple[str, Instance | None, str]:
    """The line without invisible characters around it, where that is what keeps it from being a label."""
    text = line.text.strip(_INVISIBLE + " \t")
    if line.instance is not None or text == line.text.strip():
        return line.text, line.instance, ""
    try:
        return text, parse_line(text, _UNIT), _TAKEN_OFF
    except ValueError:  # not understood, or nothing left of it
        return ("", None, _TAKEN_OFF) if not text else (line.text, None, "")


def _cut(text: str, instance: Instance | None, done: str) -> tuple[str, Instance | None, str]:
    """The line with its shape cut at the border, where it reaches out and something is left inside."""
    if instance is None or not reaches_out(bounds(instance.shape)) or _maybe_oriented(instance.shape):
        return text, instance, done
    try:
        text = format_instance(instance, _UNIT)
    except SaveError:
        return text, instance, done
    return text, parse_line(text, _UNIT), "cut at the image's border"


def _maybe_oriented(shape: Shape) -> bool:
    """Whether it may be an oriented box, which is no rectangle any more once its corners are cut."""
    if isinstance(shape, Box) or len(shape.points) != 4:
        return False
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = shape.points
    return max(abs(ax + cx - bx - dx), abs(ay + cy - by - dy)) < _BENT and not (
        _straight(ax, bx, ay, by) and _straight(bx, cx, by, cy)
    )


def _straight(ax: float, bx: float, ay: float, by: float) -> bool:
    return min(abs(ax - bx), abs(ay - by)) < _BENT
