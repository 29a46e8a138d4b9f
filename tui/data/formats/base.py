"""What a label file is to the program, whatever its format.

A label file is a sequence of lines. Some are understood as instances, the others are kept: saving never
loses, moves or rewrites a line that nobody edited.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tui.types.instance import Instance


@dataclass(frozen=True, slots=True)
class Line:
    """One line as text (UTF-8, other bytes as surrogate escapes) and the end it had: LF, CRLF, CR or none.

    `instance` is what it says, or None for blank lines and lines that were not understood.
    """

    text: str
    end: str
    instance: Instance | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A line that was not understood and is written back as it is; `number` counts from 1."""

    file: str
    number: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file} line {self.number}: {self.reason}"


@dataclass(frozen=True, slots=True, eq=False)
class LabelFile:
    """A label file as it was read: the bytes (for the comparison before a save) and what they mean.

    `exists` tells an empty file ("labelled, nothing in it") from none ("not labelled"). `head` is the byte
    order mark, where there is one; `end` the line end for new lines. `kept` lists the lines that were not
    understood.
    """

    path: Path
    data: bytes
    exists: bool
    head: bytes
    lines: tuple[Line, ...]
    end: str
    kept: tuple[Kept, ...]

    @property
    def instances(self) -> tuple[Instance, ...]:
        """What the file holds, in its order, each with its `source` line."""
        return tuple(line.instance for line in self.lines if line.instance is not None)


class Format(Protocol):
    """A way to keep the instances of one image in one text file. A module can be one."""

    @property
    def NAME(self) -> str:
        """The name users give: `yolo`."""
        ...

    def read_labels(self, path: Path, image_wh: tuple[int, int]) -> LabelFile:
        """Read a label file, or what stands for a missing one. Raises LabelFileError."""
        ...

    def render(
        self, label_file: LabelFile, instances: tuple[Instance, ...], image_wh: tuple[int, int]
    ) -> bytes:
        """The file's bytes with these instances in place of those it held. Raises SaveError."""
        ...

    def save_labels(
        self,
        label_file: LabelFile,
        instances: tuple[Instance, ...],
        image_wh: tuple[int, int],
        *,
        root: Path | None = None,
    ) -> LabelFile:
        """Write them durably and return the file as it is then. Raises SaveError, ConflictError."""
        ...
